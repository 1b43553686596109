//! Votes: who may, when they close, and with what.

use althing_charter::{BallotBox, Event, Record, Verdict};
use rstest::rstest;
use serde_json::json;

use crate::world::{World, at, attach, ballot, close, edit, move_to, object, opening, resolve};

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
}

/// A vote with these rules, from the beginning; `electorate` is within them.
fn vote(rules: &str) -> String {
    format!(
        r#"
roles: {{ voter: {{ scopes: [area] }}, boss: {{}}, helper: {{ includes: [boss] }} }}
bodies: {{ council: {{ seats: {{ boss: 1..9 }} }} }}
lifecycles:
  motion:
    title: Motion
    opened-by: [anyone]
    about: person
    attributes: {{ person: {{ type: person }}, area: {{ type: text, default: x }} }}
    evidence:
      notice: {{ description: link to the thread, by: [anyone] }}
      minutes: {{ description: minutes of the talk, by: [anyone] }}
    states:
      voting: votes
      stuck: nobody goes on
      passed: {{ final: true, description: yes }}
      failed: {{ final: true, description: no }}
    transitions:
      - name: ballot
        from: voting
        to: passed
        otherwise: failed
        outcome: carried
        needs:
          {rules}
      - {{ name: stall, from: voting, to: stuck, on: move }}
      - {{ name: again, from: stuck, to: voting, on: move }}
"#
    )
}

const PLAIN: &str =
    "vote: { electorate: [voter], passes: { at-least: 60%, of: yes-and-no }, open-for: 7 days }";

/// `v1` … so many, each a voter in the area `x`.
fn voters(number: usize) -> Vec<(String, &'static str)> {
    (1..=number)
        .map(|it| (format!("v{it}"), "'voter@area:x'"))
        .collect()
}

fn world(rules: &str, members: &[(String, &'static str)]) -> World {
    let members: Vec<(&str, &str)> = (members.iter())
        .map(|(login, roles)| (login.as_str(), *roles))
        .collect();
    let mut world = World::new(&vote(rules), &members);
    world.open("u1", "P1", "motion", json!({}));
    world
}

const QUORUM: &str = "vote: { electorate: [voter], passes: { at-least: 60%, of: yes-and-no }, \
                      quorum: { at-least: 60%, of: electorate, abstentions: count }, open-for: 7 days }";
const MAJORITY: &str =
    "vote: { electorate: [voter], passes: { more-than: 50%, of: electorate }, open-for: 7 days }";

#[rstest]
#[case::exactly_60_percent(PLAIN, 10, 6, 4, 0, "passed (carried)")]
#[case::fifty_nine_of_99(PLAIN, 99, 59, 40, 0, "failed (rejected)")]
#[case::sixty_of_99(PLAIN, 99, 60, 39, 0, "passed (carried)")]
#[case::abstentions_are_left_out(PLAIN, 10, 3, 2, 5, "passed (carried)")]
#[case::nobody_is_for_it(PLAIN, 10, 0, 0, 0, "failed (rejected)")]
#[case::only_abstentions(PLAIN, 10, 0, 0, 10, "failed (rejected)")]
#[case::five_of_seven_are_a_quorum(QUORUM, 7, 3, 2, 0, "passed (carried)")]
#[case::four_of_seven_are_none(QUORUM, 7, 4, 0, 0, "failed (no-quorum)")]
#[case::abstentions_make_a_quorum(QUORUM, 7, 2, 0, 3, "passed (carried)")]
#[case::half_of_all_is_not_more(MAJORITY, 10, 5, 0, 0, "failed (rejected)")]
#[case::more_than_half(MAJORITY, 10, 6, 4, 0, "passed (carried)")]
#[case::silence_is_no_help(MAJORITY, 10, 5, 1, 4, "failed (rejected)")]
fn results(
    #[case] rules: &str,
    #[case] electorate: usize,
    #[case] yes: usize,
    #[case] no: usize,
    #[case] abstain: usize,
    #[case] end: &str,
) {
    let mut world = world(rules, &voters(electorate));
    let choices = std::iter::repeat_n("yes", yes)
        .chain(std::iter::repeat_n("no", no))
        .chain(std::iter::repeat_n("abstain", abstain));
    for (number, choice) in choices.enumerate() {
        world.vote(&format!("v{}", number + 1), "P1", choice);
    }
    world.at("2026-03-09T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    world.refused("v1", "P1", close(), "too-early");
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), end);
    world.replays();
}

#[test]
fn of_each_voter_the_last_ballot_counts() {
    let mut world = world(PLAIN, &voters(2));
    for choice in ["no", "abstain", "yes"] {
        world.vote("v1", "P1", choice);
    }
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "passed (carried)");
    let cast = |(_, _, _, record): &&(_, _, _, Record)| matches!(record, Record::BallotCast(_));
    assert_eq!(
        world.ledger.iter().filter(cast).count(),
        3,
        "history is kept"
    );
}

