//! Names of the charter as people say them.

use althing_charter::{
    Calendar, Charter, CheckRule, DocumentRule, Entries, FieldValue, Gate, Meeting, RoleRef, Who,
};

/// A list of people: `holders of `maintainer@project`, everybody in `tsc``.
pub(crate) fn people(people: &[Who]) -> String {
    let said: Vec<String> = people.iter().map(who).collect();
    list(&said, "and")
}

/// One kind of people.
pub(crate) fn who(who: &Who) -> String {
    match who {
        Who::Anyone => "anyone".to_owned(),
        Who::Opener => "whoever opened it".to_owned(),
        Who::Subject => "the person it is about".to_owned(),
        Who::Raiser => "whoever raised the objection".to_owned(),
        Who::Automation => "automation".to_owned(),
        Who::Role(role) => format!("`{role}`"),
        Who::Body(body) => format!("the members of `{body}`"),
        Who::Named(attribute) => format!("the people named in `{attribute}`"),
    }
}

/// `a, b and c`.
pub(crate) fn list(items: &[String], and: &str) -> String {
    match items {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} {and} {last}", all.join(", ")),
    }
}

/// Names in backticks.
pub(crate) fn names<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    let names = names.into_iter();
    let names: Vec<String> = names
        .map(|name| format!("`{}`", name.to_string()))
        .collect();
    names.join(", ")
}

/// A role by its title, with its scope.
pub(crate) fn role(charter: &Charter, role: &RoleRef) -> String {
    let title = charter.roles().get(&role.role);
    match title.and_then(|role| role.title.as_deref()) {
        Some(title) => format!("{title} (`{role}`)"),
        None => format!("`{role}`"),
    }
}

/// What a gate asks for, point by point.
pub(crate) fn gate(gate: &Gate) -> Vec<String> {
    let approvals = gate.approvals.iter().map(|rule| match rule.count {
        1 => format!("1 approval by a holder of `{}`", rule.role),
        count => format!("{count} approvals by holders of `{}`", rule.role),
    });
    approvals.chain(gate.checks.iter().map(check)).collect()
}

fn check(rule: &CheckRule) -> String {
    let mut text = format!("check `{}` green", rule.name);
    if let Some(role) = &rule.by {
        text.push_str(&format!(", reported by a holder of `{role}`"));
    }
    if let Some(says) = &rule.says {
        text.push_str(&format!(", saying {says}"));
    }
    if let Some(nothing) = &rule.not_applicable {
        text.push_str(&format!(" (not applicable when it says `{nothing}`)"));
    }
    text
}

/// What a document must have, point by point.
pub(crate) fn document(rule: &DocumentRule) -> Vec<String> {
    let forms = [
        rule.any_number
            .then(|| "any number of files, each by itself".to_owned()),
        rule.folders.as_ref().map(|it| {
            let folders = it.written().iter().map(|it| format!("`{it}`"));
            let folders: Vec<String> = folders.collect();
            format!("a place in {}", list(&folders, "or"))
        }),
        rule.file_name
            .as_ref()
            .map(|it| format!("the file name `{it}`")),
        rule.title.as_ref().map(|it| format!("the title \"{it}\"")),
    ];
    let fields = rule.fields.iter().map(|field| {
        let value = match &field.value {
            FieldValue::Text => "a text".to_owned(),
            FieldValue::Date => "a date".to_owned(),
            FieldValue::OneOf(words) => list(words, "or"),
        };
        format!("a field \"{}\": {value}", field.name)
    });
    let entries = rule.entries.iter().map(|rule| {
        let section = &rule.section;
        match &rule.entries {
            Entries::Each(words) => {
                format!("a section \"{section}\" that lists {}", list(words, "and"))
            }
            Entries::Known(kind) => {
                format!("a section \"{section}\" that lists one {kind} at least, known ones only")
            }
        }
    });
    let sections = rule.sections.iter().map(|it| format!("a section \"{it}\""));
    let diagrams = rule
        .diagrams
        .iter()
        .map(|it| format!("a diagram of the {it}"));
    let figures = rule.figures.iter().map(|it| format!("numbers of the {it}"));
    let with = match rule.signatures_with.as_slice() {
        [] => None,
        with => Some(format!("signatures, each with its {}", list(with, "and"))),
    };
    let footer = rule
        .footer
        .then(|| "version and dates in its last line".to_owned());
    let points = forms.into_iter().flatten().chain(fields).chain(sections);
    let points = points.chain(entries).chain(diagrams).chain(with);
    points.chain(figures).chain(footer).collect()
}

