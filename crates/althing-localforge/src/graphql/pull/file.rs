//! Files that a pull request changes.

use async_graphql::SimpleObject;

use crate::{
    graphql::{enums::PatchStatus, page::connection},
    model::{ChangeKind, ChangedFile},
};

/// A changed file.
#[derive(SimpleObject)]
pub(crate) struct PullRequestChangedFile {
    additions: u64,
    change_type: PatchStatus,
    deletions: u64,
    path: String,
}

connection!(
    PullRequestChangedFileConnection,
    PullRequestChangedFileEdge,
    PullRequestChangedFile
);

/// The file as GraphQL shows it.
pub(super) fn changed_file(file: ChangedFile) -> PullRequestChangedFile {
    PullRequestChangedFile {
        additions: file.additions,
        change_type: match file.kind {
            ChangeKind::Added => PatchStatus::Added,
            ChangeKind::Modified => PatchStatus::Modified,
            ChangeKind::Removed => PatchStatus::Deleted,
            ChangeKind::Renamed => PatchStatus::Renamed,
        },
        deletions: file.deletions,
        path: file.path,
    }
}
