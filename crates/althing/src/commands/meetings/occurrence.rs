//! Meetings at their times, with the people who are expected.

use std::{ops::Range, str::FromStr};

use althing_charter::{Charter, MeetingName, Member, Members, Who};
use comfy_table::{Table, presets};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

/// A meeting at one time.
#[derive(Debug, Serialize)]
pub(crate) struct Occurrence<'a> {
    pub(crate) meeting: &'a MeetingName,
    pub(crate) title: &'a str,
    pub(crate) begins: Timestamp,
    pub(crate) ends: Timestamp,
    /// Begin on the clock of the meeting's zone.
    pub(crate) local: String,
    pub(crate) timezone: &'a str,
    pub(crate) attendees: &'a [Who],
    /// Logins of the attendees, as far as they are members.
    pub(crate) expected: Vec<&'a str>,
    pub(crate) open_to: &'a [Who],
    pub(crate) agenda: &'a [String],
}

/// The meetings that begin within a time, in order; of each at most `most`.
pub(crate) fn occurrences<'a>(
    charter: &'a Charter,
    members: &'a Members,
    within: Range<Timestamp>,
    most: usize,
    meant: impl Fn(&MeetingName) -> bool,
) -> Vec<Occurrence<'a>> {
    let meetings = charter.meetings().iter().filter(|(name, _)| meant(name));
    let mut all: Vec<Occurrence<'a>> = meetings
        .flat_map(|(name, meeting)| {
            let begins = meeting.occurrences(within.start, within.end, most);
            begins.into_iter().map(move |begin| {
                let length = SignedDuration::from_mins(i64::from(meeting.minutes));
                let begins = begin.timestamp();
                Occurrence {
                    meeting: name,
                    title: meeting.title.as_deref().unwrap_or(name.as_str()),
                    begins,
                    ends: begins.checked_add(length).unwrap_or(begins),
                    local: begin.strftime("%Y-%m-%dT%H:%M").to_string(),
                    timezone: meeting.timezone(),
                    attendees: &meeting.attendees,
                    expected: logins(&members.among(
                        charter,
                        &meeting.attendees,
                        charter.date(begins),
                    )),
                    open_to: &meeting.open_to,
                    agenda: &meeting.agenda,
                }
            })
        })
        .collect();
    all.sort_by_key(|it| (it.begins, it.meeting));
    all
}

fn logins<'a>(members: &[&'a Member]) -> Vec<&'a str> {
    members.iter().map(|member| member.login.as_str()).collect()
}

pub(crate) fn table(found: &[Occurrence<'_>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["when", "meeting", "expected"]);
    for it in found {
        let zone = it.begins.in_tz(it.timezone);
        let when = zone.map_or_else(
            |_| it.begins.to_string(),
            |at| at.strftime("%a %-d %b %Y %H:%M %Z").to_string(),
        );
        table.add_row([when, it.title.to_owned(), it.expected.join(", ")]);
    }
    table.trim_fmt()
}

/// A date or a moment, as people write it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    Date(Date),
    Time(Timestamp),
}

impl Moment {
    /// The moment, or the begin of the date in a zone.
    pub(crate) fn begin(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Time(time) => time,
            Self::Date(date) => date
                .to_zoned(zone.clone())
                .and_then(|midnight| midnight.start_of_day())
                .map_or(Timestamp::MAX, |midnight| midnight.timestamp()),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = text.parse().map(Self::Time);
        let date = || text.parse().map(Self::Date);
        time.or_else(|_| date())
            .map_err(|_| "expected a date (2026-01-31) or a time (2026-01-31T10:00:00Z)".to_owned())
    }
}
