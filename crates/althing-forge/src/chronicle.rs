//! What reports need of a forge: what happened in a repository over a period.

mod model;

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;

pub use self::model::{
    Attempt, Past, PastCheck, PastCommit, PastIssue, PastPull, PastReview, Said,
};
use crate::{ForgeError, Partial};

/// A forge as the keeper of a repository's history. What is longer than any list should be comes
/// back cut and says so, and a reading that fails gives nothing: less is never taken for all.
#[expect(
    async_fn_in_trait,
    reason = "callers run on one thread and need no Send bound"
)]
pub trait Chronicle {
    /// What came to the default branch since a time, newest first, and who wrote it. Without
    /// `checks` nothing is asked about those, which accounts may see less often than commits.
    /// 1 request for every 50 commits, those of merged branches among them.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when the repository has no commit.
    async fn past(
        &self,
        repo: &RepoName,
        since: Timestamp,
        checks: bool,
    ) -> Result<Past, ForgeError>;

    /// Paths that a commit changes against its first parent; for a rename both names. 1 request
    /// for every 100 of them.
    async fn changed_paths(
        &self,
        repo: &RepoName,
        commit: &Sha,
    ) -> Result<Partial<String>, ForgeError>;

    /// Every attempt of every check on a commit. 2 requests, and 1 more for every further 100 runs
    /// or statuses.
    async fn attempts(&self, repo: &RepoName, commit: &Sha)
    -> Result<Partial<Attempt>, ForgeError>;

    /// Pull requests that are open, and others that changed since a time, by number. 2 requests,
    /// and 1 more for every further 50 that are open or closed and for every 100 files of one
    /// that has more than 100 of them or a rename, more than 100 reviews or 50 comments. Behind
    /// the first 50 closed ones 1 more, because the list moves while it is read.
    async fn past_pulls(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Partial<PastPull>, ForgeError>;

    /// Issues that are open, and others that changed since a time, by number. 2 requests, and 1
    /// more for every further 100 that are open or closed and for every one with more than 30
    /// comments since then. Behind the first 100 closed ones 1 more.
    async fn past_issues(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Partial<PastIssue>, ForgeError>;

    /// Names of the folders directly below a path at a commit; none if there is no folder of that
    /// path. 1 request.
    async fn folders(
        &self,
        repo: &RepoName,
        at: &Sha,
        path: &str,
    ) -> Result<Vec<String>, ForgeError>;

    /// When a commit last changed something below a path, looking back from a commit without an
    /// end; `None` if none ever did. 1 request.
    async fn last_change(
        &self,
        repo: &RepoName,
        at: &Sha,
        path: &str,
    ) -> Result<Option<Timestamp>, ForgeError>;
}
