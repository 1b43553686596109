//! What transitions wait for, beside votes and silence.

use althing_charter::Event;
use rstest::rstest;
use serde_json::json;

use crate::world::{World, attach, attach_result, close, edit, edit_as, move_to};

/// A subject that leaves `open` when this is met.
fn charter(needs: &str) -> String {
    format!(
        r#"
roles:
  lead: {{}}
  keeper: {{ scopes: [pack] }}
  helper: {{ includes: [lead] }}
lifecycles:
  thing:
    title: Thing
    opened-by: [anyone, automation]
    edited-by: [anyone]
    attributes:
      kind: {{ one-of: [small, big], default: small }}
      packs: {{ type: list, default: [] }}
      tester: {{ type: person }}
      size: {{ type: number }}
    evidence:
      tests: {{ description: a run, by: [opener, automation], results: [passed, failed] }}
      note: {{ description: a note, by: [opener] }}
    states:
      open: waits
      parked: waits longer
      done: {{ final: true, description: over }}
    transitions:
      - {{ name: finish, from: open, to: done, needs: {needs} }}
      - {{ name: park, from: open, to: parked, on: move, needs: {{ actor: [opener] }} }}
      - {{ name: unpark, from: parked, to: open, on: move }}
"#
    )
}

const PEOPLE: [(&str, &str); 6] = [
    ("lead", "lead"),
    ("helper", "helper"),
    ("k1", "'keeper@pack:a'"),
    ("k2", "'keeper@pack:a', 'keeper@pack:b'"),
    ("k3", "'keeper@pack:b'"),
    ("k4", "'keeper@pack:c'"),
];

fn world(needs: &str, set: serde_json::Value) -> World {
    let mut world = World::new(&charter(needs), &PEOPLE);
    world.open("u1", "P1", "thing", set);
    world
}

#[rstest]
#[case::one("{ by: lead, count: 1 }", &[], &["lead"])]
#[case::included_roles_count("{ by: lead, count: 1 }", &[], &["helper"])]
#[case::two("{ by: lead, count: 2 }", &["lead"], &["helper"])]
#[case::twice_is_once("{ by: lead, count: 2 }", &["lead", "lead"], &["helper"])]
#[case::anybody("{ by: anyone, count: 2 }", &["u7"], &["u8"])]
#[case::not_oneself("{ by: anyone, count: 1, except: [opener] }", &[], &["u7"])]
#[case::several_kinds("{ by: [lead, opener], count: 2 }", &["u1"], &["lead"])]
#[case::all("{ by: 'keeper@pack:{packs}', count: all }", &["k1", "k2"], &["k3"])]
#[case::all_but("{ by: 'keeper@pack:{packs}', count: all, except: ['keeper@pack:b'] }", &[], &["k1"])]
#[case::each("{ by: 'keeper@pack:{packs}', count: each }", &["k1"], &["k3"])]
#[case::one_for_both("{ by: 'keeper@pack:{packs}', count: each }", &[], &["k2"])]
#[case::one_of_either("{ by: 'keeper@pack:{packs}', count: 1 }", &[], &["k3"])]
#[case::somebody_named("{ by: 'named:{tester}', count: 1 }", &[], &["u9"])]
fn approvals(#[case] need: &str, #[case] before: &[&str], #[case] last: &[&str]) {
    let needs = format!("{{ approvals: [{need}] }}");
    let mut world = World::new(&charter(&needs), &PEOPLE);
    world.account("u9");
    let set = json!({ "packs": ["a", "b"], "tester": "u9" });
    world.open("u1", "P1", "thing", set);
    for login in before {
        world.does(login, "P1", Event::Approve);
        assert_eq!(world.state("P1"), "open", "after {login}");
    }
    for login in last {
        world.does(login, "P1", Event::Approve);
    }
    assert_eq!(world.state("P1"), "done");
    world.replays();
}

