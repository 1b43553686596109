//! What goes through the port.

use std::{collections::BTreeMap, fmt};

use althing_diag::id::{Account, RepoName, Sha};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

macro_rules! newtype {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

newtype! {
    /// Number of an issue within its repository.
    #[derive(Copy)]
    IssueNumber(u64)
}
newtype! {
    /// Number of a pull request within its repository.
    #[derive(Copy)]
    PullNumber(u64)
}
newtype! {
    /// Numeric id of a comment (`databaseId`); later comments have larger ones.
    #[derive(Copy)]
    CommentId(u64)
}
newtype! {
    /// Node id of a repository.
    RepositoryId(String)
}
newtype! {
    /// Node id of an item on a board.
    ItemId(String)
}
newtype! {
    /// Id of an option of a single-select field.
    OptionId(String)
}

/// Which project board is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardName {
    /// Login of the owning user or organization.
    pub owner: String,
    /// Number or title.
    pub project: ProjectSelector,
}

/// How a project is named among its owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectSelector {
    /// By number (preferred).
    Number(u32),
    /// By exact title.
    Title(String),
}

/// A project board with the ids that moving an item needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Node id of the project.
    pub project: String,
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// The field named `Status`, if there is one and it is a single-select.
    pub status_field: Option<String>,
    /// The field's options by name, as spelled on the board.
    pub options: BTreeMap<String, OptionId>,
}

/// Whether an issue is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// The head of a repository's default branch at the time of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Branch name.
    pub branch: String,
    /// Its commit.
    pub sha: Sha,
}

/// An issue as listed on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardIssue {
    /// The item on the board.
    pub item: ItemId,
    /// The name of the chosen `Status` option.
    pub status: String,
    /// The repository.
    pub repo: RepoName,
    /// The same by its node.
    pub repository: RepositoryId,
    /// The number.
    pub number: IssueNumber,
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Address for people.
    pub url: String,
    /// Open or closed.
    pub state: IssueState,
    /// Label names.
    pub labels: Vec<String>,
    /// Creation time, to the second.
    pub created_at: Timestamp,
    /// Where new work starts from.
    pub base: Base,
    /// Its mark, if it has one that shows.
    pub mark: Option<Mark>,
}

/// The refs that mark the issues of a repository.
#[derive(Clone, Copy, Debug)]
pub struct MarksOf<'a> {
    /// The repository.
    pub repo: &'a RepoName,
    /// What their names begin with; the number of the issue is the rest.
    pub stem: &'a str,
}

/// A comment on an issue or pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Numeric id; order by this, not by the second-granular time.
    pub id: CommentId,
    /// Who wrote it; `None` for a deleted account.
    pub author: Option<Account>,
    /// The text.
    pub body: String,
    /// Creation time by the server's clock.
    pub created_at: Timestamp,
    /// When its text was changed last, by the same clock.
    pub edited_at: Option<Timestamp>,
}

/// A comment just posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedComment {
    /// Its id.
    pub id: CommentId,
    /// Its address.
    pub url: String,
}

/// An issue's place on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardItem {
    /// The item.
    pub id: ItemId,
    /// The name of the chosen `Status` option, if any.
    pub status: Option<String>,
}

/// An issue at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueSnapshot {
    /// The moment, by the server's clock, to the second.
    pub at: Timestamp,
    /// Open or closed.
    pub state: IssueState,
    /// Label names.
    pub labels: Vec<String>,
    /// Its place on the board asked for; `None` when it is not there.
    pub item: Option<BoardItem>,
    /// Up to ten comments, oldest first.
    pub comments: Vec<Comment>,
    /// Cursor to the comments before these, if there are any.
    pub earlier: Option<String>,
    /// What the ref asked for points to, if it is there.
    pub mark: Option<Mark>,
    /// The files at the head of the default branch; `None` in an empty repository.
    pub tree: Option<Sha>,
}

/// A commit that serves as a note: a ref that points to it can be exchanged for another one
/// atomically, which no comment can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its id.
    pub id: Sha,
    /// What it says.
    pub text: String,
    /// When it was made, by the server's clock, to the second.
    pub at: Timestamp,
}

