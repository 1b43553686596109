//! What is known about a repository over a period, for reports.

use std::collections::BTreeMap;

use althing_diag::id::{Account, Sha, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CheckState, Gap, PullState, ReviewState};

/// Everything that reports rest on, observed at one moment (`until`) and looking back to `since`.
///
/// What could not be gathered in full is named in `gaps`, and no report reads it as "nothing
/// happened".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The default branch.
    pub branch: String,
    /// Beginning of the period.
    pub since: Timestamp,
    /// Its end: when this was observed.
    pub until: Timestamp,
    /// The first-parent commits that came to the default branch in the period, newest first.
    pub commits: Vec<Landed>,
    /// Pull requests into the default branch: those that are open, and those that were merged or
    /// closed in the period.
    pub pulls: Vec<Pull>,
    /// Issues: those that are open, and those that were closed in the period.
    pub issues: Vec<Issue>,
    /// Results of checks on commits of the default branch, each attempt.
    pub builds: Vec<Build>,
    /// Texts of the asked files at the head of the default branch, by path; `None` for a file
    /// that is not there. A file that is missing here was not asked for.
    pub files: BTreeMap<String, Option<String>>,
    /// The last thing that people did on the forge (commit, pull request, review, issue,
    /// comment), for those who were asked about; `None` where nothing was found (T-175). Who is
    /// missing here was not asked about.
    pub activity: BTreeMap<UserId, Option<Timestamp>>,
    /// The modules of the repository, for charters that speak of modules.
    #[serde(default)]
    pub modules: Vec<Module>,
    /// What could not be gathered in full.
    pub gaps: Vec<Gap>,
}

/// A commit on the default branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landed {
    /// Its id.
    pub sha: Sha,
    /// The account that the forge matches to its author, if any.
    pub author: Option<Account>,
    /// When it was committed.
    pub committed: Timestamp,
    /// First line of its message.
    pub title: String,
    /// Paths that it changes against its first parent; for a rename both names.
    pub paths: Vec<String>,
    /// The merged pull request into the default branch that brought it, as the forge says, never
    /// as the message says.
    pub pull: Option<u64>,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Account>,
    /// Open, closed or merged.
    pub state: PullState,
    /// Whether it is a draft.
    pub draft: bool,
    /// When it was opened.
    pub created: Timestamp,
    /// When anything about it changed last.
    pub updated: Timestamp,
    /// When it was merged; `None` unless it is.
    pub merged: Option<Timestamp>,
    /// Who merged it; `None` unless it is, and for a deleted account.
    pub merged_by: Option<Account>,
    /// Paths that it changes; for a rename both names.
    pub paths: Vec<String>,
    /// Its reviews, oldest first.
    pub reviews: Vec<PullReview>,
    /// Its comments, oldest first.
    pub comments: Vec<Remark>,
    /// Where people see it.
    pub url: String,
}

/// A review of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullReview {
    /// Who; `None` for a deleted account.
    pub author: Option<Account>,
    /// What it says.
    pub state: ReviewState,
    /// When it was submitted.
    pub at: Timestamp,
}

/// A comment, of which only the fact counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Who; `None` for a deleted account.
    pub author: Option<Account>,
    /// When.
    pub at: Timestamp,
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Account>,
    /// Whether it is open.
    pub open: bool,
    /// When it was opened.
    pub created: Timestamp,
    /// When anything about it changed last.
    pub updated: Timestamp,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Who is to deal with it.
    pub assignees: Vec<Account>,
    /// Where people see it.
    pub url: String,
}

/// The result of one attempt of a check on a commit of the default branch. Several of one name
/// on one commit are re-runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The commit.
    pub sha: Sha,
    /// Status context or check-run name.
    pub name: String,
    /// How it went.
    pub state: CheckState,
    /// When it ended, or began if it has not.
    pub at: Timestamp,
}

/// A module of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Its name, as scopes of roles spell it.
    pub name: String,
    /// Its folder, without a slash at the end.
    pub path: String,
    /// Time of the last commit on the default branch that changed something in the folder, also
    /// before the period; `None` if there is none.
    pub updated: Option<Timestamp>,
}
