//! Votes: who may, when they close, and with what.

use althing_charter::Asked;
use serde_json::json;

use crate::world::{World, attach, ballot, close, edit, move_to, object, resolve, withdraw};

/// Silence is consent for 48 working hours, opposition leads to a vote of 7 days.
pub(crate) const PROPOSAL: &str = r#"
roles: { maintainer: { scopes: [project, area] }, reviewer: {} }
lifecycles:
  proposal:
    title: Proposal
    opened-by: [anyone]
    evidence: { notice: { description: link to the thread, by: [maintainer] } }
    states:
      discussion: people talk
      voting: maintainers vote
      accepted: { final: true, description: agreed }
      rejected: { final: true, description: not agreed }
      withdrawn: { final: true, description: taken back }
    transitions:
      - { name: contested, from: discussion, to: voting, on: objection }
      - { name: settled, from: voting, to: discussion, on: resolved }
      - name: silence
        from: discussion
        to: accepted
        needs: { lazy-consensus: { public-for: 48 working hours, objectors: [anyone], settled-by: [maintainer@project] } }
        outcome: consensus
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote:
            electorate: [maintainer@project]
            passes: { at-least: 60%, of: yes-and-no }
            quorum: { at-least: 60%, of: electorate, abstentions: count }
            veto: none
            open-for: 7 days
      - { name: withdraw, from: [discussion, voting], to: withdrawn, on: withdraw, needs: { actor: [opener] } }
"#;

pub(crate) const MAINTAINERS: [(&str, &str); 7] = [
    ("m1", "maintainer@project"),
    ("m2", "maintainer@project"),
    ("m3", "maintainer@project"),
    ("m4", "maintainer@project"),
    ("m5", "maintainer@project"),
    ("m6", "maintainer@project"),
    ("m7", "maintainer@project"),
];

fn voting() -> World {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.does("u2", "P1", object("it breaks my deployment"));
    assert_eq!(world.state("P1"), "voting");
    world
}

#[test]
fn silence_is_consent_after_exactly_the_window() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.at("2026-03-05T12:00:00Z");
    world.open("u1", "P1", "proposal", json!({}));
    world.at("2026-03-09T11:59:59.999999999Z").tick("P1");
    assert_eq!(world.state("P1"), "discussion");
    let refusal = world.refused("m1", "P1", close(), "too-early");
    assert!(
        refusal
            .to_string()
            .contains("ends Mon 9 Mar 2026 12:00 UTC"),
        "{refusal}"
    );
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted (consensus)");
    world.replays();
}

#[test]
fn a_vote_closes_after_seven_days_and_says_its_arithmetic() {
    let mut world = voting();
    for voter in ["m1", "m2", "m3"] {
        world.vote(voter, "P1", "yes");
    }
    world.vote("m4", "P1", "no");
    world.vote("u3", "P1", "no");
    world.at("2026-03-09T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    // 4 of 7 are no quorum: it is 4.2, so 5.
    world.vote("m5", "P1", "no");
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted");
    let closed = world.subject("P1").closed_vote.clone().expect("closed");
    assert_eq!(
        closed.sentence,
        "yes 3 of 5 counted = 60 % ≥ 60 %; quorum 5 of 7 needs 5"
    );
    world.replays();
}

#[test]
fn a_ballot_after_the_end_is_refused_even_if_nobody_looked_in_between() {
    let mut world = voting();
    world.vote("m1", "P1", "yes");
    world.at("2026-03-09T12:00:00Z");
    world.refused("m2", "P1", ballot("yes"), "subject-over");
    world.tick("P1");
    assert_eq!(world.state("P1"), "rejected (no-quorum)");
}

#[test]
fn discussion_goes_on_when_the_last_of_several_objections_is_taken_back() {
    let mut world = voting();
    world.does("u3", "P1", object("it has no test"));
    world.does("u2", "P1", resolve());
    assert_eq!(world.state("P1"), "voting");
    world.does("u3", "P1", resolve());
    assert_eq!(world.state("P1"), "discussion");
}

#[test]
fn objections_taken_back_lead_to_a_whole_new_window() {
    let mut world = voting();
    world.at("2026-03-03T12:00:00Z");
    world.refused("u1", "P1", resolve(), "not-allowed");
    world.does("u2", "P1", resolve());
    assert_eq!(world.state("P1"), "discussion");
    assert!(world.subject("P1").vote.is_none());
    world.at("2026-03-05T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "discussion");
    world.at("2026-03-05T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted (consensus)");
    world.refused("u1", "P1", withdraw(), "subject-over");
    world.refused("u1", "P1", attach("notice"), "subject-over");
}

#[test]
fn an_edit_starts_the_window_anew_and_waits_while_there_is_a_vote() {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.at("2026-03-03T12:00:00Z");
    world.refused("u2", "P1", edit(json!({ "title": "Mine" })), "not-allowed");
    world.does("u1", "P1", edit(json!({ "title": "Better" })));
    world.at("2026-03-05T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "discussion");
    let window = &world.next("P1")[1].needs[0].window;
    assert_eq!(window.as_deref(), Some("ends Thu 5 Mar 2026 12:00 UTC"));
    world.does("u2", "P1", object("worse"));
    world.refused("u1", "P1", edit(json!({ "title": "Best" })), "not-allowed");
    world.refused("u1", "P1", move_to("accepted"), "no-transition");
    assert_eq!(world.asked("P1"), Asked::No);
}
