//! What holds whatever people do.

use althing_charter::{Event, Record};
use jiff::SignedDuration;
use proptest::{prelude::*, sample::select};
use serde_json::json;

use crate::{
    votes::{MAINTAINERS, PROPOSAL},
    world::{
        World, attach, attach_result, ballot, close, edit, move_to, object, resolve, withdraw,
    },
};

/// Everything at once: votes with and without notice, silence, approvals, evidence, timers,
/// roles, all with ways back.
const BUSY: &str = r#"
calendar: { timezone: Europe/Berlin, holidays: ['2026-04-03', '2026-04-06'] }
roles: { lead: {}, keeper: { scopes: [pack] }, former: {} }
lifecycles:
  busy:
    title: Busy
    opened-by: [anyone, automation]
    edited-by: [opener, lead]
    about: who
    attributes:
      who: { type: person }
      packs: { type: list, default: [a] }
      kind: { one-of: [small, big], default: small }
    evidence:
      notice: { description: link, by: [lead, opener] }
      tests: { description: run, by: [anyone, automation], results: [passed, failed] }
    states:
      idea: waits
      talk: waits
      voting: votes
      secret: votes
      work: works
      done: { final: true, description: over }
      gone: { final: true, description: over }
    transitions:
      - { name: begin, from: idea, to: talk, needs: { any: [{ approvals: [{ by: lead, count: 1, except: [opener] }] }, { elapsed: { period: 2 days, since: opened } }] } }
      - { name: contested, from: talk, to: voting, on: objection }
      - { name: settled, from: voting, to: talk, on: resolved, needs: { condition: "subject.kind == 'small'" } }
      - { name: silence, from: talk, to: work, needs: { lazy-consensus: { public-for: 48 working hours, objectors: [anyone], settled-by: [lead] } } }
      - name: ballot
        from: voting
        to: secret
        otherwise: gone
        needs: { vote: { electorate: [lead, 'keeper@pack:{packs}'], notice: notice, passes: { at-least: 60%, of: yes-and-no }, open-for: 3 days, open-at-most: 7 days } }
      - name: person
        from: secret
        to: work
        otherwise: idea
        needs: { vote: { electorate: [lead], snapshot: close, private: true, passes: { more-than: 50%, of: electorate }, open-for: 2 days } }
        effects: [{ grant: { role: former, to: "{opener}" } }, { comment: "{title}" }]
      - { name: finish, from: work, to: done, outcome: built, needs: { evidence: { name: tests, result: passed }, approvals: [{ by: 'keeper@pack:{packs}', count: each }] } }
      - { name: stale, from: work, to: idea, needs: { elapsed: { period: 1 month, since: entered } } }
      - { name: back, from: [talk, work], to: idea, on: move, needs: { actor: [lead] } }
      - { name: shut, from: [idea, talk, voting, work], to: gone, on: close, outcome: shut, needs: { actor: [lead], not: { actor: [opener] } } }
      - { name: withdraw, from: [idea, talk, voting, secret], to: gone, on: withdraw, outcome: withdrawn, needs: { actor: [opener] } }
      - { name: decline, from: [idea, secret], to: gone, on: decline, needs: { actor: [subject] } }
    explanations: { of: no, asked-by: [subject, opener], answered-by: [lead] }
"#;

const PEOPLE: [(&str, &str); 6] = [
    ("l1", "lead"),
    ("l2", "lead"),
    ("l3", "lead, 'keeper@pack:a'"),
    ("k1", "'keeper@pack:a'"),
    ("k2", "'keeper@pack:b', 'keeper@pack:a'"),
    ("o", "former"),
];

