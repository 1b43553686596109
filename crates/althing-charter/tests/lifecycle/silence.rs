//! Lazy consensus: windows to the second, edits, objections.

use althing_charter::Event;
use rstest::rstest;
use serde_json::json;

use crate::{
    votes::{MAINTAINERS, PROPOSAL},
    world::{World, attach, close, edit, object, resolve, withdraw},
};

/// Objections stay where they are raised, until they are settled.
fn quiet(calendar: &str, period: &str) -> String {
    format!(
        r#"
calendar: {calendar}
roles: {{ maintainer: {{}}, member: {{}} }}
lifecycles:
  change:
    title: Change
    opened-by: [anyone]
    states: {{ open: waits, accepted: {{ final: true, description: agreed }}, withdrawn: {{ final: true, description: taken back }} }}
    transitions:
      - name: silence
        from: open
        to: accepted
        needs: {{ lazy-consensus: {{ public-for: {period}, objectors: [member], settled-by: [maintainer] }} }}
      - {{ name: withdraw, from: open, to: withdrawn, on: withdraw, needs: {{ actor: [opener] }} }}
"#
    )
}

const PEOPLE: [(&str, &str); 3] = [("m1", "maintainer"), ("a", "member"), ("b", "member")];
const UTC: &str = "{}";
const NEW_YORK: &str = "{ timezone: America/New_York }";
const EASTER: &str = "{ holidays: ['2026-04-03', '2026-04-06'] }";

#[rstest]
#[case::two_days(
    UTC,
    "48 working hours",
    "2026-03-02T12:00:00Z",
    "2026-03-04T12:00:00Z"
)]
#[case::over_a_weekend(
    UTC,
    "48 working hours",
    "2026-03-05T12:00:00Z",
    "2026-03-09T12:00:00Z"
)]
#[case::on_a_saturday(
    UTC,
    "48 working hours",
    "2026-03-07T10:00:00Z",
    "2026-03-11T00:00:00Z"
)]
#[case::over_holidays(
    EASTER,
    "48 working hours",
    "2026-04-02T12:00:00Z",
    "2026-04-08T12:00:00Z"
)]
// Clocks go forward on Sunday 8 March 2026, back on Sunday 1 November.
#[case::spring_weekend(
    NEW_YORK,
    "48 working hours",
    "2026-03-06T17:00:00Z",
    "2026-03-10T16:00:00Z"
)]
#[case::autumn_weekend(
    NEW_YORK,
    "48 working hours",
    "2026-10-30T16:00:00Z",
    "2026-11-03T17:00:00Z"
)]
#[case::days_are_24_hours(NEW_YORK, "7 days", "2026-03-06T17:00:00Z", "2026-03-13T17:00:00Z")]
#[case::short_month(UTC, "1 month", "2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z")]
#[case::month_over_spring(NEW_YORK, "1 month", "2026-02-15T17:00:00Z", "2026-03-15T16:00:00Z")]
fn the_window_ends_to_the_nanosecond(
    #[case] calendar: &str,
    #[case] period: &str,
    #[case] start: &str,
    #[case] end: &str,
) {
    let mut world = World::new(&quiet(calendar, period), &PEOPLE);
    world.at(start);
    let event = crate::world::opening("P1", "change", json!({}));
    let decision = world.does("u1", "P1", event);
    assert_eq!(decision.wake, Some(crate::world::at(end)));
    world.now = crate::world::at(end)
        .checked_sub(jiff::SignedDuration::from_nanos(1))
        .expect("in range");
    world.tick("P1");
    assert_eq!(world.state("P1"), "open");
    world.refused("m1", "P1", close(), "too-early");
    let decision = world.at(end).does("m1", "P1", Event::Tick);
    assert_eq!(world.state("P1"), "accepted");
    assert_eq!(decision.wake, None);
    world.replays();
}

#[rstest]
#[case::working_hours("48 working hours", "2026-03-05T12:00:00Z")]
#[case::days("2 days", "2026-03-05T12:00:00Z")]
#[case::months("1 month", "2026-04-03T12:00:00Z")]
fn time_under_an_objection_does_not_count(#[case] period: &str, #[case] end: &str) {
    let mut world = World::new(&quiet(UTC, period), &PEOPLE);
    world.open("u1", "P1", "change", json!({}));
    // From Monday to Tuesday noon somebody objects, and another from Monday noon to Monday night.
    world.does("a", "P1", object("no"));
    world.does("b", "P1", object("not at all"));
    world.at("2026-03-03T00:00:00Z").does("b", "P1", resolve());
    let decision = world.at("2026-03-03T00:00:00Z").tick("P1");
    assert_eq!(decision.wake, None, "an objection has no end by itself");
    world.at("2026-03-03T12:00:00Z").does("a", "P1", resolve());
    world.now = crate::world::at(end)
        .checked_sub(jiff::SignedDuration::from_secs(1))
        .expect("in range");
    world.tick("P1");
    assert_eq!(world.state("P1"), "open");
    world.at(end).tick("P1");
    assert_eq!(world.state("P1"), "accepted");
    world.replays();
}

