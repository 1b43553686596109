//! Meetings are held at their time of day, whatever the clocks do.

use althing_charter::{Charter, Meeting, Source};
use jiff::Timestamp;
use proptest::prelude::*;
use rstest::rstest;

fn charter(meeting: &str) -> Result<Charter, usize> {
    let text = format!(
        "charter: 1\nname: n\nversion: v\n\
         gates: {{ g: {{ paths: ['**'], requires: {{ checks: [c] }} }} }}\n\
         meetings: {{ m: {meeting} }}\n"
    );
    Charter::parse(Source::new("c", &text), &[]).map_err(|findings| findings.len())
}

fn meeting(rule: &str, starts: &str, timezone: &str) -> Meeting {
    let written = format!("{{ rule: '{rule}', starts: '{starts}', timezone: {timezone} }}");
    let charter = charter(&written).expect("valid");
    charter
        .meetings()
        .values()
        .next()
        .expect("a meeting")
        .clone()
}

fn times(meeting: &Meeting, from: &str, to: &str) -> Vec<String> {
    let at = |text: &str| text.parse::<Timestamp>().expect("a time");
    let times = meeting.occurrences(at(from), at(to), 100).into_iter();
    times
        .map(|time| time.strftime("%m-%d %H:%M %Z").to_string())
        .collect()
}

#[rstest]
#[case::summer_time_begins(
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-01-06T10:00", "America/Los_Angeles",
    "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z",
    &["03-03 10:00 PST", "03-17 10:00 PDT", "03-31 10:00 PDT"],
)]
#[case::summer_time_ends(
    "FREQ=MONTHLY;BYDAY=1TH", "2026-01-01T14:00", "America/Los_Angeles",
    "2026-10-01T00:00:00Z", "2026-12-31T00:00:00Z",
    &["10-01 14:00 PDT", "11-05 14:00 PST", "12-03 14:00 PST"],
)]
#[case::an_hour_that_is_skipped(
    "FREQ=DAILY", "2026-03-27T02:30", "Europe/Berlin",
    "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z",
    &["03-28 02:30 CET", "03-29 03:30 CEST", "03-30 02:30 CEST"],
)]
#[case::an_hour_that_comes_twice(
    "FREQ=DAILY", "2026-10-24T02:30", "Europe/Berlin",
    "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z",
    &["10-24 02:30 CEST", "10-25 02:30 CEST", "10-26 02:30 CET"],
)]
#[case::the_last_day_of_short_months(
    "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T12:00", "UTC",
    "2026-02-01T00:00:00Z", "2026-05-01T00:00:00Z",
    &["02-28 12:00 UTC", "03-31 12:00 UTC", "04-30 12:00 UTC"],
)]
#[case::the_end_is_excluded(
    "FREQ=DAILY;COUNT=3", "2026-01-01T00:00", "UTC",
    "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z",
    &["01-01 00:00 UTC"],
)]
fn times_of_day_stay(
    #[case] rule: &str,
    #[case] starts: &str,
    #[case] timezone: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &[&str],
) {
    assert_eq!(times(&meeting(rule, starts, timezone), from, to), expected);
}

#[test]
fn quarters_are_three_months_apart() {
    let quarterly = meeting(
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE",
        "2026-01-14T16:00",
        "UTC",
    );
    assert_eq!(
        times(&quarterly, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        [
            "01-14 16:00 UTC",
            "04-08 16:00 UTC",
            "07-08 16:00 UTC",
            "10-14 16:00 UTC"
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_rule_gives_meetings_or_findings(
        frequency in "DAILY|WEEKLY|MONTHLY|YEARLY|HOURLY|",
        parts in prop::collection::vec("(INTERVAL|COUNT|BYDAY|BYMONTH|BYMONTHDAY|BYSETPOS|WKST|BYHOUR)=(-?[0-9]{1,4}|[0-9]?(MO|TU|SU)|[A-Z0-9,+-]{0,8})", 0..4),
        starts in "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9])T(0[0-9]|1[0-9]):00",
    ) {
        let mut rule = format!("FREQ={frequency}");
        for part in parts {
            rule.push(';');
            rule.push_str(&part);
        }
        match charter(&format!("{{ rule: '{rule}', starts: '{starts}' }}")) {
            Err(count) => prop_assert!(count > 0),
            Ok(charter) => {
                let meeting = charter.meetings().values().next().expect("a meeting");
                let all = meeting.occurrences(Timestamp::MIN, Timestamp::MAX, 5);
                prop_assert_eq!(all[0].datetime(), meeting.starts());
                prop_assert!(all.windows(2).all(|pair| pair[0].timestamp() < pair[1].timestamp()));
            }
        }
    }
}
