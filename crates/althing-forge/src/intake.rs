//! What finding work needs of a forge: every issue that there is, and a way to file another.

use althing_diag::id::{Account, RepoName};

use crate::{Base, Board, BoardItem, ForgeError, IssueNumber, IssueState, ItemId};

/// A forge as a place to file work in.
#[expect(
    async_fn_in_trait,
    reason = "callers run on one thread and need no Send bound"
)]
pub trait Intake {
    /// All issues of a repository, open and closed, oldest first, each with its place on the
    /// board. Read from the forge's own list and not from its search, which lags behind.
    /// 1 request for every 100.
    async fn filings(&self, board: &Board, repo: &RepoName) -> Result<Filings, ForgeError>;

    /// Files an issue. Labels that the repository does not have are made. 1 request.
    async fn file_issue(&self, repo: &RepoName, issue: &NewIssue) -> Result<Filed, ForgeError>;

    /// Puts an issue on a board; the item that it has there already is the answer too.
    /// 1 request.
    async fn add_to_board(&self, board: &Board, issue: &IssueNode) -> Result<ItemId, ForgeError>;
}

/// What is filed in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filings {
    /// Its issues.
    pub issues: Vec<FiledIssue>,
    /// Its default branch and the head of that; nothing while it is empty.
    pub base: Option<Base>,
}

/// The forge's own id of an issue.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct IssueNode(pub String);

/// An issue as a list of all has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledIssue {
    /// Its own id.
    pub node: IssueNode,
    /// Its number.
    pub number: IssueNumber,
    /// Its text.
    pub body: String,
    /// Whether it is open.
    pub state: IssueState,
    /// Who filed it; nothing when the account is gone.
    pub author: Option<Account>,
    /// Names of its labels, the first 100.
    pub labels: Vec<String>,
    /// Its place on the board, if it is there, archived or not.
    pub item: Option<BoardItem>,
}

/// An issue to file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIssue {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Names of its labels.
    pub labels: Vec<String>,
}

/// An issue that was filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Its own id.
    pub node: IssueNode,
    /// Its number.
    pub number: IssueNumber,
}
