//! What the calendar of a charter must satisfy.

use std::collections::BTreeSet;

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use crate::{
    Calendar,
    calendar::{read_date, read_timezone, read_weekday},
    raw::RawCalendar,
};

/// What is wrong goes to `findings`, and the default stands in for it.
pub(super) fn check_calendar(
    file: &str,
    raw: &Spanned<RawCalendar>,
    findings: &mut Vec<Finding>,
) -> Calendar {
    let mut calendar = Calendar::default();
    let mut report = |place: &Spanned<String>, what: &str, help: &str| {
        let shown: String = place.value.chars().take(60).collect();
        let message = format!("`{shown}` is not {what}");
        let finding = Finding::error(Code::CharterValue, message, help);
        findings.push(finding.at(yaml::location(file, place)));
    };
    if let Some(name) = &raw.value.timezone {
        match read_timezone(&name.value) {
            Some(timezone) => calendar.timezone = timezone,
            None => report(
                name,
                "a time zone",
                "write a name of the IANA time zone database, such as `Europe/Berlin`, or `UTC`",
            ),
        }
    }
    if let Some(days) = &raw.value.weekend {
        calendar.weekend.clear();
        for day in days {
            match read_weekday(&day.value) {
                Some(weekday) if calendar.weekend.contains(&weekday) => {}
                Some(weekday) => calendar.weekend.push(weekday),
                None => report(
                    day,
                    "a day of the week",
                    "write `monday` to `sunday`, in small letters",
                ),
            }
        }
    }
    let mut holidays = BTreeSet::new();
    for date in &raw.value.holidays {
        match read_date(&date.value) {
            Some(date) => {
                holidays.insert(date);
            }
            None => report(date, "a date", "write year, month and day: `2026-12-25`"),
        }
    }
    calendar.holidays = holidays;
    if calendar.weekend.len() == 7 {
        let finding = Finding::error(
            Code::CharterUnmeetable,
            "every day of the week is weekend, so working hours would never pass",
            "leave at least one day out of `weekend`",
        );
        findings.push(finding.at(yaml::location(file, raw)));
    }
    calendar
}
