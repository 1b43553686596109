//! Numeric database ids, one type for each kind of thing.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, sqlx::Type,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A user or an organization: they share one number space, as on GitHub.
    AccountId,
    /// A team.
    TeamId,
    /// A repository.
    RepoId,
    /// A label.
    LabelId,
    /// An issue or a pull request: they share one table.
    IssueId,
    /// A comment on an issue or pull request.
    CommentId,
    /// A review.
    ReviewId,
    /// A commit status.
    StatusId,
    /// A check run.
    CheckRunId,
    /// A reaction.
    ReactionId,
    /// A project board.
    ProjectId,
    /// A field of a project board.
    FieldId,
    /// An item on a project board.
    ItemId,
}

/// Number of an issue or pull request within its repository.
pub type Number = i64;