#[test]
fn a_vote_closes_early_only_when_nothing_can_change_it_any_more() {
    let rules = "vote: { electorate: [voter], passes: { more-than: 1/2, of: electorate }, \
                 open-for: 1 day, open-at-most: 7 days }";
    let mut world = world(rules, &voters(5));
    world.vote("v1", "P1", "yes");
    world.vote("v2", "P1", "yes");
    world.at("2026-03-03T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    // The third yes decides, and the day has passed.
    world.at("2026-03-04T12:00:00Z").vote("v3", "P1", "yes");
    assert_eq!(world.state("P1"), "passed (carried)");
    let closed = world.subject("P1").closed_vote.clone().expect("closed");
    assert!(
        closed.sentence.starts_with("closed early"),
        "{}",
        closed.sentence
    );
    assert_eq!(closed.verdict, Verdict::Passed);
}

/// Whether or not somebody looks after the first day, the vote ends then: a ballot of the second
/// day does not count.
#[rstest]
fn a_decided_vote_ends_with_its_first_day(#[values(true, false)] looked: bool) {
    let rules = "vote: { electorate: [voter], passes: { more-than: 1/2, of: electorate }, \
                 open-for: 1 day, open-at-most: 7 days }";
    let mut world = world(rules, &voters(3));
    world.vote("v1", "P1", "yes");
    world.vote("v2", "P1", "yes");
    if looked {
        world.at("2026-03-03T12:00:00Z").tick("P1");
    }
    world.at("2026-03-04T00:00:00Z");
    world.refused("v2", "P1", ballot("no"), "subject-over");
    world.tick("P1");
    assert_eq!(world.state("P1"), "passed (carried)");
}

#[test]
fn roles_that_change_during_a_vote_change_nothing_in_it() {
    let mut world = world(PLAIN, &voters(3));
    let late = world.account("late");
    let origin = althing_charter::Origin::Founding;
    let day = world.charter.date(world.now);
    let role = || "voter@area:x".parse().expect("role");
    world.members.grant(&late, role(), day, origin);
    let v1 = world.account("v1");
    world.members.revoke(v1.id, &role());
    world.vote("late", "P1", "no");
    world.vote("v1", "P1", "yes");
    world.at("2026-03-09T12:00:00Z").tick("P1");
    let tally = &world
        .subject("P1")
        .closed_vote
        .as_ref()
        .expect("closed")
        .tally;
    assert_eq!((tally.eligible, tally.cast()), (3, 1));
    assert_eq!(tally.advisory.values().sum::<u64>(), 1);
    assert_eq!(world.state("P1"), "passed (carried)");
}

#[test]
fn or_everything_where_the_electorate_is_settled_at_the_close() {
    let rules = "vote: { electorate: [voter], snapshot: close, \
                 passes: { at-least: 60%, of: yes-and-no }, open-for: 7 days }";
    let mut world = world(rules, &voters(2));
    world.vote("v1", "P1", "yes");
    world.vote("late", "P1", "no");
    let late = world.account("late");
    let origin = althing_charter::Origin::Founding;
    let day = world.charter.date(world.now);
    let role = || "voter@area:x".parse().expect("role");
    world.members.grant(&late, role(), day, origin);
    let v1 = world.account("v1");
    world.members.revoke(v1.id, &role());
    world.at("2026-03-09T12:00:00Z");
    let closed = world.tick("P1").records.remove(0);
    let Record::VoteClosed {
        tally, electorate, ..
    } = closed
    else {
        panic!("{closed:?}");
    };
    assert_eq!((tally.eligible, electorate.len()), (2, 2));
    assert_eq!(world.state("P1"), "failed (rejected)");
}

#[rstest]
#[case::those_left_out("electorate: [voter], except: [boss]", 3)]
#[case::a_body("electorate: ['body:council']", 2)]
#[case::everybody_once("electorate: [voter, boss, 'body:council']", 5)]
#[case::a_scope("electorate: ['voter@area:y']", 1)]
#[case::a_scope_from_the_subject("electorate: ['voter@area:{area}']", 3)]
#[case::whoever_opened_it("electorate: [opener, 'voter@area:y']", 2)]
fn who_may_vote(#[case] people: &str, #[case] number: usize) {
    let rules = format!(
        "vote: {{ {people}, passes: {{ at-least: 60%, of: yes-and-no }}, open-for: 7 days }}"
    );
    // The boss is a voter too, `helper` counts as boss, and the last one is who it is about.
    let members = [
        ("boss", "boss, 'voter@area:x'"),
        ("helper", "helper"),
        ("v1", "'voter@area:x'"),
        ("v2", "'voter@area:x'"),
        ("v3", "'voter@area:y'"),
        ("whom", "'voter@area:x', boss, 'voter@area:y'"),
    ];
    let mut world = World::new(&vote(&rules), &members);
    world.open("u1", "P1", "motion", json!({ "person": "whom" }));
    let vote = world.subject("P1").vote.clone().expect("open");
    assert_eq!(vote.electorate.len(), number, "{:?}", vote.electorate);
}

#[test]
fn machines_never_vote() {
    let mut world = world(PLAIN, &voters(2));
    world.refused("clock", "P1", ballot("yes"), "not-allowed");
    let charter = vote(PLAIN);
    let mut world = World::new(
        &charter,
        &[("v1", "'voter@area:x'"), ("bot", "'voter@area:x'")],
    );
    let members = "- { id: 1, login: v1, roles: ['voter@area:x'] }\n\
                   - { id: 2, login: bot, bot: true, roles: ['voter@area:x'] }\n";
    world.set_members(members);
    world.open("u1", "P1", "motion", json!({}));
    let electorate = &world.subject("P1").vote.as_ref().expect("open").electorate;
    assert_eq!(electorate.len(), 1);
    world.refused("bot", "P1", ballot("yes"), "not-allowed");
}

#[test]
fn a_ballot_must_be_one_that_the_vote_knows() {
    let rules = "vote: { electorate: [voter], passes: { at-least: 60%, of: yes-and-no }, \
                 no-needs-reason: true, open-for: 7 days }";
    let mut world = world(rules, &voters(2));
    world.refused("v1", "P1", ballot("perhaps"), "ballot-option");
    let refusal = world.refused("v1", "P1", ballot("no"), "ballot-reason");
    assert!(refusal.rule.is_some(), "{refusal}");
    world.vote("v1", "P1", "no: too early");
}

#[test]
fn without_anybody_who_may_vote_nothing_is_decided() {
    let mut world = world(PLAIN, &[]);
    assert!(world.subject("P1").vote.is_none());
    world.refused("u1", "P1", ballot("yes"), "electorate-empty");
    world.at("2027-03-02T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    let refusal = world.refused("u1", "P1", close(), "too-early");
    assert!(refusal.message.contains("`voter`"), "{refusal}");
    // The time to vote begins when somebody may.
    let first = world.account("first");
    let origin = althing_charter::Origin::Founding;
    let day = world.charter.date(world.now);
    let role = "voter@area:x".parse().expect("role");
    world.members.grant(&first, role, day, origin);
    world.tick("P1");
    world.vote("first", "P1", "yes");
    world.at("2027-03-09T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    world.at("2027-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "passed (carried)");
}

#[test]
fn nobody_is_left_when_the_only_voter_is_the_person_it_is_about() {
    let mut world = World::new(&vote(PLAIN), &[("v1", "'voter@area:x'")]);
    let event = opening("P1", "motion", json!({ "person": "v1" }));
    let notes = world.does("v1", "P1", event).notes;
    let codes: Vec<&str> = notes.iter().map(|note| note.code.slug()).collect();
    assert_eq!(codes, ["electorate-empty"]);
    world.at("2026-04-02T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
}

const NOTICED: &str = "vote: { electorate: [voter], notice: notice, \
                       passes: { at-least: 60%, of: yes-and-no }, open-for: 7 days }";

#[test]
fn time_to_vote_counts_from_the_notice() {
    let mut world = world(NOTICED, &voters(2));
    world.vote("v1", "P1", "yes");
    world.at("2026-03-20T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    let refusal = world.refused("v1", "P1", close(), "too-early");
    assert!(refusal.message.contains("`notice` attached"), "{refusal}");
    world.does("u1", "P1", attach("notice"));
    // A second notice does not make it longer.
    world
        .at("2026-03-26T12:00:00Z")
        .does("u1", "P1", attach("notice"));
    world.vote("v2", "P1", "yes");
    world.at("2026-03-27T11:59:59Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    world.at("2026-03-27T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "passed (carried)");
}

#[test]
fn a_notice_that_forgets_somebody_is_none() {
    let mut world = world(NOTICED, &voters(3));
    let notice = |recipients: &[&str]| Event::Attach {
        name: "notice".parse().expect("name"),
        reference: "https://example.org".to_owned(),
        result: None,
        recipients: recipients.iter().map(|it| (*it).to_owned()).collect(),
    };
    world.does("u1", "P1", notice(&["v1", "@V2"]));
    world.at("2026-03-20T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    let refusal = world.refused("v1", "P1", close(), "too-early");
    assert!(refusal.message.contains("did not reach v3"), "{refusal}");
    world.does("u1", "P1", notice(&["v1", "@V2", "v3"]));
    world.at("2026-03-27T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "failed (rejected)");
}

#[test]
fn another_vote_needs_another_notice() {
    let mut world = world(NOTICED, &voters(1));
    world.does("u1", "P1", attach("notice"));
    world.vote("v1", "P1", "yes");
    world.does("u1", "P1", move_to("stuck"));
    assert!(world.subject("P1").vote.is_none());
    world.refused("v1", "P1", ballot("yes"), "no-vote");
    world.does("u1", "P1", move_to("voting"));
    world.at("2026-03-20T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    let ballots = &world.subject("P1").vote.as_ref().expect("open").ballots;
    assert!(ballots.is_empty(), "ballots of the first vote are gone");
}

#[test]
fn a_vote_waits_for_everything_else_but_takes_no_ballots_then() {
    let rules =
        "vote: { electorate: [voter], passes: { at-least: 60%, of: yes-and-no }, open-for: 7 days }
          evidence: minutes";
    let mut world = world(rules, &voters(2));
    world.vote("v1", "P1", "yes");
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    world.refused("v2", "P1", ballot("no"), "no-vote");
    world.does("u1", "P1", attach("minutes"));
    assert_eq!(world.state("P1"), "passed (carried)");
}

#[test]
fn an_edit_waits_while_there_is_a_vote() {
    let mut world = world(PLAIN, &voters(1));
    world.refused("u1", "P1", edit(json!({ "title": "Other" })), "not-allowed");
    world.does("u1", "P1", move_to("stuck"));
    world.does("u1", "P1", edit(json!({ "title": "Other" })));
}

const PRIVATE: &str = "vote: { electorate: [voter], private: true, \
                       passes: { at-least: 60%, of: yes-and-no }, open-for: 7 days }";

#[test]
fn a_private_vote_is_for_its_electorate_and_says_nothing_about_it() {
    let mut world = world(PRIVATE, &voters(3));
    world.refused("u9", "P1", ballot("yes"), "not-allowed");
    world.vote("v1", "P1", "yes");
    let ways = world.next("P1");
    let who: Vec<&str> = ways[0].needs[0].who.iter().map(String::as_str).collect();
    assert_eq!(
        who,
        ["v1", "v2", "v3"],
        "who is silent would say who is not"
    );
}

#[test]
fn sealed_ballots_that_cannot_be_read_block_the_close() {
    let mut world = world(PRIVATE, &voters(3));
    let sealed = Record::BallotCast(BallotBox::Sealed {
        commitment: "c1".to_owned(),
        sealed: "s1".to_owned(),
    });
    let nobody = world.account("electorate");
    world.record("P1", &nobody, sealed);
    let need = world.next("P1")[0].needs[0].clone();
    assert_eq!(need.until, Some(at("2026-03-09T12:00:00Z")));
    assert_eq!(need.who, ["v1", "v2", "v3"]);
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "voting");
    assert_eq!(world.next("P1")[0].needs[0].until, None);
    let refusal = world.refused("v1", "P1", close(), "too-early");
    assert!(refusal.message.contains("key"), "{refusal}");
}

#[test]
fn a_vote_that_has_passed_settles_what_was_objected() {
    let charter = PROPOSAL.replace(
        "accepted: { final: true, description: agreed }",
        "accepted: agreed, and to be done\n      done: { final: true, description: done }",
    );
    let charter = charter.replace("        outcome: consensus\n", "");
    let charter = charter.replace(
        "      - { name: withdraw",
        "      - { name: done, from: accepted, to: done, needs: { lazy-consensus: { public-for: 48 working hours, objectors: [anyone], settled-by: [maintainer@project] } } }\n      - { name: withdraw",
    );
    let mut world = World::new(&charter, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.does("u2", "P1", object("it breaks"));
    for voter in ["m1", "m2", "m3", "m4", "m5"] {
        world.vote(voter, "P1", "yes");
    }
    world.at("2026-03-09T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "accepted");
    assert_eq!(world.subject("P1").standing_objections().count(), 0);
    world.at("2026-03-11T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "done");
}
