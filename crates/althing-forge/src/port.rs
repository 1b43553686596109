//! What Althing asks of a forge.

use althing_diag::id::{Account, RepoName, Sha};

use crate::{
    Board, BoardIssue, BoardName, CommentId, CommitStatus, FileAt, ForgeError, IssueNumber,
    IssueSnapshot, ItemId, MarksOf, MergeMethod, NewMark, NewPull, OpenedPull, PostedComment, Pull,
    PullNumber, RefCreation, RefSwap, RepositoryId,
};

/// A forge as Althing sees it. Every method is at most a handful of requests; the comment on
/// each says how many, because request budgets are part of the contract.
#[expect(
    async_fn_in_trait,
    reason = "callers run on one thread and need no Send bound"
)]
pub trait Forge {
    /// Fails with a finding's worth of detail unless the credentials work (`gh auth status`).
    async fn check_login(&self) -> Result<(), ForgeError>;

    /// The account that the credentials belong to. 1 request.
    async fn viewer(&self) -> Result<Account, ForgeError>;

    /// Ids of a project board, its `Status` field and the field's options. 1 request.
    async fn board(&self, name: &BoardName) -> Result<Board, ForgeError>;

    /// Issues on the board whose status is one of `statuses`, open and closed (a merge closes its issue
    /// before anybody moves it), unordered, with their marks: refs named `marks` and the number,
    /// such as `refs/claims/issue-5`. Of very many marks not all show. 1 request per 100 items on
    /// the board that are not archived; an empty poll of a smaller board is 1.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when the board has no such option: to the forge an
    /// unknown status is no error but an empty list.
    async fn board_issues(
        &self,
        board: &Board,
        statuses: &[&str],
        marks: MarksOf<'_>,
    ) -> Result<Vec<BoardIssue>, ForgeError>;

    /// One issue with its place on the board, its latest ten comments (`before` pages further
    /// back), and what the ref `mark` (named in full) points to. 1 request.
    async fn issue(
        &self,
        board: &Board,
        repo: &RepoName,
        number: IssueNumber,
        mark: &str,
        before: Option<&str>,
    ) -> Result<IssueSnapshot, ForgeError>;

    /// Posts a comment on an issue or pull request (`gh issue comment`). 2 requests.
    async fn add_comment(
        &self,
        repo: &RepoName,
        number: IssueNumber,
        body: &str,
    ) -> Result<PostedComment, ForgeError>;

    /// Replaces the text of a comment. 1 request.
    async fn edit_comment(
        &self,
        repo: &RepoName,
        comment: CommentId,
        body: &str,
    ) -> Result<(), ForgeError>;

    /// Deletes one comment by id. 1 request.
    async fn delete_comment(&self, repo: &RepoName, comment: CommentId) -> Result<(), ForgeError>;

    /// Moves a board item to the option named `status`. 1 request.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when the board has no such option.
    async fn set_status(
        &self,
        board: &Board,
        item: &ItemId,
        status: &str,
    ) -> Result<(), ForgeError>;

    /// Creates a ref named in full (`refs/heads/…`), atomically: of several callers exactly one
    /// is told [`RefCreation::Created`]. 1 request.
    async fn create_ref(
        &self,
        repo: &RepoName,
        name: &str,
        target: &Sha,
    ) -> Result<RefCreation, ForgeError>;

    /// Makes a mark, which nothing points to yet. The server dates it. 1 request.
    async fn create_mark(&self, repo: &RepoName, mark: &NewMark) -> Result<Sha, ForgeError>;

    /// Makes a ref named in full point to `to`, or deletes it, if it points to `from`: of
    /// several callers who saw the same, exactly one succeeds. 1 request.
    async fn swap_ref(
        &self,
        repository: &RepositoryId,
        name: &str,
        from: &Sha,
        to: Option<&Sha>,
    ) -> Result<RefSwap, ForgeError>;

    /// Deletes a ref named in full. 1 request.
    async fn delete_ref(&self, repo: &RepoName, name: &str) -> Result<(), ForgeError>;

    /// Opens a pull request (`gh pr create`). 3 requests.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Conflict`] when the branch has an open one already.
    async fn open_pull(&self, repo: &RepoName, pull: &NewPull) -> Result<OpenedPull, ForgeError>;

    /// Reports a status on a commit. 1 request.
    async fn set_commit_status(
        &self,
        repo: &RepoName,
        commit: &Sha,
        status: &CommitStatus,
    ) -> Result<(), ForgeError>;

    /// Pull requests that would close the issue or did. 1 request.
    async fn linked_pulls(
        &self,
        repo: &RepoName,
        issue: IssueNumber,
    ) -> Result<Vec<PullNumber>, ForgeError>;

    /// Everything that a gate judges about a pull request, each list read to its end or marked
    /// as cut. 1 request when every list fits a page, 1 more when a file was renamed.
    async fn pull(&self, repo: &RepoName, number: PullNumber) -> Result<Pull, ForgeError>;

    /// A file as it is at a commit, named by its id or by the full name of a branch or tag
    /// (a tag may bear the short name of a branch). Says which commit that was, so that files
    /// which belong together can be read at the same one. 1 request.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] when there is no such commit; a missing file is no error.
    async fn file(&self, repo: &RepoName, path: &str, at: &str) -> Result<FileAt, ForgeError>;

    /// Merges exactly the commit `head`; refuses with [`crate::ErrorKind::Conflict`] when the
    /// pull request has moved on. 1 request. Returns the merge commit.
    async fn merge_pull(
        &self,
        repo: &RepoName,
        number: PullNumber,
        head: &Sha,
        method: MergeMethod,
    ) -> Result<Sha, ForgeError>;
}
