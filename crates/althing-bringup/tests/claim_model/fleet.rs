//! The model: workers, the forge, time, and what can go wrong.

use std::time::Duration;

use althing_bringup::protocol::{Answer, Request, Standing, Task, Terms, Try};
use stateright::{Model, Property};

use crate::{
    forge::{Claim, Deletion, Fences, Forge, Mark, Nature, Run, Status, View},
    worker::{Doing, Stage, Waits, Worker},
};

pub(crate) const ONE_HOLDER: &str = "never two that may act";
pub(crate) const NOTHING_WRONG: &str = "nothing is done without holding, nothing of others deleted";
pub(crate) const TAKEN: &str = "left alone, somebody takes the issue to its end";

/// Seconds that a claim lasts here.
const TTL: u64 = 3;
/// Seconds for which something outward may still arrive after its sender was to have ended it.
const UNDER_WAY: u64 = 2;

/// How the issue was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Fresh.
    Ready,
    /// Queued again after a run that told its end.
    Requeued,
    /// Queued again by somebody although the run that had it just died: claim and fence stand.
    Abandoned,
}

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fleet {
    pub(crate) workers: usize,
    /// Tries of each worker.
    pub(crate) tries: u8,
    /// How many workers may die; one that has tries left starts anew.
    pub(crate) crashes: u8,
    /// How many answers may be lost, of requests that were served or were not.
    pub(crate) cuts: u8,
    /// How often somebody sets the issue to `ready`, whatever it was.
    pub(crate) requeues: u8,
    /// How often a claim may be renewed in all.
    pub(crate) renewals: u8,
    /// How many writes a look may be late.
    pub(crate) lag: usize,
    pub(crate) shared_account: bool,
    /// How many seconds before its claim expires a holder stops. One is enough here: the
    /// seconds of a claim are counted only when they are full.
    pub(crate) margin: u64,
    /// The last second.
    pub(crate) end: u64,
    pub(crate) start: Start,
    pub(crate) fences: Fences,
    pub(crate) deletion: Deletion,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) now: u64,
    pub(crate) forge: Forge,
    pub(crate) workers: Vec<Worker>,
    left: Left,
    pub(crate) wrong: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Left {
    crashes: u8,
    cuts: u8,
    requeues: u8,
    renewals: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A worker that has listed the issue, whenever that was, tries to get it.
    Begin(usize),
    /// The request of a worker is served; a look may show an older view.
    Serve(usize, usize),
    /// It is served, or not, and the answer is lost.
    Cut(usize, bool),
    /// A holder renews.
    Renew(usize),
    /// A holder makes sure.
    Check(usize),
    /// A holder begins what it does outwardly; later it happens.
    Act(usize),
    Happen(usize),
    /// A worker dies.
    Crash(usize),
    /// Somebody sets the issue to `ready`.
    Requeue,
    Tick,
}

impl Fleet {
    fn nature(&self) -> Nature {
        Nature {
            fences: self.fences,
            deletion: self.deletion,
            shared_account: self.shared_account,
            lag: self.lag,
            ttl: TTL,
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            ttl: Duration::from_secs(TTL),
            margin: Duration::from_secs(self.margin),
            looks: 2,
        }
    }

    fn begin(&self, state: &mut State, worker: usize) {
        let worker = &mut state.workers[worker];
        worker.run.number += 1;
        let (attempt, request) = Try::begin(worker.run.id(), self.terms());
        worker.doing = Doing::Trying(attempt, request);
    }

    fn serve(&self, state: &mut State, worker: usize, age: usize) {
        let Some(request) = state.workers[worker].request().cloned() else {
            return;
        };
        let run = state.workers[worker].run;
        let at = (state.now, age);
        let (answer, wrong) = state.forge.serve(&self.nature(), run, &request, at);
        state.wrong = state.wrong.or(wrong);
        state.hear(worker, answer);
    }

    fn holder_may(&self, state: &State, worker: usize, actions: &mut Vec<Action>) {
        let Doing::Holding(hold, stage, waits) = &state.workers[worker].doing else {
            return;
        };
        match waits {
            Waits::Answer(..) => {}
            Waits::Effect => actions.push(Action::Happen(worker)),
            Waits::Nothing => {
                if state.left.renewals > 0 && state.moment() >= hold.renew_at() {
                    actions.push(Action::Renew(worker));
                }
                actions.push(match stage {
                    Stage::Check => Action::Check(worker),
                    Stage::Stamp | Stage::End => Action::Act(worker),
                });
            }
        }
    }

