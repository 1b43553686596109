//! Waiting periods end when the charter says, to the minute and in every zone.

use std::collections::BTreeSet;

use althing_charter::{Calendar, Charter, Off, Period, Source};
use jiff::{
    SignedDuration, Timestamp,
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use proptest::prelude::*;
use rstest::rstest;

const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",      // clocks change at midnight
    "Africa/Cairo",        // midnight is skipped
    "Asia/Beirut",         // midnight is skipped
    "Atlantic/Azores",     // midnight is skipped, and repeated
    "America/Asuncion",    // the last hour of a day was repeated
    "Australia/Lord_Howe", // clocks change by half an hour
    "Asia/Kathmandu",      // 5:45 ahead
    "America/Sao_Paulo",
    "Pacific/Apia", // left out 30 December 2011
];

/// The calendar of a charter in which these lines stand under `calendar`.
fn calendar(yaml: &str) -> Calendar {
    let charter = format!(
        "charter: 1\nname: n\nversion: v\ncalendar: {yaml}\n\
         gates: {{ g: {{ paths: ['**'], requires: {{ checks: [c] }} }} }}\n"
    );
    let charter = Charter::parse(Source::new("c", &charter), &[]);
    charter.expect("valid").calendar().clone()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("timestamp")
}

const BERLIN: &str = "{ timezone: Europe/Berlin }";
const BERLIN_ALL_DAYS: &str = "{ timezone: Europe/Berlin, weekend: [] }";
const BERLIN_SABBATH: &str = "{ timezone: Europe/Berlin, weekend: [saturday] }";
const CAIRO: &str = "{ timezone: Africa/Cairo, weekend: [friday, saturday] }";
const LABRADOR: &str = "{ timezone: America/Goose_Bay, weekend: [saturday] }";
const EASTER: &str = "{ holidays: ['2026-04-03', '2026-04-06'] }";

#[rstest]
// 5 March 2026 is a Thursday.
#[case::over_a_weekend("{}", "2026-03-05T12:00:00Z", "2026-03-09T12:00:00Z")]
#[case::within_a_week("{}", "2026-03-02T12:00:00Z", "2026-03-04T12:00:00Z")]
#[case::from_a_saturday("{}", "2026-03-07T10:00:00Z", "2026-03-11T00:00:00Z")]
#[case::from_a_sunday("{}", "2026-03-08T23:59:59Z", "2026-03-11T00:00:00Z")]
#[case::used_up_at_the_weekend("{}", "2026-03-05T00:00:00Z", "2026-03-07T00:00:00Z")]
#[case::a_second_later("{}", "2026-03-05T00:00:01Z", "2026-03-09T00:00:01Z")]
#[case::over_holidays(EASTER, "2026-04-02T12:00:00Z", "2026-04-08T12:00:00Z")]
#[case::from_a_holiday(EASTER, "2026-04-03T12:00:00Z", "2026-04-09T00:00:00Z")]
#[case::zone_decides_the_day(BERLIN, "2026-03-06T23:30:00Z", "2026-03-10T23:00:00Z")]
#[case::clocks_go_forward_on_the_weekend(BERLIN, "2026-03-27T11:00:00Z", "2026-03-31T10:00:00Z")]
#[case::clocks_go_back_on_the_weekend(BERLIN, "2026-10-23T10:00:00Z", "2026-10-27T11:00:00Z")]
#[case::a_day_of_23_hours(BERLIN_ALL_DAYS, "2026-03-28T11:00:00Z", "2026-03-30T11:00:00Z")]
#[case::a_short_day_after_a_day_off(BERLIN_SABBATH, "2026-03-28T11:00:00Z", "2026-03-30T23:00:00Z")]
#[case::a_long_day_after_a_day_off(BERLIN_SABBATH, "2026-10-24T11:00:00Z", "2026-10-26T22:00:00Z")]
#[case::skipped_midnight(CAIRO, "2026-04-22T10:00:00Z", "2026-04-26T09:00:00Z")]
// At 0:01 on a Sunday it was 23:01 on Saturday again; Sunday had begun at the first midnight.
#[case::clocks_go_back_across_midnight(LABRADOR, "2010-11-07T03:30:00Z", "2010-11-09T03:30:00Z")]
fn forty_eight_working_hours(#[case] yaml: &str, #[case] start: &str, #[case] end: &str) {
    let period = Period::WorkingHours(48);
    assert_eq!(calendar(yaml).end_of(at(start), period), at(end));
}

