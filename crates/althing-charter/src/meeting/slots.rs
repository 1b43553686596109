//! Periods in each of which a meeting is held.

use std::ops::Range;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::Meeting;

impl Meeting {
    /// The days, weeks, months or years, as it recurs, in which the meeting is held: a month for
    /// every month, a quarter for every third month from the first one on (L-012, L-189). Those
    /// that are over by `to` and were not before `from`, and in which it occurs at all.
    pub fn slots(&self, from: Date, to: Date) -> Vec<Range<Date>> {
        let part = |key: &str| {
            let mut parts = self.rule().split(';');
            parts.find_map(|part| part.strip_prefix(key)?.strip_prefix('='))
        };
        let interval: i32 = part("INTERVAL").and_then(|it| it.parse().ok()).unwrap_or(1);
        let first = self.starts.date();
        let (first, span) = match part("FREQ") {
            Some("DAILY") => (first, interval.days()),
            Some("WEEKLY") => {
                let since_monday = first.weekday().since(Weekday::Monday);
                let monday = first.checked_sub(i32::from(since_monday).days());
                (monday.unwrap_or(first), interval.weeks())
            }
            Some("YEARLY") => (first.first_of_year(), interval.years()),
            Some(_) | None => (first.first_of_month(), interval.months()),
        };
        let mut slots = Vec::new();
        let mut begin = first;
        while let Ok(end) = begin.checked_add(span) {
            if end > to {
                break;
            }
            if end > from && self.occurs(begin..end) {
                slots.push(begin..end);
            }
            begin = end;
        }
        slots
    }

    fn occurs(&self, within: Range<Date>) -> bool {
        let midnight = |date: Date| date.at(0, 0, 0, 0);
        let mut times = self
            .recurrence
            .between(midnight(within.start), midnight(within.end));
        times.next().is_some()
    }
}
