//! A worker: the machines of the protocol, and what a run does while it holds the issue.

use althing_bringup::protocol::{Hold, HoldTurn, Request, Task, Try, TryTurn};

use crate::forge::Run;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Worker {
    pub(crate) run: Run,
    pub(crate) doing: Doing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Doing {
    Idle,
    Trying(Try, Request),
    Holding(Hold, Stage, Waits),
}

/// How far a run is. Each stage is one outward effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// To set `in progress`.
    Stamp,
    /// To make sure that the issue still is ours.
    Check,
    /// To tell how it ended and set the status.
    End,
}

/// What is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Waits {
    Nothing,
    /// For the answer to a request of the protocol.
    Answer(Task, Request),
    /// For an outward effect that was allowed to begin.
    Effect,
}

impl Worker {
    pub(crate) fn new(worker: usize) -> Self {
        let worker = u8::try_from(worker).unwrap();
        Self {
            run: Run { worker, number: 0 },
            doing: Doing::Idle,
        }
    }

    /// The request that is under way.
    pub(crate) fn request(&self) -> Option<&Request> {
        match &self.doing {
            Doing::Trying(_, request) | Doing::Holding(_, _, Waits::Answer(_, request)) => {
                Some(request)
            }
            Doing::Idle | Doing::Holding(..) => None,
        }
    }
}

impl Doing {
    pub(crate) fn after_try(attempt: Try, turn: TryTurn) -> Self {
        match turn {
            TryTurn::Ask(request) => Doing::Trying(attempt, request),
            TryTurn::Won(hold) => Doing::Holding(hold, Stage::Stamp, Waits::Nothing),
            TryTurn::Lost(_) | TryTurn::Broken => Doing::Idle,
        }
    }

    pub(crate) fn after_hold(hold: Hold, stage: Stage, task: Task, turn: HoldTurn) -> Self {
        match turn {
            HoldTurn::Ask(request) => Doing::Holding(hold, stage, Waits::Answer(task, request)),
            HoldTurn::Held if task == Task::Check => {
                Doing::Holding(hold, Stage::End, Waits::Nothing)
            }
            HoldTurn::Held | HoldTurn::Unsure if task != Task::Release => {
                Doing::Holding(hold, stage, Waits::Nothing)
            }
            // The fence of a run that was stopped is left to expire.
            HoldTurn::Held
            | HoldTurn::Unsure
            | HoldTurn::Stopped(_)
            | HoldTurn::Lost(_)
            | HoldTurn::Released => Doing::Idle,
        }
    }
}
