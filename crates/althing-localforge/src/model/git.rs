//! What is read from a repository.

use super::{Account, Sha, Timestamp};

/// A ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitRef {
    /// Full name, for example `refs/heads/main`.
    pub name: String,
    /// What it points to.
    pub sha: Sha,
    /// `commit`, `tag` (annotated), `tree` or `blob`.
    pub kind: String,
}

/// Who and when in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Time.
    pub at: Timestamp,
    /// The account with this e-mail, if any.
    pub account: Option<Account>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Id.
    pub sha: Sha,
    /// Id of its tree.
    pub tree: Sha,
    /// Parents.
    pub parents: Vec<Sha>,
    /// Author.
    pub author: Signature,
    /// Committer.
    pub committer: Signature,
    /// People named in `Co-authored-by:` trailers.
    pub co_authors: Vec<Signature>,
    /// The whole message, without the final newline.
    pub message: String,
}

impl Commit {
    /// First line of the message.
    pub fn headline(&self) -> &str {
        self.message.lines().next().unwrap_or("")
    }

    /// The message after the first line and the blank behind it.
    pub fn body(&self) -> &str {
        self.message
            .split_once('\n')
            .map_or("", |(_, rest)| rest.trim_matches('\n'))
    }
}

/// How a file changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// New.
    Added,
    /// Changed.
    Modified,
    /// Gone.
    Removed,
    /// Moved, perhaps with changes.
    Renamed,
}

/// A changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Path (the new one).
    pub path: String,
    /// Path before a rename.
    pub previous: Option<String>,
    /// How it changed.
    pub kind: ChangeKind,
    /// Added lines; 0 for binary files.
    pub additions: u64,
    /// Removed lines; 0 for binary files.
    pub deletions: u64,
    /// Blob id after the change (before it for removed files).
    pub blob: Sha,
    /// The hunks, without the file header; `None` for binary files.
    pub patch: Option<String>,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file.
    File(FileContent),
    /// A folder.
    Folder(Vec<Entry>),
}

/// A file with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileContent {
    /// Path from the root.
    pub path: String,
    /// Blob id.
    pub sha: Sha,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path from the root.
    pub path: String,
    /// `blob`, `tree` or `commit` (a submodule).
    pub kind: String,
    /// Mode as git prints it, for example `100644`.
    pub mode: String,
    /// Id.
    pub sha: Sha,
    /// Bytes, for blobs.
    pub size: Option<u64>,
}

/// Two commits compared, as `base...head`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The base commit.
    pub base: Commit,
    /// Where the two part.
    pub merge_base: Commit,
    /// Commits of head that base lacks, oldest first.
    pub commits: Vec<Commit>,
    /// How many commits of base head lacks.
    pub behind: u64,
    /// Files changed since the merge base.
    pub files: Vec<ChangedFile>,
}
