//! What people read: refusals, reasons, what comes next.

use std::fmt::Write;

use althing_charter::Record;
use serde_json::json;

use crate::{
    votes::{MAINTAINERS, PROPOSAL},
    world::{World, ballot, close, edit, move_to, object, resolve, withdraw},
};

fn next(world: &World, id: &str) -> String {
    let mut text = format!("{id} is in `{}`\n", world.state(id));
    for way in world.next(id) {
        let who = way.who.join(", ");
        let _ = writeln!(
            text,
            "- {} → {} [{:?}] {who}",
            way.transition, way.to, way.trigger
        );
        for need in way.needs {
            let _ = writeln!(text, "    needs {} ({})", need.sentence(), need.rule);
        }
    }
    text
}

#[test]
fn what_comes_next() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.at("2026-03-05T12:00:00Z");
    world.open("u1", "P1", "proposal", json!({}));
    let mut text = next(&world, "P1");
    world.does("u2", "P1", object("it breaks"));
    world.vote("m1", "P1", "yes");
    text.push_str(&next(&world, "P1"));
    world.does("u1", "P1", withdraw());
    text.push_str(&next(&world, "P1"));
    insta::assert_snapshot!(text);
}

#[test]
fn why_it_moved() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.does("u2", "P1", object("it breaks"));
    world.at("2026-03-03T12:00:00Z").does("u2", "P1", resolve());
    world.does("u3", "P1", object("it breaks too"));
    for (voter, choice) in [("m1", "yes"), ("m2", "no"), ("m3", "abstain"), ("u4", "no")] {
        world.vote(voter, "P1", choice);
    }
    world.at("2026-03-20T12:00:00Z").tick("P1");
    world.open("u1", "P2", "proposal", json!({}));
    world.at("2026-04-01T12:00:00Z").tick("P2");
    world.open("u1", "P3", "proposal", json!({}));
    let withdrawn = althing_charter::Event::Withdraw {
        reason: Some("no time".to_owned()),
    };
    world.does("u1", "P3", withdrawn);
    let mut text = String::new();
    for (id, _, _, record) in &world.ledger {
        if let Record::StateChanged {
            from,
            to,
            why,
            outcome,
            ..
        } = record
        {
            let outcome = outcome.as_deref().unwrap_or("-");
            let _ = writeln!(text, "{id}: {from} → {to} ({outcome}): {why}");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn refusals_say_what_by_which_rule_and_what_to_do() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.open("u1", "P2", "proposal", json!({}));
    world.does("u2", "P2", object("it breaks"));
    let mut text = String::new();
    let mut say =
        |world: &mut World, login: &str, on: &str, event: althing_charter::Event, code: &str| {
            let refusal = world.refused(login, on, event, code);
            let rule = refusal.rule.as_ref().map(ToString::to_string);
            let _ = writeln!(text, "{refusal} [{}]", rule.unwrap_or_default());
        };
    let world = &mut world;
    say(world, "m1", "P1", close(), "too-early");
    say(world, "m1", "P2", close(), "too-early");
    say(world, "u2", "P1", withdraw(), "not-allowed");
    say(
        world,
        "u2",
        "P1",
        edit(json!({ "title": "x" })),
        "not-allowed",
    );
    say(
        world,
        "u1",
        "P2",
        edit(json!({ "title": "x" })),
        "not-allowed",
    );
    say(world, "u2", "P1", object(""), "reason-missing");
    say(world, "u3", "P2", resolve(), "not-allowed");
    say(world, "u3", "P1", resolve(), "nothing-to-resolve");
    say(world, "m1", "P1", ballot("yes"), "no-vote");
    say(world, "m1", "P2", ballot("perhaps"), "ballot-option");
    say(world, "m1", "P1", move_to("accepted"), "no-transition");
    say(
        world,
        "m1",
        "P1",
        althing_charter::Event::Approve,
        "no-transition",
    );
    say(
        world,
        "m1",
        "P1",
        althing_charter::Event::Ask,
        "no-transition",
    );
    insta::assert_snapshot!(text);
}