#[rstest]
#[case("{}", "2026-03-05T12:00:00Z", 7, "2026-03-12T12:00:00Z")]
#[case::clocks_go_forward(BERLIN, "2026-03-28T11:00:00Z", 1, "2026-03-29T11:00:00Z")]
#[case::clocks_go_back(BERLIN, "2026-10-24T11:00:00Z", 7, "2026-10-31T11:00:00Z")]
#[case::from_a_saturday("{}", "2026-03-07T10:00:00Z", 1, "2026-03-08T10:00:00Z")]
#[case::leap_day("{}", "2028-02-28T10:00:00Z", 1, "2028-02-29T10:00:00Z")]
fn days_of_24_hours(#[case] yaml: &str, #[case] start: &str, #[case] days: u32, #[case] end: &str) {
    assert_eq!(
        calendar(yaml).end_of(at(start), Period::Days(days)),
        at(end)
    );
}

#[rstest]
#[case("{}", "2026-03-05T12:00:00Z", 3, "2026-06-05T12:00:00Z")]
#[case::short_month("{}", "2026-01-31T12:00:00Z", 1, "2026-02-28T12:00:00Z")]
#[case::leap_year("{}", "2028-01-31T12:00:00Z", 1, "2028-02-29T12:00:00Z")]
#[case::clamped_once_only("{}", "2026-01-31T12:00:00Z", 2, "2026-03-31T12:00:00Z")]
#[case::a_year_from_a_leap_day("{}", "2028-02-29T12:00:00Z", 12, "2029-02-28T12:00:00Z")]
#[case::over_the_new_year("{}", "2026-11-30T00:00:00Z", 3, "2027-02-28T00:00:00Z")]
#[case::the_zone_says_which_day(BERLIN, "2026-01-30T23:30:00Z", 1, "2026-02-27T23:30:00Z")]
#[case::same_time_of_day_in_summer(BERLIN, "2026-03-05T11:00:00Z", 1, "2026-04-05T10:00:00Z")]
#[case::to_a_skipped_time_of_day(BERLIN, "2026-01-29T01:30:00Z", 2, "2026-03-29T01:30:00Z")]
fn calendar_months(
    #[case] yaml: &str,
    #[case] start: &str,
    #[case] months: u32,
    #[case] end: &str,
) {
    let period = Period::Months(months);
    assert_eq!(calendar(yaml).end_of(at(start), period), at(end));
}

#[test]
fn the_days_not_counted_are_shown() {
    let calendar = calendar("{ timezone: Europe/Berlin, holidays: ['2026-04-03', '2026-04-06'] }");
    let window = calendar.explain(at("2026-04-02T10:05:00Z"), Period::WorkingHours(48));
    assert_eq!(
        window.to_string(),
        "ends Wed 8 Apr 2026 12:05 CEST; \
         not counted: Fri 3 Apr (holiday), Sat 4 Apr, Sun 5 Apr, Mon 6 Apr (holiday)"
    );
    let reasons: Vec<Off> = window.days_off().iter().map(|day| day.why).collect();
    assert_eq!(
        reasons,
        [Off::Holiday, Off::Weekend, Off::Weekend, Off::Holiday]
    );
    assert!(!window.is_over(at("2026-04-08T10:04:59.999999999Z")));
    assert!(window.is_over(at("2026-04-08T10:05:00Z")));
}

#[test]
fn a_long_window_counts_the_days_it_does_not_list() {
    let window =
        Calendar::default().explain(at("2026-03-02T00:00:00.5Z"), Period::WorkingHours(24 * 20));
    assert_eq!(
        window.to_string(),
        "ends Mon 30 Mar 2026 00:00:00.5 UTC; not counted: Sat 7 Mar, Sun 8 Mar, Sat 14 Mar, \
         Sun 15 Mar, Sat 21 Mar, Sun 22 Mar, Sat 28 Mar and 1 more day"
    );
}

