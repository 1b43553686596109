//! What goes through the [`Chronicle`](super::Chronicle).

use althing_diag::id::{Account, Sha};
use jiff::Timestamp;

use crate::{CheckState, IssueNumber, IssueState, Partial, PullNumber, PullState, ReviewState};

/// The default branch over a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its name.
    pub branch: String,
    /// Its newest commit.
    pub head: Sha,
    /// The first-parent commits that came to it in the period, newest first. One whose time lies
    /// before the period is among them if one that it was built on lies within.
    pub commits: Partial<PastCommit>,
    /// Who wrote commits in the period and when, those of merged branches too. Incomplete when
    /// a commit has more authors than were listed, or commits were cut.
    pub written: Partial<Said>,
}

/// A commit on the default branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCommit {
    /// Its id.
    pub sha: Sha,
    /// First line of its message.
    pub title: String,
    /// The account that the forge matches to its author, if any.
    pub author: Option<Account>,
    /// When it was committed.
    pub committed_at: Timestamp,
    /// The merged pull request into this branch that brought it.
    pub pull: Option<PullNumber>,
    /// What checked it.
    pub checks: PastCheck,
}

/// What checked a commit, as far as it was asked and told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastCheck {
    /// It was not asked.
    Unasked,
    /// Every attempt.
    All(Vec<Attempt>),
    /// There is more than was told: [`super::Chronicle::attempts`] has it.
    More,
}

/// One attempt of a check on a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Status context or check-run name.
    pub name: String,
    /// How it went.
    pub state: CheckState,
    /// When it ended, or began if it has not; `None` when it was not even begun.
    pub at: Option<Timestamp>,
}

/// Somebody did something, and when. Written, commented: what it was the field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who; `None` for a deleted account.
    pub author: Option<Account>,
    /// When.
    pub at: Timestamp,
}

/// A pull request with what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPull {
    /// Its number.
    pub number: PullNumber,
    /// Its title.
    pub title: String,
    /// Address for people.
    pub url: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Whether it is a draft.
    pub draft: bool,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Account>,
    /// Branch to merge into.
    pub base_branch: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything about it changed last.
    pub updated_at: Timestamp,
    /// When it was closed or merged.
    pub closed_at: Option<Timestamp>,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// Who merged it; `None` unless it is, and for a deleted account.
    pub merged_by: Option<Account>,
    /// Changed paths; for a renamed file both names.
    pub paths: Partial<String>,
    /// Reviews that were submitted, oldest first.
    pub reviews: Partial<PastReview>,
    /// Comments, oldest first.
    pub comments: Partial<Said>,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastReview {
    /// Who; `None` for a deleted account.
    pub author: Option<Account>,
    /// What it says.
    pub state: ReviewState,
    /// When it was submitted.
    pub at: Timestamp,
}

/// An issue with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIssue {
    /// Its number.
    pub number: IssueNumber,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Address for people.
    pub url: String,
    /// Open or closed.
    pub state: IssueState,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Account>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything about it changed last.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Names of its labels.
    pub labels: Partial<String>,
    /// Who is to deal with it.
    pub assignees: Partial<Account>,
    /// Comments since the period began, oldest first.
    pub comments: Vec<Said>,
}
