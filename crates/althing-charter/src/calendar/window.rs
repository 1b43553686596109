//! A waiting period with its end worked out, for people to read.

use std::fmt;

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

/// How many days off a sentence lists before it only counts them.
const LISTED: usize = 7;

/// From when to when a waiting period runs, and which days it does not count.
///
/// Displays as a sentence without a period, `ends Tue 10 Mar 2026 14:05 UTC; not counted: Sat
/// 7 Mar, Sun 8 Mar`, so that nobody has to work out a deadline (L-156).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) days_off: Vec<DayOff>,
    pub(super) timezone: TimeZone,
}

impl Window {
    /// When it begins.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// The first instant at which it is over.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether it is over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.end
    }

    /// The days of the calendar's zone that were not counted, in order.
    pub fn days_off(&self) -> &[DayOff] {
        &self.days_off
    }
}

/// A day on which working hours do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// The date in the calendar's zone.
    pub date: Date,
    /// Why it does not count.
    pub why: Off,
}

/// Why working hours do not count on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// It belongs to the weekend.
    Weekend,
    /// It is listed as a holiday.
    Holiday,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.end == Timestamp::MAX {
            return f.write_str("never ends");
        }
        let end = self.end.to_zoned(self.timezone.clone());
        write!(f, "ends {}", Moment(&end))?;
        for (index, day) in self.days_off.iter().take(LISTED).enumerate() {
            f.write_str(if index == 0 { "; not counted: " } else { ", " })?;
            write!(f, "{day}")?;
        }
        match self.days_off.len().saturating_sub(LISTED) {
            0 => Ok(()),
            1 => f.write_str(" and 1 more day"),
            more => write!(f, " and {more} more days"),
        }
    }
}

impl fmt::Display for DayOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date.strftime("%a %-d %b"))?;
        match self.why {
            Off::Weekend => Ok(()),
            Off::Holiday => f.write_str(" (holiday)"),
        }
    }
}

/// Minutes are enough unless the moment has more.
struct Moment<'a>(&'a Zoned);

impl fmt::Display for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.second() == 0 && self.0.subsec_nanosecond() == 0;
        let format = if whole {
            "%a %-d %b %Y %H:%M %Z"
        } else {
            "%a %-d %b %Y %H:%M:%S%.f %Z"
        };
        self.0.strftime(format).fmt(f)
    }
}
