//! Holding an issue: renewing the claim, making sure before acting, letting go.

use althing_diag::id::Sha;
use althing_forge::CommentId;

use super::{Answer, Moment, Request, Seen, Standing, Terms, Why};
use crate::RunId;

/// The claim of a run that has won.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hold {
    run: RunId,
    terms: Terms,
    comment: CommentId,
    /// The mark that the fence points to, as far as is known.
    mark: Sha,
    /// When that was asked for. The forge dates it later, so the own time ends first.
    asked: Moment,
    /// What the issue must be, as far as this run has set it.
    standing: Option<Standing>,
    work: Work,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Work {
    Resting,
    Marking {
        asked: Moment,
    },
    Swapping {
        to: Sha,
        asked: Moment,
    },
    /// The swap did not say `done`: an answer may have been lost, now or before.
    Confirming {
        to: Sha,
        asked: Moment,
        looks: u32,
    },
    Telling,
    Checking {
        looks: u32,
    },
    Releasing,
    /// It was let go: nothing may be done any more, and nothing was taken away.
    Released,
    /// Nothing may be done any more.
    Over(Why),
}

/// What a holder can set out to do, one thing at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Make the claim last longer.
    Renew,
    /// Make sure that the issue still is this run's.
    Check,
    /// Let go.
    Release,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HoldTurn {
    /// Ask this, and hear the answer.
    Ask(Request),
    /// The task is done, and the issue is this run's.
    Held,
    /// The task could not be done; the issue still is this run's until its time is over.
    Unsure,
    /// The issue is this run's, but somebody took the work away from it: it was closed,
    /// relabelled or moved.
    Stopped(Why),
    /// It is not this run's any more.
    Lost(Why),
    /// It was let go.
    Released,
}

impl Hold {
    pub(super) fn new(
        run: RunId,
        terms: Terms,
        comment: CommentId,
        (mark, asked): (Sha, Moment),
        standing: Standing,
    ) -> Self {
        Self {
            run,
            terms,
            comment,
            mark,
            asked,
            standing: Some(standing),
            work: Work::Resting,
        }
    }

    /// The run.
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The claim comment.
    pub fn comment(&self) -> CommentId {
        self.comment
    }

    /// The moment from which nothing may be done under this claim any more.
    pub fn until(&self) -> Moment {
        self.asked + self.terms.safe()
    }

    /// When the claim is to be renewed.
    pub fn renew_at(&self) -> Moment {
        self.asked + self.terms.renewal()
    }

    /// Whether something outward may begin now. It must be ended at [`Hold::until`].
    pub fn may_act(&self, now: Moment) -> bool {
        let over = matches!(self.work, Work::Over(_) | Work::Releasing | Work::Released);
        now < self.until() && !over
    }

    /// The run has moved the issue itself: to `in progress`, or to where it ends (`None`), where
    /// it is people's again.
    pub fn moved(&mut self, to: Option<Standing>) {
        self.standing = to;
    }

    /// Sets out to do something.
    pub fn begin(&mut self, task: Task, now: Moment) -> HoldTurn {
        if self.work == Work::Released {
            return HoldTurn::Released;
        }
        if let Some(lost) = self.over(now) {
            return lost;
        }
        match task {
            Task::Renew => {
                let over = Some(self.mark.clone());
                self.ask(Work::Marking { asked: now }, Request::Mark { over })
            }
            Task::Check => self.ask(Work::Checking { looks: 1 }, Request::Look),
            Task::Release => {
                let request = Request::Swap {
                    from: self.mark.clone(),
                    to: None,
                };
                self.ask(Work::Releasing, request)
            }
        }
    }

    /// What follows from the answer to the last request, heard at `now`.
    pub fn hear(&mut self, answer: Answer, now: Moment) -> HoldTurn {
        let work = std::mem::replace(&mut self.work, Work::Resting);
        if work == Work::Releasing {
            if answer == Answer::Failed {
                return HoldTurn::Unsure;
            }
            self.work = Work::Released;
            return HoldTurn::Released;
        }
        if let Some(lost) = self.over(now) {
            return lost;
        }
        match work {
            Work::Marking { asked } => self.marked(answer, asked),
            Work::Swapping { to, asked } if answer == Answer::Done => self.renewed(to, asked),
            Work::Swapping { to, asked } => self.ask(
                Work::Confirming {
                    to,
                    asked,
                    looks: 1,
                },
                Request::Look,
            ),
            Work::Confirming { to, asked, looks } => self.confirm(answer, (to, asked), looks),
            Work::Checking { looks } => self.check(answer, looks),
            // The comment is for people and for workers without a fence; the fence counts.
            Work::Telling | Work::Resting | Work::Releasing => HoldTurn::Held,
            Work::Released => HoldTurn::Released,
            Work::Over(why) => self.lose(why.clone(), HoldTurn::Lost(why)),
        }
    }