fn events() -> impl Strategy<Value = Event> {
    let text = select(vec!["", "because", " <b>{title}</b> "]).prop_map(str::to_owned);
    let reason = prop::option::of(text.clone());
    let result = select(vec![None, Some("passed"), Some("failed"), Some("odd")]);
    prop_oneof![
        8 => select(vec!["yes", "yes", "no", "no: because", "abstain", "veto", "x"]).prop_map(ballot),
        3 => text.clone().prop_map(|reason| Event::Object { reason }),
        3 => prop::option::of(0..4_u32).prop_map(|objection| Event::Resolve { objection, reason: None }),
        6 => Just(Event::Approve),
        1 => reason.clone().prop_map(|reason| Event::Withdraw { reason }),
        1 => reason.clone().prop_map(|reason| Event::Decline { reason }),
        1 => reason.prop_map(|reason| Event::Close { reason }),
        2 => select(vec!["idea", "talk", "voting", "work", "done", "nowhere"]).prop_map(move_to),
        4 => (select(vec!["notice", "tests", "odd"]), result)
            .prop_map(|(name, said)| attach_result(name, said)),
        2 => select(vec![
            json!({ "title": "Another" }),
            json!({ "kind": "big" }),
            json!({ "packs": ["a", "b"] }),
            json!({ "packs": ["z"] }),
            json!({ "who": "k1" }),
            json!({ "who": "" }),
            json!({ "odd": 1 }),
        ]).prop_map(edit),
        1 => Just(Event::Ask),
        1 => text.prop_map(|text| Event::Answer { text }),
        4 => Just(Event::Tick),
    ]
}

fn histories() -> impl Strategy<Value = Vec<(u32, &'static str, Event)>> {
    let pause = prop_oneof![4 => Just(0), 4 => 1..40_u32, 1 => 40..900_u32];
    let who = select(vec!["l1", "l2", "l3", "k1", "k2", "o", "u1", "clock"]);
    prop::collection::vec((pause, who, events()), 1..80)
}