/// Version and dates of the rules, as far as they are said.
pub(crate) fn edition(charter: &Charter) -> Option<String> {
    let edition = charter.edition();
    let review = edition.next_review.as_ref().map(|(day, _)| day);
    let dates = [
        ("ratified", edition.ratified.as_ref()),
        ("last amended", edition.amended.as_ref()),
        ("next review", review),
    ];
    let dates = dates.into_iter();
    let dates = dates.filter_map(|(what, day)| Some(format!("{what} {}", day?)));
    let said: Vec<String> = dates.chain(edition.status.clone()).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// By which calendar working hours count.
pub(crate) fn calendar(calendar: &Calendar) -> String {
    let days: Vec<String> = calendar
        .weekend()
        .iter()
        .map(|day| format!("{day:?}"))
        .collect();
    let weekend = match days.as_slice() {
        [] => "no weekend".to_owned(),
        days => format!("{} off", list(days, "and")),
    };
    let holidays: Vec<String> = calendar
        .holidays()
        .iter()
        .map(ToString::to_string)
        .collect();
    let holidays = match holidays.as_slice() {
        [] => "no holidays".to_owned(),
        dates => format!("holidays {}", dates.join(", ")),
    };
    format!("{}; {weekend}; {holidays}", calendar.timezone())
}

/// When a meeting is held: `every 2 weeks on Tuesday at 10:00 America/Los_Angeles`.
pub(crate) fn when(meeting: &Meeting) -> String {
    format!(
        "{} at {} {}",
        recurrence(meeting.rule()),
        meeting.starts().strftime("%H:%M"),
        meeting.timezone()
    )
}

/// A recurrence rule as people say it.
fn recurrence(rule: &str) -> String {
    let part = |key: &str| {
        let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(name, _)| *name == key).map(|(_, value)| value)
    };
    let interval = part("INTERVAL").unwrap_or("1");
    let unit = match part("FREQ") {
        Some("DAILY") => "day",
        Some("WEEKLY") => "week",
        Some("YEARLY") => "year",
        Some(_) | None => "month",
    };
    let mut text = match interval {
        "1" => format!("every {unit}"),
        number => format!("every {number} {unit}s"),
    };
    if let Some(days) = part("BYDAY") {
        let days: Vec<String> = days.split(',').map(day).collect();
        text.push_str(&format!(" on {}", list(&days, "and")));
    }
    if let Some(days) = part("BYMONTHDAY") {
        text.push_str(&format!(" on day {days} of the month"));
    }
    if let Some(count) = part("COUNT") {
        text.push_str(&format!(", {count} times,"));
    }
    let others = ["BYMONTH", "BYSETPOS"];
    let others: Vec<String> = others
        .iter()
        .filter_map(|key| part(key).map(|value| format!("{key}={value}")))
        .collect();
    if !others.is_empty() {
        text.push_str(&format!(" ({})", others.join(", ")));
    }
    text
}

/// `TU` is Tuesday, `1TH` the first Thursday, `-1FR` the last Friday.
fn day(text: &str) -> String {
    let (which, day) = text
        .split_at_checked(text.len().saturating_sub(2))
        .unwrap_or(("", text));
    let day = weekday(day);
    match which {
        "" => day.to_owned(),
        "1" | "+1" => format!("the first {day}"),
        "2" | "+2" => format!("the second {day}"),
        "3" | "+3" => format!("the third {day}"),
        "4" | "+4" => format!("the fourth {day}"),
        "-1" => format!("the last {day}"),
        which => format!("{day} number {which}"),
    }
}

/// A day of the week by its two letters in a recurrence rule (RFC 5545).
pub(super) fn weekday(code: &str) -> &str {
    match code {
        "MO" => "Monday",
        "TU" => "Tuesday",
        "WE" => "Wednesday",
        "TH" => "Thursday",
        "FR" => "Friday",
        "SA" => "Saturday",
        "SU" => "Sunday",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::recurrence;

    #[test]
    fn rules_read_as_people_say_them() {
        for (rule, said) in [
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
                "every 2 weeks on Tuesday",
            ),
            (
                "FREQ=MONTHLY;BYDAY=1TH",
                "every month on the first Thursday",
            ),
            ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
            (
                "FREQ=WEEKLY;BYDAY=MO,WE,FR",
                "every week on Monday, Wednesday and Friday",
            ),
            ("FREQ=YEARLY;BYMONTH=3", "every year (BYMONTH=3)"),
            ("FREQ=DAILY;COUNT=3", "every day, 3 times,"),
        ] {
            assert_eq!(recurrence(rule), said);
        }
    }
}
