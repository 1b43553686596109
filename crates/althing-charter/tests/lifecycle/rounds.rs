//! What counts in a round: approvals that are asked for, evidence of everybody, evidence of now.

use althing_charter::Event;
use rstest::rstest;
use serde_json::json;

use crate::world::{World, move_to, opening};

/// Packs are told, tests are run in each round, and schema changes need one more approval.
const EPIC: &str = r#"
roles: { architect: {}, maintainer: { scopes: [pack] }, database-owner: {} }
lifecycles:
  epic:
    title: Epic
    opened-by: [anyone]
    edited-by: [anyone]
    attributes:
      packs: { type: list }
      schema: { type: boolean }
    evidence:
      feedback: { by: ["maintainer@pack:{packs}"], results: [agreed, doubted] }
      tests: { by: [architect], results: [passed, failed] }
    states:
      review: packs are heard
      validation: tests are run
      merged: { final: true, description: done }
    transitions:
      - name: reviewed
        from: review
        to: validation
        needs:
          evidence: { name: feedback, count: each }
          approvals: [{ by: [architect], count: 1 }]
          any:
            - all: [{ condition: "!subject.schema" }, { condition: "size(subject.packs) < 9" }]
            - approvals: [{ by: [database-owner], count: 1 }]
      - { name: fix, from: validation, to: review, on: move, needs: { actor: [architect] } }
      - name: validated
        from: validation
        to: merged
        on: move
        needs: { actor: [architect], evidence: { name: tests, result: passed, since: entered } }
"#;

fn world(set: serde_json::Value) -> World {
    let members = [
        ("a", "architect"),
        ("x", "\"maintainer@pack:x\""),
        ("y", "\"maintainer@pack:y\""),
        ("d", "database-owner"),
    ];
    let mut world = World::new(EPIC, &members);
    world.open("u", "E1", "epic", set);
    world
}

fn says(name: &str, result: &str) -> Event {
    Event::Attach {
        name: name.parse().expect("name"),
        reference: "link".to_owned(),
        result: Some(result.parse().expect("result")),
        recipients: Vec::new(),
    }
}

fn missing(world: &World) -> String {
    let ways = world.next("E1");
    let needs = ways.iter().flat_map(|way| &way.needs);
    let needs: Vec<String> = needs.map(|need| need.what.clone()).collect();
    needs.join("; ")
}

#[test]
fn each_pack_is_heard_whatever_it_says() {
    let mut world = world(json!({ "packs": ["x", "y"] }));
    world.does("a", "E1", Event::Approve);
    world.does("x", "E1", says("feedback", "agreed"));
    world.does("x", "E1", says("feedback", "doubted"));
    assert_eq!(world.state("E1"), "review");
    assert_eq!(
        missing(&world),
        "`feedback` attached by `maintainer@pack:y`"
    );
    world.refused("d", "E1", says("feedback", "agreed"), "not-allowed");
    world.does("y", "E1", says("feedback", "doubted"));
    assert_eq!(world.state("E1"), "validation");
    world.replays();
}

#[rstest]
#[case(json!({ "packs": ["x", "z"] }), "`feedback` attached by `maintainer@pack:z`, and nobody is")]
#[case(json!({}), "`feedback` of each of `maintainer@pack:{packs}`, and nothing says which")]
fn who_cannot_be_heard_is_waited_for(#[case] set: serde_json::Value, #[case] waits_for: &str) {
    let mut world = world(set);
    world.does("a", "E1", Event::Approve);
    let feedback = says("feedback", "agreed");
    let _ = world.act("x", "E1", &feedback);
    assert_eq!(world.state("E1"), "review");
    assert_eq!(missing(&world), waits_for);
}

#[test]
fn tests_of_an_earlier_round_count_no_more() {
    let mut world = world(json!({ "packs": ["x"] }));
    world.does("a", "E1", says("tests", "passed"));
    world.does("a", "E1", Event::Approve);
    world.does("x", "E1", says("feedback", "agreed"));
    world.refused("a", "E1", move_to("merged"), "too-early");
    world.does("a", "E1", says("tests", "passed"));
    world.does("a", "E1", move_to("review"));
    world.does("a", "E1", Event::Approve);
    assert_eq!(world.state("E1"), "validation", "what was heard, was heard");
    let refused = world.refused("a", "E1", move_to("merged"), "too-early");
    assert!(refused.message.contains("since it came to `validation`"));
    world.does("a", "E1", says("tests", "failed"));
    world.refused("a", "E1", move_to("merged"), "too-early");
    world.does("a", "E1", says("tests", "passed"));
    world.does("a", "E1", move_to("merged"));
    world.replays();
}

#[test]
fn nobody_approves_what_is_not_asked_for() {
    let mut plain = world(json!({ "packs": ["x"] }));
    plain.refused("d", "E1", Event::Approve, "not-allowed");
    plain.refused("x", "E1", Event::Approve, "not-allowed");
    let mut schema = world(json!({ "packs": ["x"], "schema": true }));
    schema.does("d", "E1", Event::Approve);
    schema.does("a", "E1", Event::Approve);
    schema.does("x", "E1", says("feedback", "agreed"));
    assert_eq!(schema.state("E1"), "validation");
}

#[test]
fn who_may_open_depends_on_what_is_said() {
    let charter = r#"
roles: { maintainer: { scopes: [pack] } }
lifecycles:
  end:
    opened-by: ["maintainer@pack:{pack}"]
    attributes: { pack: { required: true }, instead: { required: true } }
    states: { open: x, over: { final: true } }
    transitions: [{ name: ends, from: open, to: over, on: move, needs: { actor: [opener] } }]
"#;
    let mut world = World::new(charter, &[("x", "\"maintainer@pack:x\"")]);
    let of = |set| opening("S1", "end", set);
    world.refused("x", "S1", of(json!({ "pack": "x" })), "attribute-invalid");
    let other = json!({ "pack": "y", "instead": "z" });
    world.refused("x", "S1", of(other), "not-allowed");
    world.does("x", "S1", of(json!({ "pack": "x", "instead": "z" })));
}
