//! Meetings that are held again and again.

mod held;
mod recurrence;
mod slots;

use althing_diag::Location;
use jiff::{Timestamp, Zoned, civil::DateTime, tz::TimeZone};

use crate::{ChannelName, Who};

pub use held::HeldMeeting;
pub(crate) use recurrence::Recurrence;

/// A meeting that is held again and again (T-218…T-225).
#[derive(Clone, Debug)]
pub struct Meeting {
    /// As the community spells it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    pub(crate) recurrence: Recurrence,
    pub(crate) starts: DateTime,
    pub(crate) timezone: TimeZone,
    /// How long it lasts, in minutes.
    pub minutes: u32,
    /// Who is expected.
    pub attendees: Vec<Who>,
    /// Who may join: the attendees, if nothing else is said.
    pub open_to: Vec<Who>,
    /// What is talked about.
    pub agenda: Vec<String>,
    /// What it has to bring about.
    pub duties: Vec<String>,
    /// Where it takes place.
    pub channel: Option<ChannelName>,
    /// Where it is declared.
    pub location: Location,
}

impl Meeting {
    /// How it recurs, as a recurrence rule of RFC 5545.
    pub fn rule(&self) -> &str {
        self.recurrence.written()
    }

    /// Date and time of day of the first one, in [`Meeting::timezone`].
    pub fn starts(&self) -> DateTime {
        self.starts
    }

    /// Name of the time zone of the meeting, such as `America/Los_Angeles`.
    pub fn timezone(&self) -> &str {
        self.timezone.iana_name().unwrap_or("UTC")
    }

    /// The zone itself, from the database that is built in.
    pub fn zone(&self) -> &TimeZone {
        &self.timezone
    }

    /// The beginnings of the meetings from `from` (included) to `to` (excluded), in order, at
    /// most `most`. Each is at the written time of day in the meeting's zone, whatever the clocks
    /// do; where they skip that time, at the time after the gap.
    ///
    /// A rule that hardly ever occurs is followed for a bounded time, not for ever.
    pub fn occurrences(&self, from: Timestamp, to: Timestamp, most: usize) -> Vec<Zoned> {
        let zoned = |local: DateTime| local.to_zoned(self.timezone.clone()).ok();
        // A zone is at most 26 hours from another; one that shifts by that much lies between.
        let margin = jiff::SignedDuration::from_hours(48);
        let local = |at: Timestamp, margin| {
            let at = at.checked_add(margin).unwrap_or(at);
            at.to_zoned(TimeZone::UTC).datetime()
        };
        self.recurrence
            .between(local(from, -margin), local(to, margin))
            .filter_map(zoned)
            .filter(|begin| begin.timestamp() >= from && begin.timestamp() < to)
            .take(most)
            .collect()
    }
}
