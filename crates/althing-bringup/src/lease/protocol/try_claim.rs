//! A try to get an issue: §6.2 step by step, and the fence between verifying and winning.

use althing_diag::id::Sha;
use althing_forge::CommentId;

use super::{Answer, Hold, Moment, Request, Seen, Standing, Terms, Why};
use crate::RunId;

/// One try of one run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Try {
    run: RunId,
    terms: Terms,
    /// The own claim comment, as soon as it is known.
    comment: Option<CommentId>,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    /// Reading first: a live claim of somebody else is respected without a word.
    Reading,
    Posting,
    /// Whether the latest claim is the own one.
    Verifying {
        looks: u32,
    },
    Marking {
        aim: Aim,
        asked: Moment,
    },
    Fencing {
        aim: Aim,
        fenced: Fenced,
    },
    /// Whether the issue still is what it was. `sure` when the forge said that the fence is up.
    Rechecking {
        aim: Aim,
        fenced: Fenced,
        sure: bool,
        looks: u32,
    },
    /// Taking everything back.
    Unfencing {
        end: End,
    },
    Withdrawing {
        end: End,
    },
}

/// What is being taken: a free issue, or one from a run that is dead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Aim {
    standing: Standing,
    over: Option<Sha>,
}

/// The own fence, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Fenced {
    mark: Sha,
    asked: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum End {
    Lost(Why),
    Broken,
}

/// What follows from an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TryTurn {
    /// Ask this, and hear the answer.
    Ask(Request),
    /// The issue is this run's.
    Won(Hold),
    /// It is not; nothing of the try is left behind that could be taken back.
    Lost(Why),
    /// The forge could not be asked.
    Broken,
}

impl Try {
    /// A try, and its first request.
    pub fn begin(run: RunId, terms: Terms) -> (Self, Request) {
        let begun = Self {
            run,
            terms,
            comment: None,
            phase: Phase::Reading,
        };
        (begun, Request::Look)
    }

    /// What follows from the answer to the last request, heard at `now`.
    pub fn hear(&mut self, answer: Answer, now: Moment) -> TryTurn {
        match self.phase.clone() {
            Phase::Reading => self.read(answer),
            Phase::Posting => self.posted(answer),
            Phase::Verifying { looks } => self.verify(answer, looks, now),
            Phase::Marking { aim, asked } => self.marked(answer, aim, asked, now),
            Phase::Fencing { aim, fenced } => self.fenced(answer, aim, fenced),
            Phase::Rechecking {
                aim,
                fenced,
                sure,
                looks,
            } => self.recheck(answer, (aim, fenced, sure), looks, now),
            // Taking back is best effort (B-159); what stays expires.
            Phase::Unfencing { end } => self.withdraw(end),
            Phase::Withdrawing { end } => end.into(),
        }
    }

    fn read(&mut self, answer: Answer) -> TryTurn {
        let Answer::Seen(seen) = answer else {
            return TryTurn::Broken;
        };
        match seen.obstacle(&self.terms) {
            Some(why) => TryTurn::Lost(why),
            None => self.ask(Phase::Posting, Request::Post),
        }
    }

    /// A claim whose posting failed may stand there all the same: looking tells.
    fn posted(&mut self, answer: Answer) -> TryTurn {
        if let Answer::Posted(comment) = answer {
            self.comment = Some(comment);
        }
        self.ask(Phase::Verifying { looks: 1 }, Request::Look)
    }

    /// Whether the latest claim is ours (B-151 to B-157). The own comment may take a moment to
    /// show.
    fn verify(&mut self, answer: Answer, looks: u32, now: Moment) -> TryTurn {
        let Some(seen) = answer.seen() else {
            return self.verify_again(looks, End::Broken);
        };
        if let Some(own) = seen.claims.iter().find(|claim| claim.own) {
            self.comment = Some(own.comment);
        }
        let latest = seen.latest();
        if latest.is_some_and(|latest| latest.own) {
            return self.mark(seen, now);
        }
        match (latest, self.comment) {
            (Some(latest), Some(own)) if latest.comment > own => self.lose(Why::Later),
            (Some(latest), Some(own)) if latest.comment == own => self.lose(Why::Changed),
            _ => self.verify_again(looks, End::Lost(Why::Hidden)),
        }
    }

