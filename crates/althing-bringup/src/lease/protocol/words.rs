//! What the machines hear and say.

use std::{fmt, time::Duration};

use althing_diag::id::Sha;
use althing_forge::CommentId;
use jiff::{SignedDuration, Timestamp};

use crate::RunId;

/// A moment by the clock of this machine, which runs on while the machine sleeps and is never
/// set back. Only spans between moments mean anything.
pub type Moment = Duration;

/// How long claims last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// How long a claim holds without being renewed (`YT_CLAIM_TTL_SECS`, B-163).
    pub ttl: Duration,
    /// How long before that its holder stops. It covers what is under way to the forge when a
    /// command is ended, times in whole seconds, and clocks that do not run equally fast.
    pub margin: Duration,
    /// How often is looked for what should show.
    pub looks: u32,
}

impl Terms {
    /// The shortest `ttl` that leaves time to work.
    pub const SHORTEST: Duration = Duration::from_secs(5);

    /// The margin for a `ttl`: a sixth of it, from two seconds to a minute.
    pub fn new(ttl: Duration) -> Self {
        let margin = (ttl / 6).clamp(Duration::from_secs(2), Duration::from_secs(60));
        Self {
            ttl,
            margin,
            looks: 10,
        }
    }

    /// How long a holder may act after the mark of its claim was asked for.
    pub(crate) fn safe(&self) -> Duration {
        self.ttl.saturating_sub(self.margin)
    }

    /// After how long a claim is renewed.
    pub(crate) fn renewal(&self) -> Duration {
        self.ttl / 3
    }

    fn is_over(&self, since: Timestamp, at: Timestamp, stated: Option<Duration>) -> bool {
        at > self.end(since, stated)
    }

    /// When a claim made at `since` ends. Of two opinions on how long claims last the longer
    /// counts: nobody shortens the claim of another.
    fn end(&self, since: Timestamp, stated: Option<Duration>) -> Timestamp {
        let ttl = stated.map_or(self.ttl, |stated| stated.max(self.ttl));
        let ttl = SignedDuration::try_from(ttl).unwrap_or(SignedDuration::MAX);
        since.saturating_add(ttl).unwrap_or(Timestamp::MAX)
    }
}

/// Whether an issue may be claimed, as far as it itself says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Open, labelled for this machine, `ready`.
    Ready,
    /// The same, but `in progress`: somebody works on it, or died over it.
    InProgress,
    /// Anything else, and what.
    Other(String),
}

/// What one look at an issue shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// When, by the clock of the forge.
    pub at: Timestamp,
    /// The state of the issue.
    pub standing: Standing,
    /// Claim comments, in any order; the latest must be among them.
    pub claims: Vec<SeenClaim>,
    /// The fence, if there is one.
    pub fence: Option<SeenFence>,
}

/// A claim comment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeenClaim {
    /// The comment. Later ones have larger ids.
    pub comment: CommentId,
    /// Whether it is this run's: its author, its worker, its run id (B-155).
    pub own: bool,
    /// Whose it is; `None` for a comment that bears the marker and is no claim.
    pub run: Option<RunId>,
    /// When it was made or last renewed, by the clock of the forge.
    pub said: Timestamp,
    /// Whether its run has told how it ended.
    pub ended: bool,
}

/// A fence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeenFence {
    /// The mark that it points to.
    pub mark: Sha,
    /// Whose it is; `None` when the mark does not say.
    pub run: Option<RunId>,
    /// When it was made, by the clock of the forge.
    pub since: Timestamp,
    /// How long it holds according to who made it.
    pub ttl: Option<Duration>,
}

impl SeenFence {
    /// Whether whoever put it up may still act.
    pub(crate) fn holds(&self, terms: &Terms, at: Timestamp) -> bool {
        !terms.is_over(self.since, at, self.ttl)
    }
}

impl Seen {
    /// The latest claim (B-154).
    pub(crate) fn latest(&self) -> Option<&SeenClaim> {
        self.claims.iter().max_by_key(|claim| claim.comment)
    }

