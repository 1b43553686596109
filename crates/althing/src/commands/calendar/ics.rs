//! The meetings as iCalendar (RFC 5545): every meeting is one recurring event in its own zone.

use std::collections::BTreeSet;

use althing_charter::{Charter, Meeting, MeetingName, Member, Members};
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::{
    line::{Lines, parameter},
    zone,
};
use crate::commands::charter::words;

/// Which meetings are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Those that begin here or later; all, if nothing is said.
    pub(super) begin: Option<Timestamp>,
    /// Those that begin before; without an end, if nothing is said.
    pub(super) end: Option<Timestamp>,
}

/// The most occurrences that are counted where a rule has a `COUNT`.
const MOST: usize = 100_000;

/// The calendar file. `now` stands in it as the time at which it was written.
pub(super) fn calendar(
    charter: &Charter,
    members: &Members,
    limits: Limits,
    now: Timestamp,
) -> String {
    let events: Vec<Event<'_>> = charter
        .meetings()
        .iter()
        .filter_map(|(name, meeting)| Event::new(name, meeting, limits))
        .collect();
    let mut lines = Lines::default();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Althing//Calendar of meetings//EN");
    lines.raw("CALSCALE", "GREGORIAN");
    lines.text("X-WR-CALNAME", &format!("{}: meetings", charter.name()));
    let mut zones = BTreeSet::new();
    for event in &events {
        if !event.is_utc() && zones.insert(event.meeting.timezone()) {
            zone::write(&mut lines, event.meeting.timezone(), event.first.clone());
        }
    }
    for event in &events {
        event.write(&mut lines, charter, members, now);
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

/// A meeting from its first time within the limits on.
struct Event<'a> {
    name: &'a MeetingName,
    meeting: &'a Meeting,
    first: Zoned,
    rule: String,
}

impl<'a> Event<'a> {
    /// `None` if the meeting is not held within the limits.
    fn new(name: &'a MeetingName, meeting: &'a Meeting, limits: Limits) -> Option<Self> {
        let begin = limits.begin.unwrap_or(Timestamp::MIN);
        let end = limits.end.unwrap_or(Timestamp::MAX);
        let first = meeting.occurrences(begin, end, 1).pop()?;
        let counted = meeting.rule().contains("COUNT=");
        let parts = meeting.rule().split(';');
        let mut rule: Vec<String> = parts
            .filter(|part| !part.starts_with("COUNT="))
            .map(str::to_owned)
            .collect();
        if counted {
            let count = meeting.occurrences(begin, end, MOST).len();
            rule.push(format!("COUNT={count}"));
        } else if let Some(end) = limits.end {
            // The standard's end is the last moment that still belongs to the series.
            let last = Timestamp::from_second(end.as_second() - 1).unwrap_or(end);
            rule.push(format!("UNTIL={}", utc(last)));
        }
        Some(Self {
            name,
            meeting,
            first,
            rule: rule.join(";"),
        })
    }

    fn is_utc(&self) -> bool {
        self.meeting.timezone() == "UTC"
    }

    fn write(&self, lines: &mut Lines, charter: &Charter, members: &Members, now: Timestamp) {
        let meeting = self.meeting;
        let title = meeting.title.as_deref().unwrap_or(self.name.as_str());
        lines.raw("BEGIN", "VEVENT");
        lines.raw(
            "UID",
            &format!("{}.{}@althing", self.name, slug(charter.name())),
        );
        lines.raw("DTSTAMP", &utc(now));
        self.begin(lines);
        lines.raw("DURATION", &format!("PT{}M", meeting.minutes));
        lines.raw("RRULE", &self.rule);
        lines.text("SUMMARY", title);
        let day = charter.date(self.first.timestamp());
        let people = members.among(charter, &meeting.attendees, day);
        lines.text("DESCRIPTION", &description(meeting, &people));
        let channel = meeting.channel.as_ref();
        if let Some((name, channel)) =
            channel.and_then(|name| Some((name, charter.channels().get(name)?)))
        {
            let place = channel.title.as_deref().unwrap_or(name.as_str());
            let place = match &channel.url {
                Some(url) => format!("{place}, {url}"),
                None => place.to_owned(),
            };
            lines.text("LOCATION", &place);
        }
        for member in people {
            if let Some(address) = member.emails.first() {
                let name = member.name.as_deref().unwrap_or(&member.login);
                let property = format!("ATTENDEE;CUTYPE=INDIVIDUAL;CN={}", parameter(name));
                lines.raw(&property, &format!("mailto:{address}"));
            }
        }
        lines.raw("END", "VEVENT");
    }

    fn begin(&self, lines: &mut Lines) {
        let local = self.first.strftime("%Y%m%dT%H%M%S").to_string();
        if self.is_utc() {
            lines.raw("DTSTART", &format!("{local}Z"));
        } else {
            lines.raw(&format!("DTSTART;TZID={}", self.meeting.timezone()), &local);
        }
    }
}

/// What people read when they open the event.
fn description(meeting: &Meeting, expected: &[&Member]) -> String {
    let mut parts: Vec<String> = meeting.description.iter().cloned().collect();
    if !meeting.agenda.is_empty() {
        let points = meeting.agenda.iter().map(|point| format!("- {point}"));
        let points: Vec<String> = points.collect();
        parts.push(format!("Agenda:\n{}", points.join("\n")));
    }
    if !meeting.attendees.is_empty() {
        let mut text = format!("Expected: {}", words::people(&meeting.attendees));
        if !expected.is_empty() {
            let logins: Vec<&str> = expected.iter().map(|it| it.login.as_str()).collect();
            text.push_str(&format!(" ({})", logins.join(", ")));
        }
        parts.push(text);
    }
    parts.push(format!("Who may join: {}", words::people(&meeting.open_to)));
    if !meeting.duties.is_empty() {
        parts.push(format!("Duties: {}", meeting.duties.join("; ")));
    }
    parts.join("\n\n").replace('`', "")
}

/// A moment in UTC, as the standard writes it.
pub(super) fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// Letters and digits of a name, for an identifier that stays the same.
fn slug(name: &str) -> String {
    let letters = name.to_lowercase();
    let parts = letters.split(|it: char| !it.is_ascii_alphanumeric());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => "charter".to_owned(),
        parts => parts.join("-"),
    }
}
