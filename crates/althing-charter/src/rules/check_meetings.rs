//! What meetings must satisfy.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};
use jiff::{
    civil::{DateTime, date},
    tz::TimeZone,
};

use super::{
    names::{Names, bad_name},
    report::{Report, shown},
};
use crate::{
    Calendar, Meeting, MeetingName, calendar::read_timezone, extends::Placed, meeting::Recurrence,
    raw::RawMeeting,
};

/// How long a meeting lasts when nothing is said, in minutes.
const LASTS: u32 = 60;

/// The longest meeting, in minutes: a day.
const LONGEST: u32 = 24 * 60;

/// The most meetings of a charter. Each rule has to be followed to see whether it ever occurs.
const MOST: usize = 100;

pub(super) fn check_meetings(
    raw: Vec<Placed<'_, RawMeeting>>,
    names: Names<'_>,
    calendar: &Calendar,
    findings: &mut Vec<Finding>,
) -> BTreeMap<MeetingName, Meeting> {
    let mut meetings = BTreeMap::new();
    for (index, Placed { file, key, value }) in raw.into_iter().enumerate() {
        let mut report = Report::new(file, findings);
        if index == MOST {
            let message = format!("there are more than {MOST} meetings");
            report.error(&key, Code::CharterValue, message, "list fewer");
            break;
        }
        let name = bad_name(key.value.parse(), &key, &mut report);
        let meeting = meeting(value, &key, names, calendar, &mut report);
        if let (Some(name), Some(meeting)) = (name, meeting) {
            meetings.insert(name, meeting);
        }
    }
    meetings
}

fn meeting(
    raw: RawMeeting,
    key: &Spanned<String>,
    names: Names<'_>,
    calendar: &Calendar,
    report: &mut Report<'_>,
) -> Option<Meeting> {
    let timezone = timezone(raw.timezone.as_ref(), calendar, report);
    let starts = starts(&raw.starts, report);
    let recurrence = starts.and_then(|starts| recurrence(&raw.rule, starts, report));
    let minutes = raw.lasts.map_or(LASTS, |lasts| minutes(&lasts, report));
    let channel = raw.channel.and_then(|name| names.channel(&name, report));
    let attendees = names.people(&raw.attendees.0, report);
    let mut open_to = names.people(&raw.open_to.0, report);
    if raw.open_to.0.is_empty() {
        open_to.clone_from(&attendees);
    }
    Some(Meeting {
        title: report.text("title", raw.title),
        description: report.text("description", raw.description),
        minutes,
        attendees,
        open_to,
        agenda: report.texts("agenda", raw.agenda),
        duties: report.texts("duties", raw.duties),
        channel,
        location: yaml::location(report.file, key),
        recurrence: recurrence?,
        starts: starts?,
        timezone: timezone?,
    })
}

fn timezone(
    written: Option<&Spanned<String>>,
    calendar: &Calendar,
    report: &mut Report<'_>,
) -> Option<TimeZone> {
    let Some(written) = written else {
        return Some(calendar.timezone.clone());
    };
    let timezone = read_timezone(&written.value);
    if timezone.is_none() {
        let message = format!("`{}` is not a time zone", shown(&written.value));
        let help = "write a name of the IANA time zone database, such as `Europe/Berlin`, or `UTC`";
        report.error(written, Code::CharterValue, message, help);
    }
    timezone
}

/// `2026-01-06T10:00`, without zone.
fn starts(written: &Spanned<String>, report: &mut Report<'_>) -> Option<DateTime> {
    let text = written.value.as_str();
    let earliest = date(1970, 1, 1).at(0, 0, 0, 0);
    let latest = date(2200, 1, 1).at(0, 0, 0, 0);
    let read = text.parse::<DateTime>().ok().filter(|at| {
        at.strftime("%Y-%m-%dT%H:%M").to_string() == text && (earliest..latest).contains(at)
    });
    if read.is_none() {
        let message = format!("`{}` is not a date with a time of day", shown(text));
        let help = "write the first meeting as it is on the local clock: `2026-01-06T10:00`";
        report.error(written, Code::CharterValue, message, help);
    }
    read
}

fn recurrence(
    rule: &Spanned<String>,
    starts: DateTime,
    report: &mut Report<'_>,
) -> Option<Recurrence> {
    Recurrence::read(&rule.value, starts)
        .map_err(|why| {
            let shown = shown(&rule.value);
            let message = format!("recurrence rule `{shown}` cannot be used: {why}");
            let help = "write a rule of RFC 5545 such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU` or \
                        `FREQ=MONTHLY;BYDAY=1TH`, and let `starts` be its first day";
            report.error(rule, Code::CharterValue, message, help);
        })
        .ok()
}

/// `60 minutes`, `2 hours`.
fn minutes(written: &Spanned<String>, report: &mut Report<'_>) -> u32 {
    let read = written.value.split_once(' ').and_then(|(number, unit)| {
        let number: u32 = number.parse().ok()?;
        match unit {
            "minute" | "minutes" => Some(number),
            "hour" | "hours" => number.checked_mul(60),
            _ => None,
        }
    });
    match read {
        Some(minutes @ 1..=LONGEST) => minutes,
        Some(_) | None => {
            let message = format!(
                "`{}` is not how long a meeting lasts",
                shown(&written.value)
            );
            let help = "write minutes or hours, at most a day: `60 minutes`, `2 hours`";
            report.error(written, Code::CharterValue, message, help);
            LASTS
        }
    }
}
