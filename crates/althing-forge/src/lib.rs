#![doc = include_str!("../README.md")]

mod chronicle;
mod error;
mod forum;
mod foundation;
mod gh;
mod intake;
mod model;
mod port;

pub use chronicle::{
    Attempt, Chronicle, Past, PastCheck, PastCommit, PastIssue, PastPull, PastReview, Said,
};
pub use error::{ErrorKind, ForgeError};
pub use forum::{
    Act, Acted, Author, ChangedTopic, CommentNode, FileChange, Forum, Posted, Proposal, Proposed,
    Reacted, Reaction, ReactionKind, Remark, Since, Topic, TopicKind, TopicNode, TopicReading,
    TopicState,
};
pub use foundation::{Foundation, NewLabel, Premises, StatusField, StatusOption};
pub use gh::{GhConfig, GhForge, GhVersion};
pub use intake::{Filed, FiledIssue, Filings, Intake, IssueNode, NewIssue};
pub use model::{
    Base, Board, BoardIssue, BoardItem, BoardName, Check, CheckState, Comment, CommentId, Commit,
    CommitPerson, CommitStatus, FileAt, IssueNumber, IssueSnapshot, IssueState, ItemId, Mark,
    MarksOf, MergeMethod, Mergeable, NewMark, NewPull, OpenedPull, OptionId, Partial,
    PostedComment, ProjectSelector, Pull, PullNumber, PullState, RefCreation, RefSwap,
    RepositoryId, Review, ReviewState,
};
pub use port::Forge;