    fn verify_again(&mut self, looks: u32, end: End) -> TryTurn {
        if looks >= self.terms.looks {
            return self.withdraw(end);
        }
        self.ask(Phase::Verifying { looks: looks + 1 }, Request::LookAgain)
    }

    fn mark(&mut self, seen: Seen, now: Moment) -> TryTurn {
        if let Some(why) = seen.obstacle(&self.terms) {
            return self.lose(why);
        }
        let aim = Aim {
            standing: seen.standing,
            over: seen.fence.map(|fence| fence.mark),
        };
        let over = aim.over.clone();
        self.ask(Phase::Marking { aim, asked: now }, Request::Mark { over })
    }

    fn marked(&mut self, answer: Answer, aim: Aim, asked: Moment, now: Moment) -> TryTurn {
        let Answer::Marked(mark) = answer else {
            return self.withdraw(End::Broken);
        };
        if now >= asked + self.terms.safe() {
            return self.lose(Why::Expired);
        }
        let request = match aim.over.clone() {
            None => Request::Create { mark: mark.clone() },
            Some(from) => Request::Swap {
                from,
                to: Some(mark.clone()),
            },
        };
        let fenced = Fenced { mark, asked };
        self.ask(Phase::Fencing { aim, fenced }, request)
    }

    fn fenced(&mut self, answer: Answer, aim: Aim, fenced: Fenced) -> TryTurn {
        if answer == Answer::Refused {
            return self.lose(Why::Beaten);
        }
        let phase = Phase::Rechecking {
            aim,
            fenced,
            sure: answer == Answer::Done,
            looks: 1,
        };
        self.ask(phase, Request::Look)
    }

    /// Whoever was late by a whole run sees it here: the issue no longer is what it was.
    fn recheck(
        &mut self,
        answer: Answer,
        (aim, fenced, sure): (Aim, Fenced, bool),
        looks: u32,
        now: Moment,
    ) -> TryTurn {
        let Some(comment) = self.comment else {
            return self.unfence(&aim, &fenced, End::Lost(Why::Hidden));
        };
        let shown = answer.seen();
        let Some(seen) = shown.filter(|seen| sure || seen.fence_of(self.run).is_some()) else {
            if looks >= self.terms.looks {
                return self.unfence(&aim, &fenced, End::Broken);
            }
            let phase = Phase::Rechecking {
                aim,
                fenced,
                sure,
                looks: looks + 1,
            };
            return self.ask(phase, Request::LookAgain);
        };
        if seen.standing != aim.standing {
            let why = match seen.standing {
                Standing::Other(why) => Why::NotEligible(why),
                Standing::Ready | Standing::InProgress => Why::Later,
            };
            return self.unfence(&aim, &fenced, End::Lost(why));
        }
        if now >= fenced.asked + self.terms.safe() {
            return self.unfence(&aim, &fenced, End::Lost(Why::Expired));
        }
        TryTurn::Won(Hold::new(
            self.run,
            self.terms,
            comment,
            (fenced.mark, fenced.asked),
            aim.standing,
        ))
    }

    /// A fence that was taken over stays: the issue may be `in progress`, and what is so without
    /// a fence nobody takes.
    fn unfence(&mut self, aim: &Aim, fenced: &Fenced, end: End) -> TryTurn {
        if aim.over.is_some() {
            return self.withdraw(end);
        }
        let request = Request::Swap {
            from: fenced.mark.clone(),
            to: None,
        };
        self.ask(Phase::Unfencing { end }, request)
    }

    fn lose(&mut self, why: Why) -> TryTurn {
        self.withdraw(End::Lost(why))
    }

    fn withdraw(&mut self, end: End) -> TryTurn {
        match self.comment {
            Some(comment) => self.ask(Phase::Withdrawing { end }, Request::Delete { comment }),
            None => end.into(),
        }
    }

    fn ask(&mut self, phase: Phase, request: Request) -> TryTurn {
        self.phase = phase;
        TryTurn::Ask(request)
    }
}

impl From<End> for TryTurn {
    fn from(end: End) -> Self {
        match end {
            End::Lost(why) => TryTurn::Lost(why),
            End::Broken => TryTurn::Broken,
        }
    }
}
