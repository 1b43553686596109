//! Issues, comments, reactions.

use super::{
    Account, CommentId, IssueId, Label, NodeId, NodeKind, Number, ReactionId, RepoId, RepoName,
    Timestamp,
};

/// Open or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed; a merged pull request is closed too.
    Closed,
}

/// Why an issue was closed, or that it was opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateReason {
    /// Done.
    Completed,
    /// Will not be done.
    NotPlanned,
    /// Open again.
    Reopened,
}

impl StateReason {
    /// The name in REST; upper-cased in GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            StateReason::Completed => "completed",
            StateReason::NotPlanned => "not_planned",
            StateReason::Reopened => "reopened",
        }
    }

    /// Reads a REST name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "completed" => Some(StateReason::Completed),
            "not_planned" => Some(StateReason::NotPlanned),
            "reopened" => Some(StateReason::Reopened),
            _ => None,
        }
    }
}

/// An issue, or the issue side of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Database id.
    pub id: IssueId,
    /// The repository.
    pub repo_id: RepoId,
    /// `OWNER/NAME` of the repository.
    pub repo: RepoName,
    /// Number; shared between issues and pull requests.
    pub number: Number,
    /// Whether this is a pull request.
    pub is_pull: bool,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Who opened it.
    pub author: Account,
    /// Open or closed.
    pub state: IssueState,
    /// Why closed or reopened.
    pub state_reason: Option<StateReason>,
    /// Labels, by name.
    pub labels: Vec<Label>,
    /// Assignees, by login.
    pub assignees: Vec<Account>,
    /// How many comments.
    pub comments: u64,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<Account>,
}

impl Issue {
    /// GraphQL node id: an issue's or a pull request's.
    pub fn node_id(&self) -> NodeId {
        let kind = if self.is_pull {
            NodeKind::PullRequest
        } else {
            NodeKind::Issue
        };
        NodeId::new(kind, self.id.0)
    }
}

/// An issue to open.
#[derive(Clone, Debug, Default)]
pub struct NewIssue {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Label names; unknown ones are created, as GitHub's REST does. Dropped silently below
    /// triage permission, as GitHub does.
    pub labels: Vec<String>,
    /// Logins. Dropped silently below triage permission.
    pub assignees: Vec<String>,
}

/// Changes to an issue or to the issue side of a pull request; `None` leaves as is.
#[derive(Clone, Debug, Default)]
pub struct IssuePatch {
    /// Title.
    pub title: Option<String>,
    /// Text.
    pub body: Option<String>,
    /// Open or closed, and why.
    pub state: Option<(IssueState, Option<StateReason>)>,
    /// All label names from now on.
    pub labels: Option<Vec<String>>,
    /// All assignees from now on.
    pub assignees: Option<Vec<String>>,
}

/// Which of a repository's issues are wanted.
#[derive(Clone, Debug, Default)]
pub struct IssueFilter {
    /// Issues, pull requests, or both (`None`).
    pub is_pull: Option<bool>,
    /// Open, closed, or both (`None`).
    pub state: Option<IssueState>,
    /// Labels that all must be there.
    pub labels: Vec<String>,
    /// Login of an assignee; `none` and `*` as on GitHub.
    pub assignee: Option<String>,
    /// Login of the author.
    pub author: Option<String>,
    /// Login of somebody mentioned in the text.
    pub mentioned: Option<String>,
    /// Only those changed since.
    pub since: Option<Timestamp>,
    /// Order.
    pub sort: Sort,
    /// Oldest (or fewest) first.
    pub ascending: bool,
}

/// What lists of issues are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Creation time.
    #[default]
    Created,
    /// Time of the last change.
    Updated,
    /// Number of comments.
    Comments,
}

/// A comment on an issue or pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Database id; later comments have larger ones.
    pub id: CommentId,
    /// The issue.
    pub issue_id: IssueId,
    /// `OWNER/NAME` of the repository.
    pub repo: RepoName,
    /// Number of the issue.
    pub number: Number,
    /// Whether the issue is a pull request.
    pub on_pull: bool,
    /// Who wrote it.
    pub author: Account,
    /// Text.
    pub body: String,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last edit.
    pub updated_at: Timestamp,
}

impl Comment {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::IssueComment, self.id.0)
    }

    /// Whether the text was edited.
    pub fn edited(&self) -> bool {
        self.updated_at != self.created_at
    }
}

/// What a reaction is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactionSubject {
    /// An issue or pull request.
    Issue(IssueId),
    /// A comment.
    Comment(CommentId),
}

/// The eight reactions, by their REST names.
pub const REACTIONS: [&str; 8] = [
    "+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes",
];

/// A reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Database id.
    pub id: ReactionId,
    /// Who.
    pub user: Account,
    /// One of [`REACTIONS`].
    pub content: String,
    /// When.
    pub created_at: Timestamp,
}

impl Reaction {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::Reaction, self.id.0)
    }
}
