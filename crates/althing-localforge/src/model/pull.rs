//! Pull requests and reviews.

use super::{Account, Issue, IssueId, NodeId, NodeKind, ReviewId, Sha, Timestamp};

/// A pull request. Head and base are branches of one repository: forks are not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// The issue side: number, title, text, author, labels, state.
    pub issue: Issue,
    /// Branch to merge into.
    pub base: String,
    /// Its commit: now while open, at the time of closing afterwards.
    pub base_sha: Sha,
    /// Branch to merge.
    pub head: String,
    /// Its commit: now while open, the last one afterwards.
    pub head_sha: Sha,
    /// Whether it is a draft.
    pub draft: bool,
    /// How it was merged, if it was.
    pub merged: Option<Merged>,
    /// Users asked for a review who have not given one since.
    pub requested_reviewers: Vec<Account>,
}

/// A merge that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Account,
    /// The commit on the base branch.
    pub commit: Sha,
}

/// A pull request to open.
#[derive(Clone, Debug, Default)]
pub struct NewPull {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Branch to merge, also as `OWNER:BRANCH`.
    pub head: String,
    /// Branch to merge into.
    pub base: String,
    /// Whether it is a draft.
    pub draft: bool,
}

/// Changes to a pull request; `None` leaves as is. Labels and assignees go through
/// [`super::IssuePatch`].
#[derive(Clone, Debug, Default)]
pub struct PullPatch {
    /// Title.
    pub title: Option<String>,
    /// Text.
    pub body: Option<String>,
    /// Branch to merge into.
    pub base: Option<String>,
    /// Open or closed.
    pub open: Option<bool>,
    /// Draft or ready.
    pub draft: Option<bool>,
}

/// Which pull requests are wanted.
#[derive(Clone, Debug, Default)]
pub struct PullFilter {
    /// Any of these states; empty means all.
    pub states: Vec<PullState>,
    /// Branch to merge, without owner.
    pub head: Option<String>,
    /// Branch to merge into.
    pub base: Option<String>,
    /// Labels that all must be there.
    pub labels: Vec<String>,
    /// Order.
    pub sort: super::Sort,
    /// Oldest first.
    pub ascending: bool,
}

/// Where a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullState {
    /// Open.
    Open,
    /// Closed without merge.
    Closed,
    /// Merged.
    Merged,
}

impl Pull {
    /// Where it stands.
    pub fn state(&self) -> PullState {
        match (&self.merged, self.issue.state) {
            (Some(_), _) => PullState::Merged,
            (None, super::IssueState::Open) => PullState::Open,
            (None, super::IssueState::Closed) => PullState::Closed,
        }
    }
}

/// Whether an open pull request can be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mergeable {
    /// It merges cleanly.
    Clean,
    /// It does not.
    Conflicting,
    /// A branch is gone, or it is no longer open.
    Unknown,
}

/// How to merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MergeMethod {
    /// A merge commit.
    #[default]
    Merge,
    /// One new commit.
    Squash,
    /// The commits again on top of the base.
    Rebase,
}

/// A merge to do.
#[derive(Clone, Debug, Default)]
pub struct MergeRequest {
    /// How.
    pub method: MergeMethod,
    /// The head the caller has seen; a merge of another is refused.
    pub head: Option<Sha>,
    /// First line of the message; GitHub's default when absent.
    pub title: Option<String>,
    /// Rest of the message; GitHub's default when absent.
    pub message: Option<String>,
}

/// What a reviewer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Approves.
    Approved,
    /// Asks for changes.
    ChangesRequested,
    /// Only comments.
    Commented,
    /// Was dismissed.
    Dismissed,
}

impl ReviewState {
    /// The name in REST answers and GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            ReviewState::Approved => "APPROVED",
            ReviewState::ChangesRequested => "CHANGES_REQUESTED",
            ReviewState::Commented => "COMMENTED",
            ReviewState::Dismissed => "DISMISSED",
        }
    }
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Database id.
    pub id: ReviewId,
    /// The pull request.
    pub pull: IssueId,
    /// Who.
    pub author: Account,
    /// What.
    pub state: ReviewState,
    /// Text.
    pub body: String,
    /// The commit that was reviewed.
    pub commit: Sha,
    /// When.
    pub submitted_at: Timestamp,
}

impl Review {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::PullRequestReview, self.id.0)
    }
}

/// A review to submit.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// `Approved`, `ChangesRequested` or `Commented`.
    pub state: ReviewState,
    /// Text.
    pub body: String,
    /// The commit reviewed; the head when absent.
    pub commit: Option<Sha>,
}

/// What the latest reviews amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewDecision {
    /// Somebody with write permission approves and nobody asks for changes.
    Approved,
    /// Somebody with write permission asks for changes.
    ChangesRequested,
}
