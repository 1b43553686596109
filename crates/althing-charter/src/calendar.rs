//! When a waiting period ends: the calendar of a charter.

mod period;
mod window;

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::{TimeZone, TimeZoneDatabase},
};

pub use period::{InvalidPeriod, Period};
pub use window::{DayOff, Off, Window};

/// The zone, the weekend and the holidays by which waiting periods are counted (L-154, L-A10).
///
/// The default is UTC, Saturday and Sunday, no holidays. A calendar has at least one working
/// day in every week that holds no holiday: validation sees to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub(crate) timezone: TimeZone,
    /// In the order of the file.
    pub(crate) weekend: Vec<Weekday>,
    pub(crate) holidays: BTreeSet<Date>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            timezone: TimeZone::UTC,
            weekend: vec![Weekday::Saturday, Weekday::Sunday],
            holidays: BTreeSet::new(),
        }
    }
}

impl Calendar {
    /// Name of the time zone, such as `Europe/Berlin`.
    pub fn timezone(&self) -> &str {
        self.timezone.iana_name().unwrap_or("UTC")
    }

    /// The time zone itself.
    pub fn zone(&self) -> &TimeZone {
        &self.timezone
    }

    /// The days of the week on which working hours do not count.
    pub fn weekend(&self) -> &[Weekday] {
        &self.weekend
    }

    /// The dates on which working hours do not count.
    pub fn holidays(&self) -> &BTreeSet<Date> {
        &self.holidays
    }

    /// Why working hours do not count on `date`; `None` on a working day.
    pub fn off(&self, date: Date) -> Option<Off> {
        if self.holidays.contains(&date) {
            Some(Off::Holiday)
        } else if self.weekend.contains(&date.weekday()) {
            Some(Off::Weekend)
        } else {
            None
        }
    }

    /// The first instant at which the whole of `period` has passed since `start`.
    ///
    /// - Working hours are hours of real time on working days, from midnight to midnight in the
    ///   calendar's zone; a day on which the clocks change has 23 or 25 of them. A period that
    ///   is used up at the midnight before a weekend ends at that midnight.
    /// - Days are 24 hours each, whatever the clocks do.
    /// - Months keep the date and the time of day in the calendar's zone; where the month is too
    ///   short, its last day is taken (31 January and one month is 28 or 29 February), and where
    ///   the clocks skip that time of day, the time after the gap.
    ///
    /// An end beyond the year 9999 is the last instant there is: it never comes.
    pub fn end_of(&self, start: Timestamp, period: Period) -> Timestamp {
        self.explain(start, period).end()
    }

    /// [`Calendar::end_of`], with the days that were not counted.
    pub fn explain(&self, start: Timestamp, period: Period) -> Window {
        self.end_with_pauses(start, period, &[])
    }

    /// [`Calendar::explain`] where time within a pause does not count at all: hours and days go
    /// on after it, and months end later by its length (L-153).
    ///
    /// A pause is a beginning and an end; pauses may overlap, and lie anywhere.
    pub fn end_with_pauses(
        &self,
        start: Timestamp,
        period: Period,
        pauses: &[(Timestamp, Timestamp)],
    ) -> Window {
        let pauses = merged(start, pauses);
        let mut days_off = Vec::new();
        let end = match period {
            Period::WorkingHours(hours) => {
                let length = SignedDuration::from_hours(i64::from(hours));
                self.end_of_working_time(start, length, &pauses, &mut days_off)
            }
            Period::Days(days) => {
                let length = SignedDuration::from_hours(24 * i64::from(days));
                start
                    .checked_add(length)
                    .ok()
                    .and_then(|end| later(end, &pauses))
            }
            Period::Months(months) => {
                let start = start.to_zoned(self.timezone.clone());
                let end = start.checked_add(i64::from(months).months()).ok();
                end.and_then(|end| later(end.timestamp(), &pauses))
            }
        };
        Window {
            start,
            end: end.unwrap_or(Timestamp::MAX),
            days_off,
            timezone: self.timezone.clone(),
        }
    }

    /// `None` beyond the end of time.
    fn end_of_working_time(
        &self,
        start: Timestamp,
        length: SignedDuration,
        pauses: &[(Timestamp, Timestamp)],
        days_off: &mut Vec<DayOff>,
    ) -> Option<Timestamp> {
        let mut left = length;
        let mut from = start;
        for (begin, end) in pauses {
            match self.work(from, Some(*begin), left, days_off)? {
                Work::Ends(at) => return Some(at),
                Work::Left(rest) => left = rest,
            }
            from = *end;
        }
        match self.work(from, None, left, days_off)? {
            Work::Ends(at) => Some(at),
            Work::Left(_) => None,
        }
    }

    /// Uses up working time from `from` on, at most until `until`.
    fn work(
        &self,
        from: Timestamp,
        until: Option<Timestamp>,
        length: SignedDuration,
        days_off: &mut Vec<DayOff>,
    ) -> Option<Work> {
        let mut at = from;
        let mut left = length;
        let mut date = from.to_zoned(self.timezone.clone()).date();
        loop {
            if until.is_some_and(|until| at >= until) {
                return Some(Work::Left(left));
            }
            let tomorrow = date.tomorrow().ok()?;
            // Where clocks go back across midnight, `at` may lie behind the first midnight.
            let midnight = self.first_instant_of(tomorrow)?.max(at);
            let stop = until.map_or(midnight, |until| until.min(midnight));
            match self.off(date) {
                Some(why) => {
                    let day = DayOff { date, why };
                    if days_off.last() != Some(&day) {
                        days_off.push(day);
                    }
                }
                None => {
                    let today = at.duration_until(stop);
                    if left <= today {
                        return at.checked_add(left).ok().map(Work::Ends);
                    }
                    left -= today;
                }
            }
            at = stop;
            if stop == midnight {
                date = tomorrow;
            }
        }
    }

    fn first_instant_of(&self, date: Date) -> Option<Timestamp> {
        let midnight = date.to_zoned(self.timezone.clone()).ok()?;
        Some(midnight.start_of_day().ok()?.timestamp())
    }
}

/// Whether working time was used up.
enum Work {
    Ends(Timestamp),
    Left(SignedDuration),
}

/// The pauses after `start`, in order and without overlap.
fn merged(start: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut pauses: Vec<_> = pauses
        .iter()
        .map(|(begin, end)| ((*begin).max(start), *end))
        .filter(|(begin, end)| begin < end)
        .collect();
    pauses.sort();
    let mut merged = Vec::<(Timestamp, Timestamp)>::new();
    for (begin, end) in pauses {
        match merged.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            Some(_) | None => merged.push((begin, end)),
        }
    }
    merged
}

/// The end, put off by every pause that begins before it. `None` beyond the end of time.
fn later(end: Timestamp, pauses: &[(Timestamp, Timestamp)]) -> Option<Timestamp> {
    pauses.iter().try_fold(end, |end, (begin, until)| {
        if *begin < end {
            end.checked_add(begin.duration_until(*until)).ok()
        } else {
            Some(end)
        }
    })
}

/// The zone of that name in the database that is built in: the same rules on every machine.
pub(crate) fn read_timezone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// `monday` … `sunday`.
pub(crate) fn read_weekday(name: &str) -> Option<Weekday> {
    let day = match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    };
    Some(day)
}

/// `YYYY-MM-DD` and nothing else.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}
