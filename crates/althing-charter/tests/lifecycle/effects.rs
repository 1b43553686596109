//! What transitions do: roles at once, everything else through the outbox.

use althing_charter::{EffectKey, Event, OutsideEffect, Record};
use serde_json::json;

use crate::world::{World, edit, move_to};

const CHARTER: &str = r#"
roles: { lead: { scopes: [project, area] }, former: {}, member: {} }
channels: { chat: { title: Chat, kind: chat, for: talk } }
lifecycles:
  change:
    title: Change
    opened-by: [anyone]
    about: who
    attributes:
      who: { type: person, required: true }
      role: { type: role, default: member }
      kind: { type: text }
    states: { open: waits, given: goes on, done: { final: true, description: over } }
    transitions:
      - name: grant
        from: open
        to: given
        on: move
        effects:
          - grant: { role: "{role}", to: "{who}" }
          - label: { add: ["kind: {kind}", "{state}"], remove: [old] }
          - comment: "{who} of {subject}, {title} by {opener}: { unknown } {}"
          - notify: { channel: chat, text: "{title}" }
          - source: close
          - open: { lifecycle: change, title: "After {title}", set: { who: "{who}" } }
          - remind: { after: 3 days, text: "{title}?" }
      - name: revoke
        from: given
        to: done
        on: move
        effects:
          - revoke: { role: lead, from: "{who}" }
          - grant: { role: former, to: "{who}" }
"#;

#[test]
fn roles_change_with_the_entry_and_are_published() {
    let mut world = World::new(CHARTER, &[("m1", "member, lead@project, 'lead@area:x'")]);
    world.account("u5");
    world.open("u1", "P1", "change", json!({ "who": "m1" }));
    // What is held already is not given again.
    let records = world.does("u1", "P1", move_to("given")).records;
    assert_eq!(records.len(), 1, "{records:?}");
    let records = world.does("u1", "P1", move_to("done")).records;
    let kinds: Vec<&str> = records.iter().map(Record::kind).collect();
    let roles = [
        "state.changed",
        "role.revoked",
        "role.revoked",
        "role.granted",
    ];
    assert_eq!(kinds, roles, "of a role without scope every scope is taken");
    let member = world.members.by_login("m1").expect("member");
    let held: Vec<String> = (member.holdings.iter())
        .map(|holding| holding.role.to_string())
        .collect();
    assert_eq!(held, ["member", "former"]);
    let Record::StateChanged { effects, .. } = &records[0] else {
        panic!("{records:?}");
    };
    let published = effects.iter().filter(|planned| {
        matches!(&planned.effect, OutsideEffect::PublishRole { login, .. } if login == "m1")
    });
    assert_eq!(published.count(), 3);
    world.replays();
}

#[test]
fn a_role_makes_a_member() {
    let mut world = World::new(CHARTER, &[]);
    world.account("u5");
    let set = json!({ "who": "u5", "role": "lead@area:x" });
    world.open("u1", "P1", "change", set);
    world.does("u1", "P1", move_to("given"));
    let member = world.members.by_login("u5").expect("member");
    assert_eq!(member.holdings[0].role.to_string(), "lead@area:x");
}

#[test]
fn placeholders_are_filled_once_and_keys_tell_effects_apart() {
    let mut world = World::new(CHARTER, &[("m1", "member")]);
    let set = json!({ "who": "m1", "title": "{who} and {kind}" });
    world.open("u1", "P1", "change", set);
    world.does("u1", "P1", move_to("given"));
    let pending = &world.subject("P1").pending;
    insta::assert_json_snapshot!(pending.values().collect::<Vec<_>>());
}

#[test]
fn the_outbox_is_what_is_planned_and_neither_done_nor_failed() {
    let mut world = World::new(CHARTER, &[("m1", "member")]);
    world.open("u1", "P1", "change", json!({ "who": "m1" }));
    world.does("u1", "P1", move_to("given"));
    let keys: Vec<EffectKey> = world.subject("P1").pending.keys().cloned().collect();
    assert_eq!(keys.len(), 6);
    let clock = world.account("clock");
    let done = Record::EffectDone {
        key: keys[0].clone(),
    };
    world.record("P1", &clock, done.clone());
    world.record("P1", &clock, done);
    let failed = Record::EffectFailed {
        key: keys[1].clone(),
        why: "no such label".to_owned(),
    };
    world.record("P1", &clock, failed);
    let left: Vec<EffectKey> = world.subject("P1").pending.keys().cloned().collect();
    assert_eq!(left, keys[2..]);
    world.does("u1", "P1", move_to("done"));
    let all = world.subject("P1").pending.len();
    assert_eq!(all, 4 + 1, "effects of a later transition have other keys");
    world.replays();
}

#[test]
fn what_cannot_be_done_blocks_the_transition_and_says_why() {
    let charter = CHARTER.replace(
        "to: \"{who}\" }\n          - label",
        "to: \"{kind}\" }\n          - label",
    );
    assert_ne!(charter, CHARTER);
    let charter = charter.replace("kind: { type: text }", "kind: { type: person }");
    let mut world = World::new(&charter, &[("m1", "member")]);
    world.open("u1", "P1", "change", json!({ "who": "m1" }));
    let refusal = world.refused("u1", "P1", move_to("given"), "too-early");
    assert!(refusal.message.contains("a person"), "{refusal}");
    assert_eq!(world.state("P1"), "open");
    world.does("u1", "P1", edit(json!({ "kind": "m1" })));
    world.does("u1", "P1", move_to("given"));
    world.does("u1", "P1", Event::Tick);
}
