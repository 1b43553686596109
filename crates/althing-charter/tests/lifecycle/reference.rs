//! A naive model of one lifecycle, compared with the engine over random events.
//!
//! The model looks at every hour of the whole history from the beginning, knows no windows, no
//! folds and no timers, and counts working hours one by one.

use althing_charter::Event;
use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    votes::{MAINTAINERS, PROPOSAL},
    world::{World, at, ballot, edit, object, resolve, withdraw},
};

/// What somebody does at an hour after the opening.
#[derive(Clone, Copy, Debug)]
enum Act {
    Vote(usize, &'static str),
    Object(usize),
    Resolve(usize),
    Edit,
    Withdraw,
    Look,
}

fn acts() -> impl Strategy<Value = Vec<(u32, Act)>> {
    let choice = prop::sample::select(vec!["yes", "yes", "no", "abstain"]);
    let act = prop_oneof![
        8 => (0..9_usize, choice).prop_map(|(who, choice)| Act::Vote(who, choice)),
        3 => (0..3_usize).prop_map(Act::Object),
        2 => (0..3_usize).prop_map(Act::Resolve),
        1 => Just(Act::Edit),
        1 => Just(Act::Withdraw),
        3 => Just(Act::Look),
    ];
    // Pauses of no time at all, of a few hours, of days.
    let pause = prop_oneof![4 => 0..2_u32, 3 => 2..24_u32, 2 => 24..100_u32];
    prop::collection::vec((pause, act), 1..60)
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Discussion,
    Voting,
    Over(&'static str, Option<&'static str>),
}

struct Model {
    state: State,
    /// Hour of the opening of the vote.
    vote_opened: u32,
    ballots: Vec<(usize, &'static str)>,
    objections: Vec<usize>,
    /// Working hours of silence so far.
    silence: u32,
}

impl Model {
    /// The hour from `hour` to the next passes.
    fn hour(&mut self, working: bool) {
        if self.state == State::Discussion && working {
            self.silence += 1;
        }
    }

    /// What is due at that hour happens.
    fn due(&mut self, hour: u32) {
        if self.state == State::Discussion && self.silence >= 48 {
            self.state = State::Over("accepted", Some("consensus"));
        }
        if self.state == State::Voting && hour >= self.vote_opened + 7 * 24 {
            let count = |choice| {
                let last = (0..7)
                    .filter_map(|voter| self.ballots.iter().rev().find(|(who, _)| *who == voter));
                last.filter(|(_, it)| *it == choice).count()
            };
            let (yes, no, abstain) = (count("yes"), count("no"), count("abstain"));
            self.state = if (yes + no + abstain) * 10 < 7 * 6 {
                State::Over("rejected", Some("no-quorum"))
            } else if yes > 0 && yes * 10 >= (yes + no) * 6 {
                State::Over("accepted", None)
            } else {
                State::Over("rejected", Some("rejected"))
            };
        }
    }

    /// Whether it is allowed.
    fn act(&mut self, hour: u32, act: Act) -> bool {
        match (act, &self.state) {
            (Act::Look, _) => true,
            (_, State::Over(..)) => false,
            (Act::Withdraw, _) => {
                self.state = State::Over("withdrawn", None);
                true
            }
            (Act::Edit, State::Discussion) => {
                self.silence = 0;
                true
            }
            (Act::Edit, State::Voting) => false,
            (Act::Vote(who, choice), State::Voting) => {
                self.ballots.push((who, choice));
                true
            }
            (Act::Vote(..), State::Discussion) => false,
            (Act::Object(who), State::Discussion) => {
                self.objections = vec![who];
                self.state = State::Voting;
                self.vote_opened = hour;
                self.ballots.clear();
                true
            }
            // One more keeps it from going back.
            (Act::Object(who), State::Voting) => {
                self.objections.push(who);
                true
            }
            (Act::Resolve(who), State::Voting) if self.objections.contains(&who) => {
                let own = self.objections.iter().position(|it| *it == who);
                own.map(|own| self.objections.remove(own));
                if self.objections.is_empty() {
                    self.state = State::Discussion;
                    self.silence = 0;
                }
                true
            }
            (Act::Resolve(_), _) => false,
        }
    }
}

fn is_working(hour: Timestamp) -> bool {
    let day = hour.to_zoned(TimeZone::UTC).weekday();
    !matches!(day, Weekday::Saturday | Weekday::Sunday)
}

fn event(act: Act, number: usize) -> (String, Event) {
    match act {
        // Two of the nine hold no role: their ballots are opinions.
        Act::Vote(who, choice) => (format!("m{}", who + 1), ballot(choice)),
        Act::Object(who) => (format!("u{who}"), object("no")),
        Act::Resolve(who) => (format!("u{who}"), resolve()),
        Act::Edit => (
            "u9".to_owned(),
            edit(json!({ "title": format!("Title {number}") })),
        ),
        Act::Withdraw => ("u9".to_owned(), withdraw()),
        Act::Look => ("clock".to_owned(), Event::Tick),
    }
}

fn said(model: &Model) -> String {
    match &model.state {
        State::Discussion => "discussion".to_owned(),
        State::Voting => "voting".to_owned(),
        State::Over(state, Some(outcome)) => format!("{state} ({outcome})"),
        State::Over(state, None) => (*state).to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_naive_model_does(acts in acts()) {
        let start = at("2026-03-05T09:00:00Z");
        let mut world = World::new(PROPOSAL, &MAINTAINERS);
        world.now = start;
        world.open("u9", "P1", "proposal", json!({}));
        let mut model = Model {
            state: State::Discussion,
            vote_opened: 0,
            ballots: Vec::new(),
            objections: Vec::new(),
            silence: 0,
        };
        let mut hour = 0;
        for (number, (pause, act)) in acts.into_iter().enumerate() {
            for _ in 0..pause {
                model.hour(is_working(world.now));
                hour += 1;
                world.now = start + SignedDuration::from_hours(i64::from(hour));
                model.due(hour);
            }
            let (login, event) = event(act, number);
            let allowed = model.act(hour, act);
            let done = world.act(&login, "P1", &event);
            prop_assert_eq!(done.is_ok(), allowed, "{:?} at hour {}: {:?}", act, hour, done);
            // A refusal records nothing, so only after an act both must agree.
            if allowed {
                prop_assert_eq!(world.state("P1"), said(&model), "at hour {}", hour);
            }
        }
        world.tick("P1");
        prop_assert_eq!(world.state("P1"), said(&model));
        world.replays();
    }
}
