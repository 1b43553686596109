//! What goes through the [`Forum`](super::Forum).

use std::{collections::BTreeMap, fmt};

use althing_diag::id::{Account, Sha};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Base, CommentId, IssueNumber, PullNumber, PullState};

/// Global id of an issue or pull request, which acts name it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicNode(pub String);

/// Global id of a comment, which editing it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommentNode(pub String);

impl fmt::Display for CommentNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether a number is an issue or a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopicKind {
    /// An issue.
    Issue,
    /// A pull request.
    PullRequest,
}

/// Where an issue or pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TopicState {
    /// Open.
    Open,
    /// Closed, and not merged.
    Closed,
    /// Merged.
    Merged,
}

/// A topic that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedTopic {
    /// Its number.
    pub number: IssueNumber,
    /// Issue or pull request.
    pub kind: TopicKind,
    /// When it changed last, by the server's clock, to the second.
    pub updated_at: Timestamp,
}

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The account.
    pub account: Account,
    /// Whether the forge knows it for an app. A machine that uses a person's account is not.
    pub bot: bool,
}

/// An issue or pull request at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Global id.
    pub node: TopicNode,
    /// Number in the repository.
    pub number: IssueNumber,
    /// Issue or pull request.
    pub kind: TopicKind,
    /// Title.
    pub title: String,
    /// Text, as it was typed. With the title it is what is voted on.
    pub body: String,
    /// Address for people.
    pub url: String,
    /// Who opened it; `None` for a deleted account.
    pub author: Option<Author>,
    /// Open, closed or merged.
    pub state: TopicState,
    /// Whether it is a pull request not yet meant to be judged.
    pub draft: bool,
    /// Head commit of a pull request.
    pub head: Option<Sha>,
    /// Names of its labels, at most 100.
    pub labels: Vec<String>,
    /// Creation time, to the second.
    pub created_at: Timestamp,
    /// Its own labels and the first 100 of the repository by name, with the ids that acts need.
    pub known_labels: BTreeMap<String, String>,
}

/// A comment on a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Numeric id; order by this, not by the second-granular time.
    pub id: CommentId,
    /// Global id.
    pub node: CommentNode,
    /// Who wrote it; `None` for a deleted account.
    pub author: Option<Author>,
    /// The text as it is now.
    pub body: String,
    /// Creation time by the server's clock.
    pub created_at: Timestamp,
    /// When the text was last changed, by whomever, if ever.
    pub edited_at: Option<Timestamp>,
}

/// From where on comments are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// All of them.
    Beginning,
    /// Those after this one.
    Comment(CommentId),
    /// Those created then or later.
    Time(Timestamp),
}

/// A topic with comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicReading {
    /// The topic when the reading began.
    pub topic: Topic,
    /// The comments asked for, oldest first.
    pub remarks: Vec<Remark>,
}

/// Something to do on a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Post a comment.
    Comment {
        /// Its text.
        body: String,
    },
    /// Replace the text of a comment.
    Edit {
        /// Which.
        comment: CommentNode,
        /// The new text.
        body: String,
    },
    /// Add labels; those that the repository lacks are made.
    AddLabels(Vec<String>),
    /// Remove labels.
    RemoveLabels(Vec<String>),
    /// Close, without merging.
    Close,
    /// Open again.
    Reopen,
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acted {
    /// A comment is there.
    Posted(Posted),
    /// It is as it was to be, by this act or already before.
    Done,
}

/// A comment just posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Numeric id.
    pub id: CommentId,
    /// Global id, which editing it needs.
    pub node: CommentNode,
    /// Address for people.
    pub url: String,
}

/// What a reaction is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reacted {
    /// An issue or pull request itself.
    Topic(IssueNumber),
    /// A comment.
    Comment(CommentId),
}

/// One person's reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Who; `None` for a deleted account.
    pub by: Option<Account>,
    /// Which.
    pub kind: ReactionKind,
}

/// The reactions that say yes or no, and the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ReactionKind {
    /// 👍
    #[serde(rename = "+1")]
    Up,
    /// 👎
    #[serde(rename = "-1")]
    Down,
    /// Any other.
    #[serde(other)]
    Other,
}

/// A change to files, to be opened as a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Branch to merge into, by its short name, and the commit on it that the changes were made
    /// from: whatever is merged later stays when they are.
    pub base: Base,
    /// Branch that the change is on, by its short name. Nobody else uses it.
    pub branch: String,
    /// Title of the pull request and first line of the commit.
    pub title: String,
    /// Text of the pull request.
    pub body: String,
    /// What changes.
    pub files: Vec<FileChange>,
}

/// One file of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path from the root of the repository.
    pub path: String,
    /// All of its new text; `None` removes it.
    pub text: Option<String>,
}

/// The pull request that a proposal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its number.
    pub number: PullNumber,
    /// Its address.
    pub url: String,
    /// Open, closed or merged.
    pub state: PullState,
}