/// A mark to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMark {
    /// What it says.
    pub text: String,
    /// The mark before it.
    pub over: Option<Sha>,
    /// Any tree that the repository has; a commit needs one.
    pub tree: Sha,
}

/// The outcome of exchanging what a ref points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefSwap {
    /// Done.
    Swapped,
    /// The ref did not point to what the caller said.
    Refused,
}

/// The outcome of creating a ref.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefCreation {
    /// This caller created it.
    Created,
    /// Somebody else had.
    Exists,
}

/// A pull request to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPull {
    /// Branch to merge into.
    pub base: String,
    /// Branch to merge.
    pub head: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
}

/// A pull request just opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedPull {
    /// Its number.
    pub number: PullNumber,
    /// Its address.
    pub url: String,
}

/// A status to report on a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitStatus {
    /// The name that gates refer to.
    pub context: String,
    /// How it went.
    pub state: CheckState,
    /// One line, at most 140 characters.
    pub description: String,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// Not finished.
    Pending,
    /// Green. A neutral or skipped check run is not: nothing was shown.
    Success,
    /// Red, for whatever reason.
    Failure,
}

/// A status or check run on the head commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Status context or check-run name.
    pub name: String,
    /// Latest state.
    pub state: CheckState,
    /// Login of who reported it, when the forge says. An app's ends in `[bot]`, as no
    /// person's can.
    pub reporter: Option<String>,
    /// What it says in one line: the status' description, or the title of the run's output.
    pub description: Option<String>,
}

/// A file at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAt {
    /// The commit.
    pub commit: Sha,
    /// The text; `None` when there is no such file.
    pub text: Option<String>,
}

/// A list that was read to its end, or cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial<T> {
    /// What was read.
    pub items: Vec<T>,
    /// Whether this is all there is.
    pub complete: bool,
}

/// A commit of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub sha: Sha,
    /// Authors and co-authors and the committer, one entry each.
    pub people: Vec<CommitPerson>,
}

/// Somebody named in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPerson {
    /// The account that the forge matches to the e-mail, if any.
    pub account: Option<Account>,
    /// The e-mail in the commit.
    pub email: String,
}

/// What a reviewer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewState {
    /// Approves.
    Approved,
    /// Asks for changes.
    ChangesRequested,
    /// Only comments.
    Commented,
    /// Was dismissed.
    Dismissed,
    /// Not submitted yet.
    Pending,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who; `None` for a deleted account.
    pub author: Option<Account>,
    /// What.
    pub state: ReviewState,
    /// The commit that was reviewed; `None` when it is gone.
    pub commit: Option<Sha>,
    /// When.
    pub submitted_at: Option<Timestamp>,
}

/// Where a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PullState {
    /// Open.
    Open,
    /// Closed without merge.
    Closed,
    /// Merged.
    Merged,
}

/// Whether a pull request merges cleanly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mergeable {
    /// It does.
    Mergeable,
    /// It does not.
    Conflicting,
    /// The forge has not worked it out yet.
    Unknown,
}

/// A pull request with everything that a gate judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Number.
    pub number: PullNumber,
    /// Title.
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
    /// The branch to merge.
    pub head_branch: String,
    /// The commit to merge.
    pub head: Sha,
    /// Whether it merges cleanly.
    pub mergeable: Mergeable,
    /// The merge commit once merged.
    pub merge_commit: Option<Sha>,
    /// Changed paths; for a renamed file both names.
    pub files: Partial<String>,
    /// Commits.
    pub commits: Partial<Commit>,
    /// Reviews, oldest first.
    pub reviews: Partial<Review>,
    /// Statuses and check runs of the head commit, the latest of each name and reporter.
    pub checks: Partial<Check>,
    /// Issues that the merge closes, in the same repository.
    pub closes: Vec<IssueNumber>,
}

/// How to merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MergeMethod {
    /// A merge commit.
    Merge,
    /// One new commit.
    Squash,
    /// The commits again on top of the base.
    Rebase,
}