#[test]
fn an_objection_that_stands_blocks_for_ever() {
    let mut world = World::new(&quiet(UTC, "48 working hours"), &PEOPLE);
    world.open("u1", "P1", "change", json!({}));
    world
        .at("2026-03-04T11:59:59Z")
        .does("a", "P1", object("no"));
    world.at("2029-03-04T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "open");
    let refusal = world.refused("u1", "P1", close(), "too-early");
    assert!(refusal.message.contains("objection 1 of @a"), "{refusal}");
    // The last second of the window is still to come.
    world.does("m1", "P1", resolve());
    world.at("2029-03-05T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted");
}

#[test]
fn an_objection_at_the_end_of_the_window_is_too_late() {
    let mut world = World::new(&quiet(UTC, "48 working hours"), &PEOPLE);
    world.open("u1", "P1", "change", json!({}));
    world.at("2026-03-04T12:00:00Z");
    world.refused("a", "P1", object("no"), "subject-over");
}

#[test]
fn who_objects_needs_the_right_and_a_reason() {
    let mut world = World::new(&quiet(UTC, "48 working hours"), &PEOPLE);
    world.open("u1", "P1", "change", json!({}));
    world.refused("u1", "P1", object("no"), "not-allowed");
    world.refused("a", "P1", object(" \n"), "reason-missing");
    world.refused("a", "P1", resolve(), "nothing-to-resolve");
    world.does("a", "P1", object("no"));
    world.does("b", "P1", object("no"));
    world.refused("u1", "P1", resolve(), "nothing-to-resolve");
    world.refused("m1", "P1", resolve(), "nothing-to-resolve");
    let second = || Event::Resolve {
        objection: Some(2),
        reason: Some("answered".to_owned()),
    };
    world.refused("a", "P1", second(), "not-allowed");
    world.does("m1", "P1", second());
    world.refused("b", "P1", second(), "nothing-to-resolve");
    world.refused("b", "P1", resolve(), "not-allowed");
    world.does("a", "P1", resolve());
    assert_eq!(world.subject("P1").standing_objections().count(), 0);
}

#[test]
fn where_silence_decides_nothing_an_objection_is_refused() {
    let charter = PROPOSAL.replace(", on: resolved }", ", on: move }");
    let mut world = World::new(&charter, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.does("u2", "P1", object("it breaks"));
    world.refused("u3", "P1", object("it breaks"), "no-transition");
}

#[test]
fn machines_do_not_object_where_anybody_may() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.refused("clock", "P1", object("beep"), "not-allowed");
}

#[test]
fn only_an_edit_of_substance_starts_the_window_anew() {
    let mut world = World::new(&quiet(UTC, "48 working hours"), &PEOPLE);
    for id in ["P1", "P2", "P3"] {
        world.open("u1", id, "change", json!({}));
    }
    world.at("2026-03-03T12:00:00Z");
    world.does("u1", "P1", edit(json!({ "title": "Another" })));
    let editorial = Event::Edit {
        title: Some("A  title".to_owned()),
        set: Default::default(),
        body: Some("The text, spelled right".to_owned()),
        editorial: true,
    };
    world.does("u1", "P2", editorial);
    let nothing = world.does("u1", "P3", edit(json!({ "title": "A title" })));
    assert_eq!(nothing.records, [], "nothing has changed");
    for id in ["P1", "P2", "P3"] {
        world.at("2026-03-04T12:00:00Z").tick(id);
    }
    let states = ["P1", "P2", "P3"].map(|id| world.state(id));
    assert_eq!(states, ["open", "accepted", "accepted"]);
    assert_eq!(world.subject("P2").title, "A  title");
    world.at("2026-03-05T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted");
    world.replays();
}

#[test]
fn what_is_over_stays_so() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.refused("u2", "P1", withdraw(), "not-allowed");
    world.does("u1", "P1", withdraw());
    assert_eq!(world.state("P1"), "withdrawn");
    for event in [
        close(),
        withdraw(),
        resolve(),
        object("no"),
        attach("notice"),
        edit(json!({ "title": "x" })),
        Event::Approve,
        crate::world::ballot("yes"),
        crate::world::move_to("voting"),
        Event::Decline { reason: None },
    ] {
        world.refused("u1", "P1", event, "subject-over");
    }
    let before = world.subject("P1").clone();
    world.at("2036-03-05T12:00:00Z");
    assert_eq!(world.tick("P1").records, []);
    assert_eq!(*world.subject("P1"), before);
}

#[test]
fn the_clock_goes_forward() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.tick("P1");
    world.at("2026-03-02T11:59:59.999999999Z");
    world.refused("clock", "P1", Event::Tick, "clock-backwards");
}
