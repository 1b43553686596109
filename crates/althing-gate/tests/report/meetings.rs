//! Meetings in the record.

use althing_charter::{HeldMeeting, Record};
use althing_diag::id::{Account, UserId};
use jiff::civil::date;
use rstest::rstest;
use serde_json::json;

use crate::fixture::World;

fn world(since: &str, now: &str) -> World {
    let mut world = World::llama();
    world.history["since"] = json!(since);
    world.now = now.parse().expect("time");
    world
}

#[test]
fn a_month_without_a_record_is_reported_once_it_is_over() {
    let mut world = world("2026-03-01T00:00:00Z", "2026-05-31T23:59:59Z");
    world.held("maintainer-sync", (2026, 3, 31), &["m1"]);
    // What the record says is not bound to the period of the facts.
    world.history["since"] = json!("2026-03-31T12:00:00Z");
    world.held("roadmap-selection", (2026, 2, 11), &["m1"]);
    let told =
        ["meeting-missed: the record knows no `Maintainers' sync` from 2026-04-01 to 2026-04-30"];
    assert_eq!(world.findings("missed-meetings"), told);
    world.now = "2026-06-01T00:00:00Z".parse().expect("time");
    assert_eq!(world.codes("missed-meetings"), ["meeting-missed"; 2]);
    world.held("maintainer-sync", (2026, 4, 1), &["m1"]);
    world.held("maintainer-sync", (2026, 5, 29), &["m1", "m2"]);
    assert_eq!(world.codes("missed-meetings"), [""; 0]);
}

#[test]
fn a_quarter_without_a_selection_is_reported() {
    let mut world = world("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z");
    for month in 1..=6 {
        world.held("maintainer-sync", (2026, month, 3), &["m1", "m2", "m3"]);
    }
    let found = world.findings("missed-meetings");
    assert_eq!(
        found,
        [
            "meeting-missed: the record knows no `Selection of the mid-term goals` from 2026-01-01 to 2026-03-31",
            "meeting-missed: the record knows no `Selection of the mid-term goals` from 2026-04-01 to 2026-06-30",
        ]
    );
    world.held("roadmap-selection", (2026, 2, 11), &["m1", "m2", "m3"]);
    assert_eq!(world.codes("missed-meetings"), ["meeting-missed"]);
}

#[rstest]
#[case::adopted("adopted", &[])]
#[case::still_open("chosen", &["meeting-missed"])]
#[case::taken_back("withdrawn", &["meeting-missed"])]
fn a_selection_that_was_adopted_stands_for_its_meeting(
    #[case] state: &str,
    #[case] codes: &[&str],
) {
    let mut world = world("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z");
    for month in 4..=6 {
        world.held("maintainer-sync", (2026, month, 3), &["m1", "m2", "m3"]);
    }
    let opened = json!({
        "kind": "subject.opened",
        "data": {
            "lifecycle": "roadmap-selection",
            "title": "2026-Q2",
            "attributes": {},
            "source": null,
            "body": "0".repeat(64),
            "text": "0".repeat(64),
            "state": state,
        }
    });
    let opened: Record = serde_json::from_value(opened).expect("a record");
    world.happened("roadmap-selection-1", "2026-06-30T10:00:00Z", opened);
    assert_eq!(world.codes("missed-meetings"), codes);
}

#[test]
fn attendance_is_counted_for_everybody_who_was_expected() {
    // m3 has been a maintainer since May.
    let mut world = world("2026-04-01T00:00:00Z", "2026-06-30T00:00:00Z");
    world.held("maintainer-sync", (2026, 4, 1), &["m1"]);
    world.held("maintainer-sync", (2026, 5, 6), &["m1"]);
    world.held("maintainer-sync", (2026, 5, 6), &["m1", "m3"]);
    let rows = json!(world.report("missed-meetings").rows);
    let row = |member: &str, attended: u32, held: u32| json!({ "meeting": "maintainer-sync", "member": member, "attended": attended, "held": held });
    for expected in [row("m1", 2, 2), row("m2", 0, 2), row("m3", 1, 1)] {
        let rows = rows.as_array().expect("rows");
        assert!(rows.contains(&expected), "{rows:?}");
    }
    assert_eq!(
        world.findings("missed-meetings"),
        ["meeting-absent: @m2 was at none of 2 times `Maintainers' sync`"]
    );
}

#[test]
fn without_the_ledger_nothing_is_known_of_meetings() {
    let mut world = World::llama();
    world.record = None;
    assert_eq!(world.codes("missed-meetings"), ["report-incomplete"]);
}

#[rstest]
#[case::who_is_expected("maintainer-sync", 1, 30, None)]
#[case::who_is_not("maintainer-sync", 21, 30, Some("not-allowed"))]
#[case::tomorrow("maintainer-sync", 1, 31, Some("too-early"))]
#[case::no_such_meeting("party", 1, 30, Some("charter-unknown-name"))]
fn a_meeting_is_recorded_by_those_who_meet(
    #[case] meeting: &str,
    #[case] actor: u64,
    #[case] day: i8,
    #[case] code: Option<&str>,
) {
    let world = World::llama();
    let held = HeldMeeting {
        meeting: meeting.parse().expect("name"),
        on: date(2026, 5, day),
        attended: Vec::new(),
        minutes: None,
    };
    let actor = Account {
        id: UserId(actor),
        login: "x".to_owned(),
    };
    let now = "2026-05-30T23:00:00Z".parse().expect("time");
    let checked = held.check(&world.charter, &world.members, &actor, now);
    assert_eq!(checked.err().map(|it| it.code.slug()), code);
}