#[rstest]
#[case::without_the_role("{ by: lead, count: 1 }", "k1")]
#[case::of_another_pack("{ by: 'keeper@pack:{packs}', count: 1 }", "k4")]
#[case::left_out("{ by: anyone, count: 1, except: [opener] }", "u1")]
#[case::machines("{ by: anyone, count: 1 }", "clock")]
fn approvals_that_do_not_count(#[case] need: &str, #[case] login: &str) {
    let needs = format!("{{ approvals: [{need}] }}");
    let mut world = world(&needs, json!({ "packs": ["a", "b"] }));
    world.refused(login, "P1", Event::Approve, "not-allowed");
}

#[test]
fn machines_approve_where_the_rule_names_them() {
    let needs = "{ approvals: [{ by: automation, count: 1 }] }";
    let mut world = world(needs, json!({}));
    world.refused("u1", "P1", Event::Approve, "not-allowed");
    world.does("clock", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "done");
}

#[rstest]
#[case::a_role_that_nobody_holds("{ by: 'keeper@pack:{packs}', count: 1 }", "nobody can give it")]
#[case::too_few("{ by: lead, count: 3 }", "not so many people")]
#[case::all_of_nobody("{ by: 'keeper@pack:{packs}', count: all }", "and nobody is")]
#[case::each_of_nobody("{ by: 'keeper@pack:{packs}', count: each }", "nobody can give it")]
fn a_vacant_role_blocks_and_says_so(#[case] need: &str, #[case] said: &str) {
    let needs = format!("{{ approvals: [{need}] }}");
    let mut world = world(&needs, json!({ "packs": ["z"] }));
    world.at("2027-03-02T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "open");
    let need = world.next("P1")[0].needs[0].sentence();
    assert!(need.contains(said), "{need}");
}

#[test]
fn one_of_each_of_nothing_is_not_met() {
    let needs = "{ approvals: [{ by: 'keeper@pack:{packs}', count: each }] }";
    let mut world = world(needs, json!({ "packs": [] }));
    world.tick("P1");
    assert_eq!(world.state("P1"), "open");
}

#[test]
fn of_two_packs_one_without_keeper_blocks() {
    let needs = "{ approvals: [{ by: 'keeper@pack:{packs}', count: each }] }";
    let mut world = world(needs, json!({ "packs": ["a", "z"] }));
    world.does("k2", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "open");
}

#[test]
fn approvals_are_of_a_text_in_a_state_by_people_who_still_hold_the_role() {
    let needs = "{ approvals: [{ by: lead, count: 2 }] }";
    let mut world = world(needs, json!({}));
    world.does("lead", "P1", Event::Approve);
    world.does("u1", "P1", edit(json!({ "title": "Another" })));
    world.does("helper", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "open", "an edit drops approvals");
    world.does("u1", "P1", move_to("parked"));
    world.does("u1", "P1", move_to("open"));
    world.does("lead", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "open", "so does leaving the state");
    let lead = world.account("lead");
    world
        .members
        .revoke(lead.id, &"lead".parse().expect("role"));
    world.does("helper", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "open", "and losing the role");
}

#[test]
fn an_editorial_edit_keeps_approvals_and_attributes() {
    let needs = "{ approvals: [{ by: lead, count: 2 }] }";
    let mut world = world(needs, json!({}));
    world.does("lead", "P1", Event::Approve);
    let editorial = |set: serde_json::Value| edit_as(set, true);
    world.refused(
        "u1",
        "P1",
        editorial(json!({ "kind": "big" })),
        "attribute-invalid",
    );
    world.does("u1", "P1", editorial(json!({ "title": "Spelled right" })));
    world.does("helper", "P1", Event::Approve);
    assert_eq!(world.state("P1"), "done");
}

fn tests(result: &str) -> Event {
    attach_result("tests", Some(result))
}

#[test]
fn of_evidence_the_latest_counts() {
    let needs = "{ evidence: [{ name: tests, result: passed }, note] }";
    let mut world = world(needs, json!({}));
    world.does("u1", "P1", tests("passed"));
    world.does("clock", "P1", tests("failed"));
    world.does("u1", "P1", attach("note"));
    assert_eq!(world.state("P1"), "open");
    world.does("u1", "P1", tests("passed"));
    assert_eq!(world.state("P1"), "done");
    world.replays();
}

#[test]
fn evidence_has_a_name_a_right_and_a_result() {
    let mut world = world("{ evidence: note }", json!({}));
    world.refused("u1", "P1", attach("notes"), "evidence-unknown");
    world.refused("u2", "P1", attach("note"), "not-allowed");
    world.refused("u1", "P1", attach("tests"), "attribute-invalid");
    world.refused("u1", "P1", tests("perhaps"), "attribute-invalid");
    let nowhere = Event::Attach {
        name: "note".parse().expect("name"),
        reference: " ".to_owned(),
        result: None,
        recipients: Vec::new(),
    };
    world.refused("u1", "P1", nowhere, "attribute-invalid");
}

#[rstest]
#[case::since_the_opening("opened", "2026-03-05T12:00:00Z")]
#[case::since_it_came_here("entered", "2026-03-06T12:00:00Z")]
#[case::since_it_came_there("'state:parked'", "2026-03-05T13:00:00Z")]
#[case::since_evidence("note", "2026-03-07T12:00:00Z")]
fn elapsed_time(#[case] since: &str, #[case] end: &str) {
    let needs = format!("{{ elapsed: {{ period: 3 days, since: {since} }} }}");
    let mut world = world(&needs, json!({}));
    world
        .at("2026-03-02T13:00:00Z")
        .does("u1", "P1", move_to("parked"));
    world
        .at("2026-03-03T12:00:00Z")
        .does("u1", "P1", move_to("open"));
    world
        .at("2026-03-03T13:00:00Z")
        .does("u1", "P1", attach("note"));
    world
        .at("2026-03-04T12:00:00Z")
        .does("u1", "P1", attach("note"));
    world.now = crate::world::at(end)
        .checked_sub(jiff::SignedDuration::from_nanos(1))
        .expect("in range");
    let decision = world.tick("P1");
    assert_eq!(world.state("P1"), "open");
    assert_eq!(decision.wake, Some(crate::world::at(end)));
    world.at(end).tick("P1");
    assert_eq!(world.state("P1"), "done");
}

#[test]
fn time_since_something_that_never_was_does_not_pass() {
    let mut world = world("{ elapsed: { period: 1 day, since: note } }", json!({}));
    world.at("2036-03-02T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "open");
    let need = world.next("P1")[0].needs[0].sentence();
    assert!(need.contains("has not happened"), "{need}");
}

#[test]
fn months_end_with_the_month() {
    let mut world = World::new(
        &charter("{ elapsed: { period: 3 months, since: opened } }"),
        &PEOPLE,
    );
    world
        .at("2025-11-30T23:00:00Z")
        .open("u1", "P1", "thing", json!({}));
    world.at("2026-02-28T22:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "open");
    world.at("2026-02-28T23:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "done");
}

#[rstest]
#[case("{ condition: \"subject.kind == 'big'\" }", json!({ "kind": "big" }), "done")]
#[case("{ condition: \"subject.kind == 'big'\" }", json!({}), "open")]
#[case("{ condition: \"size(subject.packs) == 2\" }", json!({ "packs": ["a", "b"] }), "done")]
#[case("{ condition: \"subject.opener == 'u1' && subject.state == 'open'\" }", json!({}), "done")]
#[case("{ condition: \"holders.lead == 2 && holders.keeper == 4\" }", json!({}), "done")]
#[case("{ condition: \"catalog.ready\" }", json!({}), "done")]
#[case::cannot_be_told("{ condition: \"catalog.other\" }", json!({}), "open")]
#[case::nor_its_contrary("{ not: { condition: \"catalog.other\" } }", json!({}), "open")]
#[case("{ not: { condition: \"subject.kind == 'big'\" } }", json!({}), "done")]
#[case("{ not: { evidence: note } }", json!({}), "done")]
#[case("{ any: [{ evidence: note }, { condition: \"subject.kind == 'small'\" }] }", json!({}), "done")]
#[case("{ any: [{ evidence: note }, { condition: \"subject.kind == 'big'\" }] }", json!({}), "open")]
#[case("{ all: [{ not: { evidence: note } }, { condition: \"subject.kind == 'big'\" }] }", json!({}), "open")]
fn conditions(#[case] needs: &str, #[case] set: serde_json::Value, #[case] state: &str) {
    let mut world = World::new(&charter(needs), &PEOPLE);
    world.catalog = json!({ "ready": true });
    world.open("u1", "P1", "thing", set);
    assert_eq!(world.state("P1"), state);
}

/// Who may, learns what is missing; who may not, learns that.
const VERBS: &str = r#"
roles: { lead: {}, other: {} }
lifecycles:
  thing:
    title: Thing
    opened-by: [anyone]
    evidence: { note: { description: a note, by: [anyone] } }
    attributes: { kind: { one-of: [small, big], default: small } }
    states: { open: waits, done: { final: true, description: over }, gone: { final: true, description: over } }
    transitions:
      - { name: first, from: open, to: done, on: move, outcome: a, needs: { actor: [lead], evidence: note } }
      - { name: second, from: open, to: done, on: move, outcome: b, needs: { actor: [other], not: { actor: [opener] }, condition: "subject.kind == 'big'" } }
      - { name: conclude, from: open, to: gone, on: close, needs: { any: [{ actor: [lead] }, { all: [{ actor: [other] }, { condition: "subject.kind == 'big'" }] }] } }
"#;

#[rstest]
#[case::may_but_lacks("lead", "small", false, Err("too-early"))]
#[case::may("lead", "small", true, Ok("done (a)"))]
#[case::may_not("u2", "small", false, Err("not-allowed"))]
#[case::may_not_whatever_is_there("u2", "small", true, Err("not-allowed"))]
#[case::another_way("other", "big", false, Ok("done (b)"))]
#[case::another_way_lacks("other", "small", false, Err("too-early"))]
#[case::the_first_way_that_is_open("both", "big", true, Ok("done (a)"))]
#[case::the_opener_is_left_out("opener", "big", false, Err("not-allowed"))]
fn moves(
    #[case] login: &str,
    #[case] kind: &str,
    #[case] note: bool,
    #[case] end: Result<&str, &str>,
) {
    let members = [
        ("lead", "lead"),
        ("other", "other"),
        ("both", "lead, other"),
        ("opener", "other"),
    ];
    let mut world = World::new(VERBS, &members);
    world.open("opener", "P1", "thing", json!({ "kind": kind }));
    if note {
        world.does("u1", "P1", attach("note"));
    }
    match end {
        Ok(state) => {
            world.does(login, "P1", move_to("done"));
            assert_eq!(world.state("P1"), state);
        }
        Err(code) => {
            let refusal = world.refused(login, "P1", move_to("done"), code);
            assert!(refusal.rule.is_some(), "{refusal}");
        }
    }
}

#[test]
fn closing_and_moving_need_a_way() {
    let mut world = World::new(VERBS, &[("lead", "lead"), ("other", "other")]);
    world.open("u1", "P1", "thing", json!({}));
    world.refused("lead", "P1", move_to("gone"), "no-transition");
    world.refused("lead", "P1", move_to("open"), "no-transition");
    world.refused(
        "lead",
        "P1",
        Event::Decline { reason: None },
        "no-transition",
    );
    world.refused("lead", "P1", Event::Approve, "no-transition");
    world.refused("lead", "P1", crate::world::ballot("yes"), "no-vote");
    // Of two ways to be allowed one lacks a condition, the other a role.
    world.refused("other", "P1", close(), "not-allowed");
    world.does("lead", "P1", close());
    assert_eq!(world.state("P1"), "gone");
}

#[test]
fn nothing_is_too_early_where_nothing_comes_by_itself() {
    let mut world = world("{ evidence: note }", json!({}));
    world.refused("u1", "P1", close(), "no-transition");
}

#[test]
fn of_two_timers_the_one_that_was_due_first_goes_off_whoever_looks_when() {
    let charter = r#"
roles: { lead: {} }
lifecycles:
  thing:
    title: Thing
    opened-by: [anyone]
    states: { open: waits, late: { final: true, description: over }, soon: waits on, done: { final: true, description: over } }
    transitions:
      - { name: late, from: open, to: late, needs: { elapsed: { period: 5 days, since: opened } } }
      - { name: soon, from: open, to: soon, needs: { elapsed: { period: 3 days, since: opened } } }
      - { name: done, from: soon, to: done, needs: { elapsed: { period: 1 day, since: entered } } }
"#;
    for looked in [true, false] {
        let mut world = World::new(charter, &[]);
        world.open("u1", "P1", "thing", json!({}));
        if looked {
            world.at("2026-03-05T12:00:00Z").tick("P1");
            assert_eq!(world.state("P1"), "soon");
        }
        let late = world.at("2026-03-20T12:00:00Z").tick("P1");
        if looked {
            assert_eq!(world.state("P1"), "done");
            continue;
        }
        // Time in a state counts from when it is recorded: nobody could know of it before.
        assert_eq!(world.state("P1"), "soon");
        let why = serde_json::to_string(&late.records).expect("serializes");
        assert!(why.contains("due since 2026-03-05T12:00:00Z"), "{why}");
        world.at("2026-03-21T12:00:00Z").tick("P1");
        assert_eq!(world.state("P1"), "done");
    }
}

#[test]
fn a_circle_is_refused_and_does_not_hang() {
    let charter = r#"
roles: { lead: {} }
lifecycles:
  thing:
    title: Thing
    opened-by: [anyone]
    evidence: { spin: { by: [anyone] } }
    states: { open: waits, here: waits, there: waits, done: { final: true, description: over } }
    transitions:
      - { name: start, from: open, to: here, on: move }
      - { name: out, from: [here, there], to: done, needs: { not: { evidence: spin } } }
      - { name: hop, from: here, to: there, needs: { evidence: spin } }
      - { name: back, from: there, to: here, needs: { evidence: spin } }
"#;
    let mut world = World::new(charter, &[]);
    world.open("u1", "P1", "thing", json!({}));
    world.does("u1", "P1", attach("spin"));
    world.refused("u1", "P1", move_to("here"), "lifecycle-circle");
    assert_eq!(world.state("P1"), "open");
    world.open("u1", "P2", "thing", json!({}));
    world.does("u1", "P2", move_to("here"));
    assert_eq!(world.state("P2"), "done");
}

#[test]
fn who_closes_learns_what_time_brings_where_the_way_to_close_is_for_others() {
    let charter = r#"
roles: { lead: {} }
lifecycles:
  thing:
    title: Thing
    opened-by: [anyone]
    attributes: { kind: { one-of: [small, big], default: small } }
    states: { open: waits, done: { final: true, description: over }, gone: { final: true, description: over } }
    transitions:
      - { name: silence, from: open, to: done, needs: { lazy-consensus: { public-for: 48 working hours, objectors: [anyone], settled-by: [lead] } } }
      - { name: shut, from: open, to: gone, on: close, needs: { actor: [lead], condition: "subject.kind == 'big'" } }
"#;
    let mut world = World::new(charter, &[("lead", "lead")]);
    world.open("u1", "P1", "thing", json!({}));
    world.open("u1", "P2", "thing", json!({ "kind": "big" }));
    for login in ["lead", "u1"] {
        let refusal = world.refused(login, "P1", close(), "too-early");
        assert!(refusal.help.contains("Wed 4 Mar 2026"), "{refusal}");
    }
    world.refused("u1", "P2", close(), "not-allowed");
    world.does("lead", "P2", close());
    assert_eq!(world.state("P2"), "gone");
}
