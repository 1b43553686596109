//! The right to hear, without names, why others voted against.

use althing_charter::{Asked, Event, Record};
use rstest::rstest;
use serde_json::json;

use crate::world::{World, ballot};

const CHARTER: &str = r#"
roles: { voter: {}, member: {} }
lifecycles:
  nomination:
    title: Nomination
    opened-by: [voter]
    about: nominee
    attributes: { nominee: { type: person, required: true } }
    states: { voting: votes, accepted: { final: true, description: yes }, rejected: { final: true, description: no }, declined: { final: true, description: no } }
    transitions:
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs: { vote: { electorate: [voter], private: true, passes: { more-than: 50%, of: electorate }, open-for: 7 days } }
        effects: [{ grant: { role: member, to: "{nominee}" } }]
      - { name: decline, from: voting, to: declined, on: decline, needs: { actor: [subject] } }
    explanations: { of: no, asked-by: [subject], answered-by: [voter] }
"#;

const VOTERS: [(&str, &str); 5] = [
    ("v1", "voter"),
    ("v2", "voter"),
    ("v3", "voter"),
    ("v4", "voter"),
    ("v5", "voter"),
];

fn closed(ballots: &[(&str, &str)]) -> World {
    let mut world = World::new(CHARTER, &VOTERS);
    world.account("n");
    world.open("v1", "N1", "nomination", json!({ "nominee": "n" }));
    for (voter, choice) in ballots {
        world.does(voter, "N1", ballot(choice));
    }
    world.refused("n", "N1", Event::Ask, "too-early");
    world.at("2026-03-09T12:00:00Z").tick("N1");
    world
}

fn answer(text: &str) -> Event {
    Event::Answer {
        text: text.to_owned(),
    }
}

fn given(world: &World) -> Vec<String> {
    world.subject("N1").explained.clone()
}

#[rstest]
#[case::accepted(&[("v1", "yes"), ("v2", "yes"), ("v3", "yes")], "accepted")]
#[case::rejected(&[("v1", "yes"), ("v2", "yes")], "rejected (rejected)")]
fn reasons_are_given_sorted_and_without_names(
    #[case] others: &[(&str, &str)],
    #[case] state: &str,
) {
    let mut ballots = vec![("v4", "no: unkind"), ("v5", "no:  is often late ")];
    ballots.extend(others);
    let mut world = closed(&ballots);
    assert_eq!(world.state("N1"), state);
    let records = world.does("n", "N1", Event::Ask).records;
    assert_eq!(given(&world), ["is often late", "unkind"]);
    let said = serde_json::to_string(&records).expect("serializes");
    assert!(!said.contains("v4") && !said.contains("v5"), "{said}");
    world.replays();
}

#[test]
fn where_a_no_has_no_reason_the_electorate_answers() {
    let mut world = closed(&[("v4", "no: unkind"), ("v5", "no")]);
    world.refused("v1", "N1", Event::Ask, "not-allowed");
    world.refused("v1", "N1", answer("late"), "no-transition");
    world.does("n", "N1", Event::Ask);
    assert_eq!(world.subject("N1").asked, Asked::Waiting);
    assert_eq!(world.does("n", "N1", Event::Ask).records, []);
    world.refused("n", "N1", answer("I know"), "not-allowed");
    world.refused("u9", "N1", answer("I know"), "not-allowed");
    world.refused("v1", "N1", answer("  "), "reason-missing");
    world.does("v1", "N1", answer("is often late"));
    assert_eq!(given(&world), ["is often late", "unkind"]);
    world.does("v2", "N1", answer("a third reason"));
    assert_eq!(given(&world), ["a third reason", "is often late", "unkind"]);
    world.replays();
}

#[test]
fn nobody_against_is_an_answer_too() {
    let mut world = closed(&[("v1", "yes"), ("v2", "yes"), ("v3", "yes")]);
    let records = world.does("n", "N1", Event::Ask).records;
    let reasons = Vec::new();
    assert_eq!(records[1], Record::ExplanationGiven { reasons });
}

#[test]
fn who_declines_has_no_vote_to_ask_about() {
    let mut world = World::new(CHARTER, &VOTERS);
    world.account("n");
    world.open("v1", "N1", "nomination", json!({ "nominee": "n" }));
    world.refused("v1", "N1", Event::Decline { reason: None }, "not-allowed");
    world.does("n", "N1", Event::Decline { reason: None });
    world.refused("n", "N1", Event::Ask, "too-early");
}

#[test]
fn where_the_charter_gives_no_right_there_is_none() {
    let charter = CHARTER.replace("    explanations:", "    description: \"x\" #");
    let mut world = World::new(&charter, &VOTERS);
    world.account("n");
    world.open("v1", "N1", "nomination", json!({ "nominee": "n" }));
    world.refused("n", "N1", Event::Ask, "no-transition");
}