#[test]
fn nothing_ends_after_the_end_of_time() {
    for period in [Period::WorkingHours(48), Period::Days(7), Period::Months(1)] {
        let start = Timestamp::MAX - SignedDuration::from_hours(1);
        let window = Calendar::default().explain(start, period);
        assert_eq!(window.end(), Timestamp::MAX, "{period}");
        assert_eq!(window.to_string(), "never ends");
        // The beginning of time is a time like any other.
        assert!(Calendar::default().end_of(Timestamp::MIN, period) > Timestamp::MIN);
    }
}

/// A calendar with what a naive model needs to know of it.
#[derive(Clone, Debug)]
struct Case {
    zone: &'static str,
    weekend: BTreeSet<&'static str>,
    holidays: BTreeSet<Date>,
    start: Timestamp,
}

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

impl Case {
    fn calendar(&self) -> Calendar {
        let weekend: Vec<&str> = self.weekend.iter().copied().collect();
        let holidays: Vec<String> = self.holidays.iter().map(ToString::to_string).collect();
        calendar(&format!(
            "{{ timezone: {}, weekend: [{}], holidays: [{}] }}",
            self.zone,
            weekend.join(", "),
            holidays.join(", ")
        ))
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone()).date()
    }

    fn zone(&self) -> TimeZone {
        TimeZoneDatabase::bundled().get(self.zone).expect("zone")
    }

    fn works(&self, date: Date) -> bool {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).expect("0 to 6");
        !self.weekend.contains(WEEKDAYS[weekday]) && !self.holidays.contains(&date)
    }

    /// Counts quarters of an hour one by one: no zone has changed its clocks by less since 2011.
    fn naive_end(&self, hours: u32) -> Timestamp {
        let zone = self.zone();
        let (mut at, mut left) = (self.start, hours * 4);
        while left > 0 {
            if self.works(at.to_zoned(zone.clone()).date()) {
                left -= 1;
            }
            at += SignedDuration::from_mins(15);
        }
        at
    }
}

prop_compose! {
    fn cases()(
        zone in prop::sample::select(&ZONES[..]),
        weekend in prop::sample::subsequence(&WEEKDAYS[..], 0..=3),
        // Quarters of an hour from 2011 to 2036.
        start in (0..25_i64, 0..366_i64, 0..96_i64),
        holidays in prop::collection::btree_set(0..20_i64, 0..5),
    ) -> Case {
        let (years, days, quarters) = start;
        let start = at("2011-01-01T00:00:00Z")
            + SignedDuration::from_hours(24 * (365 * years + days))
            + SignedDuration::from_mins(15 * quarters);
        let mut case = Case { zone, weekend: weekend.into_iter().collect(), holidays: BTreeSet::new(), start };
        case.holidays = holidays
            .into_iter()
            .map(|days| case.date(start + SignedDuration::from_hours(24 * days)))
            .collect();
        case
    }
}

proptest! {
    #[test]
    fn working_hours_end_where_counting_them_one_by_one_ends(case in cases(), hours in 1..200_u32) {
        let end = case.calendar().end_of(case.start, Period::WorkingHours(hours));
        prop_assert_eq!(end, case.naive_end(hours));
    }

    #[test]
    fn the_last_moment_that_counts_is_on_a_working_day(case in cases(), hours in 1..2000_u32) {
        let window = case.calendar().explain(case.start, Period::WorkingHours(hours));
        let last = case.date(window.end() - SignedDuration::from_nanos(1));
        prop_assert!(case.works(last));
        for day in window.days_off() {
            prop_assert!(!case.works(day.date));
        }
    }

    #[test]
    fn who_starts_later_never_ends_earlier(
        case in cases(),
        later in 0..100_000_i64,
        hours in 1..200_u32,
    ) {
        let calendar = case.calendar();
        let later = case.start + SignedDuration::from_mins(later);
        for period in [Period::WorkingHours(hours), Period::Days(hours)] {
            prop_assert!(calendar.end_of(case.start, period) <= calendar.end_of(later, period));
        }
        // Clamping puts the 28th to the 31st on one date, each at its own time of day.
        let months = Period::Months(hours % 24 + 1);
        let date = |start| case.date(calendar.end_of(start, months));
        prop_assert!(date(case.start) <= date(later));
    }

    #[test]
    fn longer_ends_later(case in cases(), number in 1..100_u32) {
        let calendar = case.calendar();
        for kind in [Period::WorkingHours, Period::Days, Period::Months] {
            let end = calendar.end_of(case.start, kind(number));
            prop_assert!(case.start < end);
            prop_assert!(end < calendar.end_of(case.start, kind(number + 1)));
        }
    }
}