    /// Whether the issue comes to its end from here without faults, all workers going on in
    /// turn. That is asked where nothing is under way: every try and every hold comes to such a
    /// place, for no machine waits or looks without bound.
    fn ends_well(&self, state: &State) -> bool {
        if state
            .workers
            .iter()
            .any(|worker| worker.doing != Doing::Idle)
        {
            return true;
        }
        let mut state = state.clone();
        // Turns that a second has: enough for a try, and for what a run does here.
        let turns = 12;
        for turn in 1..=turns * (2 * TTL + 4) {
            if state.forge.view.status == Status::Done {
                return true;
            }
            for worker in 0..state.workers.len() {
                self.go_on(&mut state, worker);
            }
            if turn % turns == 0 {
                state.tick();
            }
        }
        false
    }

    fn go_on(&self, state: &mut State, worker: usize) {
        match &state.workers[worker].doing {
            Doing::Idle => {
                state.workers[worker].run.number %= 8;
                self.begin(state, worker);
            }
            Doing::Trying(..) | Doing::Holding(_, _, Waits::Answer(..)) => {
                self.serve(state, worker, 0);
            }
            Doing::Holding(_, _, Waits::Effect) => state.happen(worker, self),
            Doing::Holding(_, Stage::Check, Waits::Nothing) => state.set_out(worker, Task::Check),
            Doing::Holding(_, _, Waits::Nothing) => state.act(worker),
        }
    }
}

impl State {
    fn moment(&self) -> Duration {
        Duration::from_secs(self.now)
    }

    fn hear(&mut self, worker: usize, answer: Answer) {
        let now = self.moment();
        let doing = std::mem::replace(&mut self.workers[worker].doing, Doing::Idle);
        self.workers[worker].doing = match doing {
            Doing::Trying(mut attempt, _) => {
                let turn = attempt.hear(answer, now);
                Doing::after_try(attempt, turn)
            }
            Doing::Holding(mut hold, stage, Waits::Answer(task, _)) => {
                let turn = hold.hear(answer, now);
                Doing::after_hold(hold, stage, task, turn)
            }
            idle @ (Doing::Idle | Doing::Holding(..)) => idle,
        };
    }

    fn set_out(&mut self, worker: usize, task: Task) {
        let now = self.moment();
        let doing = std::mem::replace(&mut self.workers[worker].doing, Doing::Idle);
        if let Doing::Holding(mut hold, stage, _) = doing {
            let turn = hold.begin(task, now);
            self.workers[worker].doing = Doing::after_hold(hold, stage, task, turn);
        }
    }

    fn act(&mut self, worker: usize) {
        let now = self.moment();
        let doing = &mut self.workers[worker].doing;
        if let Doing::Holding(hold, _, waits) = doing {
            if hold.may_act(now) {
                *waits = Waits::Effect;
            } else {
                *doing = Doing::Idle;
            }
        }
    }

    /// What a holder does outwardly reaches the forge.
    fn happen(&mut self, worker: usize, fleet: &Fleet) {
        let run = self.workers[worker].run;
        let fence = self.forge.view.fence.map(|mark| self.forge.marks[mark].run);
        if fleet.fences == Fences::Kept && fence != Some(run) {
            self.wrong = Some("something was done without holding the issue");
        }
        let Doing::Holding(hold, stage, waits) = &mut self.workers[worker].doing else {
            return;
        };
        *waits = Waits::Nothing;
        let comment = hold.comment().0;
        match stage {
            Stage::Stamp => {
                if self.forge.view.status == Status::Done {
                    self.wrong = Some("an issue that had ended was taken");
                }
                self.forge
                    .write(fleet.lag, |view| view.status = Status::InProgress);
                hold.moved(Some(Standing::InProgress));
                *stage = Stage::Check;
            }
            Stage::Check => {}
            Stage::End => {
                hold.moved(None);
                self.forge.write(fleet.lag, |view| {
                    view.status = Status::Done;
                    if let Some(claim) = view.claim(comment) {
                        claim.ended = true;
                    }
                });
                self.set_out(worker, Task::Release);
            }
        }
    }

    /// A second passes. What a holder has under way outwardly arrives within a bounded time or
    /// never: here lies the one assumption about time.
    fn tick(&mut self) {
        self.now += 1;
        let now = self.moment();
        for worker in &mut self.workers {
            let Doing::Holding(hold, _, waits) = &worker.doing else {
                continue;
            };
            let last = match waits {
                Waits::Nothing => hold.until(),
                Waits::Effect => hold.until() + Duration::from_secs(UNDER_WAY),
                // The machine itself hears that it is late.
                Waits::Answer(..) => continue,
            };
            if now >= last {
                worker.doing = Doing::Idle;
            }
        }
    }
}

