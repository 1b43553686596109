//! A forge as far as claims go: one issue, its comments, its fence.

use std::{sync::LazyLock, time::Duration};

use althing_bringup::{
    RunId,
    protocol::{Answer, Request, Seen, SeenClaim, SeenFence, Standing},
};
use althing_diag::id::Sha;
use althing_forge::CommentId;
use jiff::Timestamp;

/// Which run: worker and number of its try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Run {
    pub(crate) worker: u8,
    pub(crate) number: u8,
}

impl Run {
    pub(crate) fn id(self) -> RunId {
        static IDS: LazyLock<Vec<RunId>> = LazyLock::new(|| {
            let id = |number: usize| format!("00000000-0000-4000-8000-{number:012x}");
            (0..256)
                .map(|number| RunId::parse(&id(number)).unwrap())
                .collect()
        });
        IDS[usize::from(self.worker) * 16 + usize::from(self.number)]
    }
}

fn mark_id(number: usize) -> Sha {
    static IDS: LazyLock<Vec<Sha>> = LazyLock::new(|| {
        (0..256)
            .map(|number| format!("{number:040x}").parse().unwrap())
            .collect()
    });
    IDS[number].clone()
}

fn number_of(mark: &Sha) -> usize {
    usize::from_str_radix(mark.as_str(), 16).unwrap()
}

/// What the forge does about fences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fences {
    /// What they are for.
    Kept,
    /// Nothing: everybody is told that the fence is up, and nobody sees one. That is the
    /// algorithm as documented.
    Ignored,
    /// A fence is taken over by deleting and creating it.
    Overwritten,
}

/// How a claim is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    ById,
    /// `--delete-last`, as documented: the last comment of the account.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    Ready,
    InProgress,
    Done,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Claim {
    pub(crate) id: u64,
    pub(crate) run: Run,
    pub(crate) said: u64,
    pub(crate) ended: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    pub(crate) run: Run,
    pub(crate) since: u64,
    /// The mark below it.
    pub(crate) over: Option<usize>,
}

/// What a look may show an older state of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub(crate) status: Status,
    pub(crate) claims: Vec<Claim>,
    pub(crate) fence: Option<usize>,
}

impl View {
    pub(crate) fn claim(&mut self, id: u64) -> Option<&mut Claim> {
        self.claims.iter_mut().find(|claim| claim.id == id)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Forge {
    pub(crate) view: View,
    /// Older views, the latest last.
    pub(crate) past: Vec<View>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) next: u64,
}

/// What a forge is like.
pub(crate) struct Nature {
    pub(crate) fences: Fences,
    pub(crate) deletion: Deletion,
    pub(crate) shared_account: bool,
    pub(crate) lag: usize,
    pub(crate) ttl: u64,
}

impl Forge {
    /// Serves a request of `run`; a look shows the view `age` writes ago. Says also what was
    /// wrong with it, if a comment of somebody else fell victim to it.
    pub(crate) fn serve(
        &mut self,
        nature: &Nature,
        run: Run,
        request: &Request,
        (now, age): (u64, usize),
    ) -> (Answer, Option<&'static str>) {
        let mut wrong = None;
        let before = self.view.clone();
        let answer = match request {
            Request::Look | Request::LookAgain => Answer::Seen(self.look(nature, run, now, age)),
            Request::Post => {
                self.next += 1;
                let (id, said, ended) = (self.next, now, false);
                self.view.claims.push(Claim {
                    id,
                    run,
                    said,
                    ended,
                });
                Answer::Posted(CommentId(id))
            }
            Request::Mark { over } => {
                let over = over.as_ref().map(number_of);
                self.marks.push(Mark {
                    run,
                    since: now,
                    over,
                });
                Answer::Marked(mark_id(self.marks.len() - 1))
            }
            Request::Create { mark } => self.swap(nature, None, Some(number_of(mark))),
            Request::Swap { from, to } => {
                self.swap(nature, Some(number_of(from)), to.as_ref().map(number_of))
            }
            Request::Renew { comment } => match self.view.claim(comment.0) {
                Some(claim) => {
                    claim.said = now;
                    Answer::Done
                }
                None => Answer::Refused,
            },
            Request::Delete { comment } => {
                wrong = self.delete(nature, run, comment.0);
                Answer::Done
            }
        };
        self.remember(before, nature.lag);
        (answer, wrong)
    }

    /// Something is written that is no request of the protocol.
    pub(crate) fn write(&mut self, lag: usize, change: impl FnOnce(&mut View)) {
        let before = self.view.clone();
        change(&mut self.view);
        self.remember(before, lag);
    }

    fn remember(&mut self, before: View, lag: usize) {
        if self.view != before {
            self.past.push(before);
            let excess = self.past.len().saturating_sub(lag);
            self.past.drain(..excess);
        }
    }

    fn swap(&mut self, nature: &Nature, from: Option<usize>, to: Option<usize>) -> Answer {
        match nature.fences {
            Fences::Ignored => return Answer::Done,
            Fences::Kept if self.view.fence != from => return Answer::Refused,
            Fences::Overwritten if from.is_none() && self.view.fence.is_some() => {
                return Answer::Refused;
            }
            Fences::Kept | Fences::Overwritten => self.view.fence = to,
        }
        Answer::Done
    }

    fn delete(&mut self, nature: &Nature, run: Run, id: u64) -> Option<&'static str> {
        let same_account = |claim: &Claim| nature.shared_account || claim.run.worker == run.worker;
        let at = match nature.deletion {
            Deletion::ById => self.view.claims.iter().position(|claim| claim.id == id),
            Deletion::Last => self.view.claims.iter().rposition(same_account),
        }?;
        let deleted = self.view.claims.remove(at);
        (deleted.run != run).then_some("the claim of another was deleted")
    }

    fn look(&self, nature: &Nature, run: Run, now: u64, age: usize) -> Seen {
        let view = match age {
            0 => &self.view,
            _ => &self.past[self.past.len() - age],
        };
        let claim = |claim: &Claim| SeenClaim {
            comment: CommentId(claim.id),
            own: claim.run == run,
            run: Some(claim.run.id()),
            said: time(claim.said),
            ended: claim.ended,
        };
        let fence = |number: usize| {
            let Mark { run, since, .. } = self.marks[number];
            SeenFence {
                mark: mark_id(number),
                run: Some(run.id()),
                since: time(since),
                ttl: Some(Duration::from_secs(nature.ttl)),
            }
        };
        Seen {
            at: time(now),
            standing: match view.status {
                Status::Ready => Standing::Ready,
                Status::InProgress => Standing::InProgress,
                Status::Done => Standing::Other(String::new()),
            },
            claims: view.claims.iter().map(claim).collect(),
            fence: view.fence.map(fence),
        }
    }
}

fn time(second: u64) -> Timestamp {
    Timestamp::from_second(second.try_into().unwrap()).unwrap()
}