#[rstest]
#[case::days_go_on("2 days", &[("03-03T00:00", "03-03T12:00")], "03-05T00:00")]
#[case::hours_go_on("48 working hours", &[("03-03T00:00", "03-03T12:00")], "03-05T00:00")]
#[case::months_are_shifted("1 month", &[("03-03T00:00", "03-03T12:00")], "04-03T00:00")]
#[case::within_each_other("2 days", &[("03-03T00:00", "03-03T12:00"), ("03-03T06:00", "03-03T09:00")], "03-05T00:00")]
#[case::one_after_the_other("2 days", &[("03-03T12:00", "03-04T00:00"), ("03-03T00:00", "03-03T12:00")], "03-05T12:00")]
#[case::begun_before("2 days", &[("02-01T00:00", "03-03T12:00")], "03-05T12:00")]
#[case::over_before("2 days", &[("02-01T00:00", "03-02T12:00")], "03-04T12:00")]
#[case::begun_at_the_end("2 days", &[("03-04T12:00", "03-05T12:00")], "03-04T12:00")]
#[case::begun_before_the_end_that_is_put_off("2 days", &[("03-03T00:00", "03-03T12:00"), ("03-04T18:00", "03-05T18:00")], "03-06T00:00")]
#[case::a_pause_over_the_weekend("48 working hours", &[("03-03T12:00", "03-09T12:00")], "03-10T12:00")]
#[case::none_at_all("2 days", &[("03-03T12:00", "03-03T12:00"), ("03-04T00:00", "03-03T00:00")], "03-04T12:00")]
fn time_in_a_pause_does_not_count(
    #[case] period: &str,
    #[case] pauses: &[(&str, &str)],
    #[case] end: &str,
) {
    let at = |text: &str| at(&format!("2026-{text}:00Z"));
    let pauses: Vec<_> = (pauses.iter())
        .map(|(begin, end)| (at(begin), at(end)))
        .collect();
    let period = period.parse().expect("period");
    let window = Calendar::default().end_with_pauses(at("03-02T12:00"), period, &pauses);
    assert_eq!(window.end(), at(end));
}

proptest! {
    /// Hour by hour, in zones whose clocks change by whole hours.
    #[test]
    fn pauses_are_left_out_hour_by_hour(
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo"]),
        start in 0..9_000_i64,
        hours in 1..120_u32,
        working in any::<bool>(),
        pauses in prop::collection::vec((0..300_i64, 0..80_i64), 0..5),
    ) {
        let calendar = calendar(&format!("{{ timezone: {zone} }}"));
        let hour = |number: i64| {
            at("2026-01-01T00:00:00Z") + SignedDuration::from_hours(number)
        };
        let pauses: Vec<(Timestamp, Timestamp)> = pauses
            .into_iter()
            .map(|(begin, length)| (hour(start + begin - 50), hour(start + begin - 50 + length)))
            .collect();
        let (period, mut left) = if working {
            (Period::WorkingHours(hours), hours)
        } else {
            let days = hours.div_ceil(24);
            (Period::Days(days), days * 24)
        };
        let zone = TimeZoneDatabase::bundled().get(zone).expect("zone");
        let mut now = start;
        while left > 0 {
            let date = hour(now).to_zoned(zone.clone()).date();
            let paused = pauses.iter().any(|(begin, end)| *begin <= hour(now) && hour(now) < *end);
            if !paused && (!working || calendar.off(date).is_none()) {
                left -= 1;
            }
            now += 1;
        }
        let window = calendar.end_with_pauses(hour(start), period, &pauses);
        prop_assert_eq!(window.end(), hour(now));
    }
}