impl Model for Fleet {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let ghost = Run {
            worker: 15,
            number: 0,
        };
        let claim = |ended| Claim {
            id: 1,
            run: ghost,
            said: 0,
            ended,
        };
        let mark = Mark {
            run: ghost,
            since: 0,
            over: None,
        };
        let (claims, fence, marks) = match self.start {
            Start::Ready => (vec![], None, vec![]),
            Start::Requeued => (vec![claim(true)], None, vec![]),
            Start::Abandoned => (vec![claim(false)], Some(0), vec![mark]),
        };
        vec![State {
            now: 0,
            forge: Forge {
                view: View {
                    status: Status::Ready,
                    claims,
                    fence,
                },
                past: vec![],
                marks,
                next: 1,
            },
            workers: (0..self.workers).map(Worker::new).collect(),
            left: Left {
                crashes: self.crashes,
                cuts: self.cuts,
                requeues: self.requeues,
                renewals: self.renewals,
            },
            wrong: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (index, worker) in state.workers.iter().enumerate() {
            if worker.doing == Doing::Idle {
                if worker.run.number < self.tries {
                    actions.push(Action::Begin(index));
                }
                continue;
            }
            if state.left.crashes > 0 {
                actions.push(Action::Crash(index));
            }
            self.holder_may(state, index, actions);
            let Some(request) = worker.request() else {
                continue;
            };
            let is_look = matches!(request, Request::Look | Request::LookAgain);
            let oldest = if is_look { state.forge.past.len() } else { 0 };
            actions.extend((0..=oldest).map(|age| Action::Serve(index, age)));
            if state.left.cuts > 0 {
                actions.push(Action::Cut(index, false));
                if !is_look {
                    actions.push(Action::Cut(index, true));
                }
            }
        }
        if state.left.requeues > 0 && state.forge.view.status != Status::Ready {
            actions.push(Action::Requeue);
        }
        if state.now < self.end {
            actions.push(Action::Tick);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Begin(worker) => self.begin(&mut state, worker),
            Action::Serve(worker, age) => self.serve(&mut state, worker, age),
            Action::Cut(worker, served) => {
                state.left.cuts -= 1;
                if served {
                    let (run, at) = (state.workers[worker].run, (state.now, 0));
                    let request = state.workers[worker].request().cloned()?;
                    let (_, wrong) = state.forge.serve(&self.nature(), run, &request, at);
                    state.wrong = state.wrong.or(wrong);
                }
                state.hear(worker, Answer::Failed);
            }
            Action::Renew(worker) => {
                state.left.renewals -= 1;
                state.set_out(worker, Task::Renew);
            }
            Action::Check(worker) => state.set_out(worker, Task::Check),
            Action::Act(worker) => state.act(worker),
            Action::Happen(worker) => state.happen(worker, self),
            Action::Crash(worker) => {
                state.left.crashes -= 1;
                state.workers[worker].doing = Doing::Idle;
            }
            Action::Requeue => {
                state.left.requeues -= 1;
                let lag = self.lag;
                state.forge.write(lag, |view| view.status = Status::Ready);
            }
            Action::Tick => state.tick(),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(ONE_HOLDER, |_: &Fleet, state: &State| state.holders() <= 1),
            Property::always(NOTHING_WRONG, |_, state: &State| state.wrong.is_none()),
            Property::always(TAKEN, |fleet: &Fleet, state: &State| fleet.ends_well(state)),
            Property::sometimes("the issue ends", |_, state: &State| {
                state.forge.view.status == Status::Done
            }),
        ];
        if self.end > TTL {
            let taken_over = |_: &Fleet, state: &State| state.taken_over();
            properties.push(Property::sometimes("a dead run is taken over", taken_over));
        }
        properties
    }
}

impl State {
    /// How many workers may act outwardly, or do.
    fn holders(&self) -> usize {
        let now = self.moment();
        let may_act = |worker: &&Worker| match &worker.doing {
            Doing::Holding(hold, _, waits) => hold.may_act(now) || *waits == Waits::Effect,
            Doing::Idle | Doing::Trying(..) => false,
        };
        self.workers.iter().filter(may_act).count()
    }

    fn taken_over(&self) -> bool {
        let marks = &self.forge.marks;
        let fence = self.forge.view.fence.map(|fence| &marks[fence]);
        fence.is_some_and(|mark| mark.over.is_some_and(|over| marks[over].run != mark.run))
    }
}
