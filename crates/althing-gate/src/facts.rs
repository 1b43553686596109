//! What is known about a pull request when it is judged.

use althing_diag::id::{Account, Sha};
use serde::{Deserialize, Serialize};

/// Everything that a verdict rests on, observed at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Number of the pull request.
    pub number: u64,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Account>,
    /// Open, closed or merged.
    pub state: PullState,
    /// Whether it is a draft.
    pub draft: bool,
    /// The branch that it would change.
    pub base_branch: String,
    /// The commit that would be merged, and that approvals and checks must stand on.
    pub head: Sha,
    /// Whether it merges cleanly.
    pub mergeable: Mergeable,
    /// Paths that it changes, relative to the repository root; for a rename both names, for
    /// the old one is changed as well.
    pub paths: Vec<String>,
    /// Its commits, the head among them.
    pub commits: Vec<Commit>,
    /// Its reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Statuses and check runs of the head commit, the latest of each name and source.
    pub checks: Vec<Check>,
    /// What could not be gathered in full.
    pub gaps: Vec<Gap>,
}

/// Where a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// Open.
    Open,
    /// Closed without merge.
    Closed,
    /// Merged.
    Merged,
}

/// Whether a pull request merges cleanly into its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mergeable {
    /// It does.
    Yes,
    /// It conflicts.
    No,
    /// The forge has not worked it out yet.
    Unknown,
}

/// A commit of the pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Its id.
    pub sha: Sha,
    /// Author, co-authors and committer, one entry each.
    pub people: Vec<CommitPerson>,
}

/// Somebody named in a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitPerson {
    /// The account that the forge matches to the address, if any.
    pub account: Option<Account>,
    /// The address in the commit.
    pub email: String,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who; `None` for a deleted account, whose word no longer counts.
    pub author: Option<Account>,
    /// What it says.
    pub state: ReviewState,
    /// The commit that was reviewed; `None` when it is gone.
    pub commit: Option<Sha>,
}

/// What a review says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Approves.
    Approved,
    /// Asks for changes.
    ChangesRequested,
    /// Only comments.
    Commented,
    /// Approved or asked for changes, and was dismissed.
    Dismissed,
    /// Is not submitted yet.
    Pending,
}

/// A status or check run on the head commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Status context or check-run name.
    pub name: String,
    /// How it went.
    pub state: CheckState,
    /// Login of whoever reported it, when the forge says.
    pub reporter: Option<String>,
    /// What it says in one line: the status' description, or the title of the run's output.
    #[serde(default)]
    pub description: Option<String>,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Green.
    Success,
    /// Not finished.
    Pending,
    /// Red; also cancelled, timed out, skipped: it did not show what it should.
    Failure,
}

/// Facts that could not be gathered in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Which facts, in the plural: `changed paths`, `reviews`.
    pub facts: String,
    /// Why: `more than 3000 files`, `the forge did not answer`.
    pub why: String,
}
