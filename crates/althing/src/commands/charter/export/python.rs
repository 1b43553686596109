//! A charter as Python: where people meet, and what merges.

use althing_charter::{Amount, Charter, CheckRule, Gate, Meeting, Says, Who};

use crate::commands::charter::words::weekday;

/// How a generated file begins.
pub(super) const MARK: &str = "# Generated from the charter by `althing charter export python`.\n";

/// Path and text of each file. The classes share a package, because a module and a package of
/// the same name would hide each other (T-211, T-254).
pub(super) fn files(charter: &Charter) -> [(&'static str, String); 2] {
    [
        ("governance/__init__.py", channels(charter)),
        ("governance/policies.py", policies(charter)),
    ]
}

fn channels(charter: &Charter) -> String {
    let mut text = format!(
        "{MARK}\n\nclass CommunityChannels:\n    \"\"\"Where the community talks and meets.\"\"\"\n\n"
    );
    for (name, channel) in charter.channels() {
        if let Some(url) = &channel.url {
            let name = constant(channel.title.as_deref().unwrap_or(name.as_str()));
            text.push_str(&format!("    {name} = {}\n", string(url)));
        }
    }
    let rooms = charter
        .channels()
        .values()
        .flat_map(|channel| &channel.rooms);
    let rooms = rooms.map(|(room, purpose)| (room.clone(), string(purpose)));
    text.push_str(&format!("\n    CHANNELS = {}\n", dict(rooms, 1)));
    let meetings = charter
        .meetings()
        .iter()
        .map(|(name, meeting)| (name.to_string(), dict(times(meeting), 2)));
    text.push_str(&format!("\n    MEETINGS = {}\n", dict(meetings, 1)));
    text
}

/// When a meeting is and who may come, in the words of a calendar on a wall.
fn times(meeting: &Meeting) -> Vec<(String, String)> {
    let (frequency, day) = recurrence(meeting.rule());
    let starts = meeting.starts();
    let hour = match starts.hour() {
        0 => "12".to_owned(),
        hour @ 1..=12 => hour.to_string(),
        hour => (hour - 12).to_string(),
    };
    let minute = match starts.minute() {
        0 => String::new(),
        minute => format!(":{minute:02}"),
    };
    let half = if starts.hour() < 12 { "am" } else { "pm" };
    let open_to: Vec<String> = meeting.open_to.iter().map(people).collect();
    let pairs = [
        ("frequency", frequency),
        ("day", day),
        (
            "time",
            format!("{hour}{minute}{half} {}", zone(meeting.timezone())),
        ),
        ("open_to", open_to.join(", ")),
    ];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    pairs
        .map(|(key, value)| (key.to_owned(), string(&value)))
        .collect()
}

/// How often, and on which day: `biweekly`, `Tuesday`; `monthly`, `First Thursday`.
fn recurrence(rule: &str) -> (String, String) {
    let part = |name: &str| {
        let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let every = part("INTERVAL").unwrap_or("1");
    let frequency = match (part("FREQ").unwrap_or_default(), every) {
        ("WEEKLY", "2") => "biweekly".to_owned(),
        (frequency, "1") => frequency.to_lowercase(),
        (frequency, every) => format!("{}, every {every}", frequency.to_lowercase()),
    };
    let days = part("BYDAY").unwrap_or_default().split(',').map(day);
    (frequency, days.collect::<Vec<_>>().join(", "))
}

/// `TU` as `Tuesday`, `1TH` as `First Thursday`.
fn day(written: &str) -> String {
    let (which, day) = written
        .split_at_checked(written.len().saturating_sub(2))
        .unwrap_or_default();
    let day = weekday(day);
    match which {
        "" => day.to_owned(),
        "1" => format!("First {day}"),
        "2" => format!("Second {day}"),
        "3" => format!("Third {day}"),
        "4" => format!("Fourth {day}"),
        "-1" => format!("Last {day}"),
        other => format!("{other} {day}"),
    }
}

/// The zone as people of the place say it.
fn zone(timezone: &str) -> &str {
    match timezone {
        "America/Los_Angeles" => "PT",
        "America/Denver" => "MT",
        "America/Chicago" => "CT",
        "America/New_York" => "ET",
        other => other,
    }
}

fn people(who: &Who) -> String {
    match who.to_string().as_str() {
        "anyone" => "public".to_owned(),
        role => format!("{}s", last_word(role)),
    }
}

fn policies(charter: &Charter) -> String {
    let mut text = format!(
        "{MARK}\n\nclass MergePolicy:\n    \"\"\"What a change must show before it merges, by gate.\"\"\"\n"
    );
    for gate in charter.gates() {
        let name = constant(gate.name.as_str());
        let requirements = requirements(gate).into_iter();
        text.push_str(&format!(
            "\n    {name}_REQUIREMENTS = {}\n",
            dict(requirements, 1)
        ));
        let green = gate.checks.iter().filter(|rule| rule.says.is_none());
        let green: Vec<String> = green.map(|rule| string(&rule.name)).collect();
        text.push_str(&format!("\n    {name}_CHECKS = [{}]\n", green.join(", ")));
    }
    text
}

/// Approvals and values that a gate asks for. Reviews count; of another role it matters that it
/// approves.
fn requirements(gate: &Gate) -> Vec<(String, String)> {
    let approvals = gate
        .approvals
        .iter()
        .map(|rule| match rule.role.role.as_str() {
            "reviewer" => ("min_reviews".to_owned(), rule.count.to_string()),
            role if rule.count == 1 => (format!("{}_approval", last_word(role)), "True".to_owned()),
            role => (
                format!("{}_approvals", last_word(role)),
                rule.count.to_string(),
            ),
        });
    let values = gate.checks.iter();
    let values = values.filter_map(|rule| Some((rule.name.clone(), value(rule)?)));
    approvals.chain(values).collect()
}

/// The limit that a check is held against: the least of the words that are enough.
fn value(rule: &CheckRule) -> Option<String> {
    Some(match rule.says.as_ref()? {
        Says::AtLeast(amount) | Says::AtMost(amount) => number(amount),
        Says::OneOf(words) => string(words.first()?),
        Says::AllOf(words) => {
            let words: Vec<String> = words.iter().map(|word| string(word)).collect();
            format!("[{}]", words.join(", "))
        }
    })
}

/// An amount as Python writes it: a percentage divided by hundred, the rest as it stands.
fn number(amount: &Amount) -> String {
    let written = amount.to_string();
    match written.strip_suffix('%') {
        Some(percent) => format!("{} / 100", percent.trim_end()),
        None => written,
    }
}

fn last_word(name: &str) -> &str {
    let role = name.split('@').next().unwrap_or(name);
    role.rsplit('-').next().unwrap_or(role)
}

/// A name as constants have it: `Discussion forum` as `DISCUSSION_FORUM`.
fn constant(name: &str) -> String {
    let upper = name.to_uppercase();
    let words = upper.split(|it: char| !it.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("_");
    match name.starts_with(|it: char| it.is_ascii_digit()) || name.is_empty() {
        true => format!("_{name}"),
        false => name,
    }
}

/// Entries, one a line, below so many levels.
fn dict(entries: impl IntoIterator<Item = (String, String)>, level: usize) -> String {
    let indent = "    ".repeat(level);
    let lines = entries
        .into_iter()
        .map(|(key, value)| format!("{indent}    {}: {value},\n", string(&key)));
    let lines: String = lines.collect();
    match lines.as_str() {
        "" => "{}".to_owned(),
        lines => format!("{{\n{lines}{indent}}}"),
    }
}

/// A text as a Python literal: JSON writes it the same way.
fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