/// Runs a history; refusals are part of it.
fn run(history: &[(u32, &'static str, Event)], looks: bool) -> World {
    let mut world = World::new(BUSY, &PEOPLE);
    world.open("u1", "P1", "busy", json!({ "who": "l2" }));
    for (pause, who, event) in history {
        world.now += SignedDuration::from_hours(i64::from(*pause));
        let before = world.subject("P1").clone();
        let done = world.act(who, "P1", event);
        let after = world.subject("P1");
        if before.over {
            let speaks = matches!(event, Event::Tick | Event::Ask | Event::Answer { .. });
            assert!(speaks || done.is_err(), "{event:?} on what is over");
            assert_eq!(
                (&before.state, &before.outcome),
                (&after.state, &after.outcome)
            );
        }
        if let Err(finding) = &done {
            assert!(!finding.message.is_empty() && !finding.help.is_empty());
            assert_eq!(*after, before, "a refusal records nothing");
        }
        if let (Ok(decision), false) = (&done, after.over) {
            assert!(
                decision.wake.is_none_or(|wake| wake > world.now),
                "{decision:?}"
            );
            assert!(!world.next("P1").is_empty(), "there is always a way on");
        }
        if looks {
            world.tick("P1");
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_history_ends_the_same_way_every_time_and_once(history in histories()) {
        let world = run(&history, false);
        world.replays();
        let again = run(&history, false);
        prop_assert_eq!(&world.ledger, &again.ledger, "decisions are deterministic");
        let over = |(_, _, _, record): &&(_, _, _, Record)| {
            matches!(record, Record::StateChanged { over: true, .. })
        };
        prop_assert!(world.ledger.iter().filter(over).count() <= 1, "two outcomes");
        for (place, (_, _, _, record)) in world.ledger.iter().enumerate() {
            // Nothing closes that was not open, and nothing passes that nobody may vote on.
            if let Record::VoteClosed { tally, verdict, .. } = record {
                prop_assert!(tally.eligible > 0, "{} {:?}", place, verdict);
            }
        }
    }

    #[test]
    fn looking_again_changes_nothing(history in histories()) {
        let mut world = run(&history, true);
        prop_assert_eq!(world.tick("P1").records, vec![]);
    }

    /// A timer that the engine asks for is the next instant at which anything happens by itself.
    #[test]
    fn nothing_happens_before_the_wake_up(history in histories(), share in 1..100_i64) {
        let mut world = run(&history, true);
        let decision = world.tick("P1");
        let wake = match decision.wake {
            Some(wake) => wake,
            None => world.now + SignedDuration::from_hours(24 * 3650),
        };
        let wait = world.now.duration_until(wake);
        let now = world.now;
        world.now = now + SignedDuration::from_secs(wait.as_secs() * share / 100);
        if world.now < wake {
            prop_assert_eq!(world.tick("P1").records, vec![]);
        }
    }

    #[test]
    fn the_order_of_simultaneous_ballots_does_not_matter(
        ballots in prop::collection::vec((0..7_usize, select(vec!["yes", "no", "abstain"])), 0..12),
        seed in any::<u64>(),
    ) {
        // One ballot of each, because of several the last one counts.
        let mut of_each = std::collections::BTreeMap::new();
        of_each.extend(ballots);
        let straight: Vec<(usize, &str)> = of_each.into_iter().collect();
        let mut shuffled = straight.clone();
        shuffled.sort_by_key(|(who, _)| (*who as u64 + 1).wrapping_mul(seed | 1));
        let ends = [straight, shuffled].map(|ballots| {
            let mut world = contested();
            for (who, choice) in ballots {
                world.vote(&format!("m{}", who + 1), "P1", choice);
            }
            world.now += SignedDuration::from_hours(7 * 24);
            world.tick("P1");
            let subject = world.subject("P1");
            (subject.state.clone(), subject.closed_vote.clone())
        });
        prop_assert_eq!(&ends[0], &ends[1]);
    }

    #[test]
    fn more_yes_never_makes_a_pass_fail(
        choices in prop::collection::vec(select(vec!["yes", "no", "abstain", ""]), 7),
        changed in 0..7_usize,
    ) {
        let end = |choices: &[&str]| {
            let mut world = contested();
            for (who, choice) in choices.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
                world.vote(&format!("m{}", who + 1), "P1", choice);
            }
            world.now += SignedDuration::from_hours(7 * 24);
            world.tick("P1");
            world.state("P1")
        };
        let before = end(&choices);
        let mut more = choices.clone();
        more[changed] = "yes";
        if before == "accepted" {
            prop_assert_eq!(end(&more), "accepted");
        }
    }
}

fn contested() -> World {
    let mut world = World::new(PROPOSAL, &MAINTAINERS);
    world.open("u1", "P1", "proposal", json!({}));
    world.does("u2", "P1", object("it breaks"));
    world
}

#[test]
fn the_busy_lifecycle_is_walked_through() {
    // Random walks are worth little if they never get anywhere.
    let mut world = World::new(BUSY, &PEOPLE);
    world.open("u1", "P1", "busy", json!({ "who": "l2" }));
    world.does("l1", "P1", Event::Approve);
    world.does("u2", "P1", object("no"));
    world.does("l1", "P1", attach("notice"));
    for voter in ["l1", "l3", "k1", "k2"] {
        world.vote(voter, "P1", "yes");
    }
    world.at("2026-03-05T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "secret");
    for voter in ["l1", "l3"] {
        world.vote(voter, "P1", "yes");
    }
    world.at("2026-03-07T12:00:00Z").tick("P1");
    assert_eq!(world.state("P1"), "work");
    assert!(world.members.by_login("u1").is_some());
    world.does("l1", "P1", move_to("idea"));
    world.refused("u1", "P1", close(), "not-allowed");
    world.refused("o", "P1", withdraw(), "not-allowed");
    world.refused("o", "P1", resolve(), "nothing-to-resolve");
    world.does("l1", "P1", close());
    assert_eq!(world.state("P1"), "gone (shut)");
}
