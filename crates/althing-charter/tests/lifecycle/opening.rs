//! Opening subjects, and what is said about them.

use althing_charter::{AttributeValue, Event, SourceKind, SourceRef};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{World, edit, opening, opening_from};

const CHARTER: &str = r#"
roles: { lead: { scopes: [project, area] }, member: {} }
lifecycles:
  case:
    title: Case
    from: [pull-request]
    opened-by: [lead]
    states: { open: waits, done: { final: true, description: over } }
    transitions: [{ name: finish, from: open, to: done, on: move }]
  thing:
    title: Thing
    opened-by: [anyone]
    about: who
    attributes:
      text: { type: text }
      kind: { one-of: [small, big], default: small }
      who: { type: person, required: true }
      role: { type: role }
      some: { type: role, one-of: [lead] }
      date: { type: date }
      size: { type: number }
      loud: { type: boolean, default: false }
      items: { type: list, count: 2..3 }
      link: { type: link }
    states: { open: waits, done: { final: true, description: over } }
    transitions: [{ name: finish, from: open, to: done, on: move }]
"#;

fn world() -> World {
    let mut world = World::new(CHARTER, &[("l1", "lead@project"), ("m1", "member")]);
    world.account("u5");
    world
}

#[rstest]
#[case("text", json!(" some words "), json!("some words"))]
#[case("text", json!(12), json!("12"))]
#[case("kind", json!("big"), json!("big"))]
#[case("who", json!("@M1"), json!({ "id": 2, "login": "m1" }))]
#[case("who", json!("u5"), json!({ "id": 1000, "login": "u5" }))]
#[case("role", json!("member"), json!("member"))]
#[case("role", json!("lead@area:x"), json!("lead@area:x"))]
#[case("some", json!("lead@project"), json!("lead@project"))]
#[case("date", json!("2026-02-28"), json!("2026-02-28"))]
#[case("size", json!(-3), json!(-3))]
#[case("size", json!("12"), json!(12))]
#[case("loud", json!(true), json!(true))]
#[case("loud", json!("true"), json!(true))]
#[case("items", json!(["a", "b"]), json!(["a", "b"]))]
#[case("items", json!("a, b,c"), json!(["a", "b", "c"]))]
#[case("link", json!("https://example.org/1"), json!("https://example.org/1"))]
fn values_that_fit(#[case] name: &str, #[case] given: Value, #[case] expected: Value) {
    let mut world = world();
    let mut set = json!({ "who": "m1" });
    set[name] = given;
    world.open("u1", "P1", "thing", set);
    let attributes = &world.subject("P1").attributes;
    let value = &attributes[&name.parse().expect("name")];
    assert_eq!(serde_json::to_value(value).expect("serializes"), expected);
    assert!(attributes.contains_key(&"kind".parse().expect("name")));
    world.replays();
}

#[rstest]
#[case("text", json!(["a"]))]
#[case("kind", json!("huge"))]
#[case("who", json!("nobody"))]
#[case("who", json!(""))]
#[case("role", json!("leader"))]
#[case("role", json!("lead"))]
#[case("role", json!("lead@pack:x"))]
#[case("role", json!("member@area:x"))]
#[case("some", json!("member"))]
#[case("date", json!("2026-02-29"))]
#[case("date", json!("28.2.2026"))]
#[case("size", json!(1.5))]
#[case("size", json!("many"))]
#[case("loud", json!("perhaps"))]
#[case("items", json!(["a"]))]
#[case("items", json!(["a", "b", "c", "d"]))]
#[case("items", json!(["a", "a"]))]
#[case("items", json!("a,,b"))]
#[case("link", json!("two words"))]
#[case("text", json!("x".repeat(10_001)))]
#[case("unknown", json!("x"))]
#[case("title", json!("  "))]
fn values_that_do_not(#[case] name: &str, #[case] given: Value) {
    let mut world = world();
    let mut set = json!({ "who": "m1" });
    set[name] = given;
    let event = opening("P1", "thing", set);
    world.refused("u1", "P1", event, "attribute-invalid");
    assert!(world.subjects.is_empty());
}

#[test]
fn what_is_required_cannot_be_taken_away_and_defaults_come_back() {
    let mut world = world();
    world.open("u1", "P1", "thing", json!({ "who": "m1", "kind": "big" }));
    world.refused("u1", "P1", edit(json!({ "who": "" })), "attribute-invalid");
    world.does("u1", "P1", edit(json!({ "kind": null })));
    let kind = &world.subject("P1").attributes[&"kind".parse().expect("name")];
    assert_eq!(*kind, AttributeValue::Text("small".to_owned()));
}

#[test]
fn who_may_open_what_from_where() {
    let mut world = world();
    let from = |kind: Option<SourceKind>| {
        let source = kind.map(|kind| SourceRef {
            kind,
            reference: "o/r#1".to_owned(),
        });
        opening_from("C1", "case", json!({}), source)
    };
    world.refused("m1", "C1", from(None), "not-allowed");
    let refusal = world.refused("l1", "C1", from(None), "source-missing");
    assert!(refusal.message.contains("pull request"), "{refusal}");
    world.refused("l1", "C1", from(Some(SourceKind::Issue)), "source-missing");
    world.does("l1", "C1", from(Some(SourceKind::PullRequest)));
    world.refused(
        "l1",
        "C1",
        from(Some(SourceKind::PullRequest)),
        "no-transition",
    );
    world.refused(
        "l1",
        "C2",
        opening("C2", "cases", json!({})),
        "lifecycle-unknown",
    );
    world.refused("l1", "C3", Event::Tick, "subject-unknown");
}

#[test]
fn the_text_is_named_by_everything_that_is_said() {
    let mut world = world();
    let mut texts = std::collections::BTreeSet::new();
    let sets = [
        json!({ "who": "m1" }),
        json!({ "who": "m1", "title": "Other" }),
        json!({ "who": "l1" }),
        json!({ "who": "m1", "items": ["a", "b, c"] }),
        json!({ "who": "m1", "items": ["a, b", "c"] }),
        json!({ "who": "m1", "text": "a" }),
        json!({ "who": "m1", "link": "a" }),
    ];
    for (number, set) in sets.iter().enumerate() {
        let id = format!("P{number}");
        world.open("u1", &id, "thing", set.clone());
        assert!(texts.insert(world.subject(&id).text), "{set}");
    }
    let body = Event::Edit {
        title: None,
        set: Default::default(),
        body: Some("another body".to_owned()),
        editorial: false,
    };
    world.does("u1", "P0", body);
    assert!(texts.insert(world.subject("P0").text));
    world.does("u1", "P0", edit(json!({ "title": "Third" })));
    assert!(texts.insert(world.subject("P0").text));
}

#[test]
fn what_is_not_said_about_a_person_is_noted() {
    let mut world = world();
    let event = opening(
        "P1",
        "thing",
        json!({ "who": "m1", "text": "good", "items": "a,b" }),
    );
    let notes = world.does("u1", "P1", event).notes;
    let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes.len(), 5, "{notes:?}");
    assert!(
        notes
            .iter()
            .all(|note| note.contains("warning[evidence-missing]"))
    );
}