    /// Whether the fence is this run's.
    pub(crate) fn fence_of(&self, run: RunId) -> Option<&SeenFence> {
        self.fence.as_ref().filter(|fence| fence.run == Some(run))
    }

    /// Why nobody may claim the issue now, if so: it is not `ready`, or others hold it. What is
    /// `in progress` can only be taken from a run whose fence has expired; without a fence
    /// nothing shows that it is dead.
    pub(crate) fn obstacle(&self, terms: &Terms) -> Option<Why> {
        if let Standing::Other(why) = &self.standing {
            return Some(Why::NotEligible(why.clone()));
        }
        if let Some(fence) = &self.fence
            && fence.holds(terms, self.at)
        {
            let until = terms.end(fence.since, fence.ttl);
            return Some(Why::Held {
                run: fence.run,
                until,
            });
        }
        if self.standing == Standing::InProgress && self.fence.is_none() {
            return Some(Why::Unfenced);
        }
        let live = |claim: &&SeenClaim| {
            !claim.own
                && !claim.ended
                && claim.run.is_some()
                && !terms.is_over(claim.said, self.at, None)
        };
        self.latest().filter(live).map(|claim| Why::Held {
            run: claim.run,
            until: terms.end(claim.said, None),
        })
    }
}

/// What is asked of the forge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Look at the issue.
    Look,
    /// The same, a moment later.
    LookAgain,
    /// Post the claim (§6.2 step 1).
    Post,
    /// Make a mark on top of another one; nothing points to it yet.
    Mark {
        /// The mark before it.
        over: Option<Sha>,
    },
    /// Put up the fence where there is none.
    Create {
        /// What it points to.
        mark: Sha,
    },
    /// Replace the fence, or take it down, if it points to `from`.
    Swap {
        /// The mark that it must point to.
        from: Sha,
        /// The mark that it points to then; `None` takes it down.
        to: Option<Sha>,
    },
    /// Write the present time into the claim.
    Renew {
        /// The claim.
        comment: CommentId,
    },
    /// Delete the own claim, by id (§6.2 step 3).
    Delete {
        /// The claim.
        comment: CommentId,
    },
}

/// What the forge answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// To a look.
    Seen(Seen),
    /// The claim stands in this comment.
    Posted(CommentId),
    /// The mark is this one.
    Marked(Sha),
    /// Done.
    Done,
    /// Not done: the fence is not what it had to be.
    Refused,
    /// Nobody knows whether it was done.
    Failed,
}

impl Answer {
    /// What a look showed.
    pub(crate) fn seen(self) -> Option<Seen> {
        if let Answer::Seen(seen) = self {
            Some(seen)
        } else {
            None
        }
    }
}

/// Why an issue is not, or no longer, a run's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is not to be worked on.
    NotEligible(String),
    /// Another run holds it.
    Held {
        /// Which.
        run: Option<RunId>,
        /// How long, unless it is renewed, by the clock of the forge.
        until: Timestamp,
    },
    /// It is `in progress`, and nothing shows whose it is.
    Unfenced,
    /// Another worker claimed later.
    Later,
    /// Another worker put up its fence first.
    Beaten,
    /// The claim comment was changed by somebody.
    Changed,
    /// The claim comment does not show.
    Hidden,
    /// The own time was over.
    Expired,
    /// The fence is no longer this run's.
    Gone,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::NotEligible(why) => f.write_str(why),
            Why::Held {
                run: Some(run),
                until,
            } => write!(f, "run {run} holds it until {until} at least"),
            Why::Held { run: None, until } => {
                write!(f, "somebody holds it until {until} at least")
            }
            Why::Unfenced => f.write_str("it is in progress, and nothing shows whose it is"),
            Why::Later => f.write_str("another worker claimed later"),
            Why::Beaten => f.write_str("another worker was faster"),
            Why::Changed => f.write_str("the claim comment was changed"),
            Why::Hidden => f.write_str("the claim comment does not show"),
            Why::Expired => f.write_str("the claim could not be renewed in time"),
            Why::Gone => f.write_str("the fence is no longer this run's"),
        }
    }
}