    fn marked(&mut self, answer: Answer, asked: Moment) -> HoldTurn {
        let Answer::Marked(to) = answer else {
            return HoldTurn::Unsure;
        };
        let request = Request::Swap {
            from: self.mark.clone(),
            to: Some(to.clone()),
        };
        self.ask(Work::Swapping { to, asked }, request)
    }

    fn renewed(&mut self, mark: Sha, asked: Moment) -> HoldTurn {
        self.mark = mark;
        self.asked = asked;
        let comment = self.comment;
        self.ask(Work::Telling, Request::Renew { comment })
    }

    fn confirm(&mut self, answer: Answer, (to, asked): (Sha, Moment), looks: u32) -> HoldTurn {
        if let Answer::Seen(seen) = &answer
            && let Some(fence) = seen.fence_of(self.run)
        {
            if fence.mark == to {
                return self.renewed(to, asked);
            }
            // Not swapped, or not yet; the next renewal starts from what is there.
            self.mark = fence.mark.clone();
            return HoldTurn::Unsure;
        }
        if looks < self.terms.looks {
            let looks = looks + 1;
            return self.ask(Work::Confirming { to, asked, looks }, Request::LookAgain);
        }
        if matches!(answer, Answer::Seen(_)) {
            return self.lose(Why::Gone, HoldTurn::Lost(Why::Gone));
        }
        HoldTurn::Unsure
    }

    fn check(&mut self, answer: Answer, looks: u32) -> HoldTurn {
        let found = if let Answer::Seen(seen) = answer {
            self.found(seen)
        } else {
            HoldTurn::Unsure
        };
        if found == HoldTurn::Held {
            return found;
        }
        if looks >= self.terms.looks {
            if let HoldTurn::Lost(why) = &found {
                self.work = Work::Over(why.clone());
            }
            return found;
        }
        self.ask(Work::Checking { looks: looks + 1 }, Request::LookAgain)
    }

    fn found(&mut self, seen: Seen) -> HoldTurn {
        if seen.fence_of(self.run).is_none() {
            return HoldTurn::Lost(Why::Gone);
        }
        if self.standing.is_none() || self.standing.as_ref() == Some(&seen.standing) {
            return HoldTurn::Held;
        }
        let why = match seen.standing {
            Standing::Ready => "it was set to `ready` again".to_owned(),
            Standing::InProgress => "it was set to `in progress`".to_owned(),
            Standing::Other(why) => why,
        };
        HoldTurn::Stopped(Why::NotEligible(why))
    }

    fn over(&mut self, now: Moment) -> Option<HoldTurn> {
        let why = if let Work::Over(why) = &self.work {
            why.clone()
        } else if now >= self.until() {
            Why::Expired
        } else {
            return None;
        };
        Some(self.lose(why.clone(), HoldTurn::Lost(why)))
    }

    fn lose(&mut self, why: Why, turn: HoldTurn) -> HoldTurn {
        self.work = Work::Over(why);
        turn
    }

    fn ask(&mut self, work: Work, request: Request) -> HoldTurn {
        self.work = work;
        HoldTurn::Ask(request)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_let_go_is_not_lost_however_late_one_looks() {
        let mark = (
            "a".repeat(40).parse().expect("a mark"),
            Duration::from_secs(1),
        );
        let terms = Terms::new(Duration::from_secs(60));
        let mut hold = Hold::new(
            RunId::generate(),
            terms,
            CommentId(1),
            mark,
            Standing::Ready,
        );
        let now = Duration::from_secs(2);
        assert!(matches!(hold.begin(Task::Release, now), HoldTurn::Ask(_)));
        assert_eq!(hold.hear(Answer::Done, now), HoldTurn::Released);
        for later in [now, Duration::from_secs(600)] {
            for task in [Task::Check, Task::Renew, Task::Release] {
                assert_eq!(hold.begin(task, later), HoldTurn::Released);
            }
            assert!(!hold.may_act(later));
        }
    }
}
