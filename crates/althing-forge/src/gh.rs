//! The adapter: a forge reached by running the `gh` command.

mod account;
mod act;
mod api;
mod base;
mod board;
mod changed;
mod command;
mod comment;
mod environment;
mod failure;
mod file;
mod foundation;
mod http;
mod intake;
mod issue;
mod limit;
mod mutation;
mod past;
mod propose;
mod pull;
mod pull_reading;
mod reactions;
mod redact;
mod refs;
mod renames;
mod topic;
mod version;
mod wire;

use std::{ffi::OsString, time::Duration};

use althing_diag::id::{Account, RepoName, Sha};
use jiff::Timestamp;

use self::command::Gh;
pub use self::version::GhVersion;
use crate::{
    Act, Acted, Attempt, Base, Board, BoardIssue, BoardName, ChangedTopic, Chronicle, CommentId,
    CommitStatus, FileAt, Filed, Filings, Forge, ForgeError, Forum, Foundation, Intake, IssueNode,
    IssueNumber, IssueSnapshot, ItemId, MarksOf, MergeMethod, NewIssue, NewLabel, NewMark, NewPull,
    OpenedPull, Partial, Past, PastIssue, PastPull, PostedComment, Premises, Proposal, Proposed,
    Pull, PullNumber, Reacted, Reaction, RefCreation, RefSwap, RepositoryId, Since, StatusField,
    StatusOption, Topic, TopicReading,
};

/// How `gh` is run.
#[derive(Clone, Debug)]
pub struct GhConfig {
    /// The program: a name to look up on the child's `PATH`, or an absolute path.
    pub program: OsString,
    /// The host, given to `gh` as `GH_HOST`; `None` leaves the choice to `gh` and its
    /// environment.
    pub host: Option<String>,
    /// Where the child's environment is taken from, by default this process's. Only what `gh`
    /// needs is passed on, whatever stands here. Of two values of a name the later counts.
    pub environment: Vec<(OsString, OsString)>,
    /// How long one command may take before it is killed.
    pub time_limit: Duration,
    /// How long a command waits for the forge's limits to pass (all commands of one
    /// [`GhForge`] wait together) before it is told that it is over them; nothing by default.
    pub patience: Duration,
}

impl Default for GhConfig {
    fn default() -> Self {
        Self {
            program: OsString::from("gh"),
            host: None,
            environment: std::env::vars_os().collect(),
            time_limit: Duration::from_secs(60),
            patience: Duration::ZERO,
        }
    }
}

/// A [`Forge`] reached through `gh`, on GitHub.com, GitHub Enterprise or the local forge.
///
/// Whom it acts as is what the environment in [`GhConfig`] says; two accounts in one process
/// are two values of this type.
#[derive(Debug)]
pub struct GhForge {
    gh: Gh,
}

impl GhForge {
    /// A forge that runs `gh` as `config` says. Runs nothing yet.
    pub fn new(config: GhConfig) -> Self {
        Self {
            gh: Gh::new(config),
        }
    }

    /// The version of `gh`. No request.
    ///
    /// # Errors
    /// [`crate::ErrorKind::ToolMissing`], or [`crate::ErrorKind::ToolTooOld`] below
    /// [`GhVersion::OLDEST`].
    pub async fn gh_version(&self) -> Result<GhVersion, ForgeError> {
        version::check(&self.gh).await
    }
}

impl Forge for GhForge {
    async fn check_login(&self) -> Result<(), ForgeError> {
        version::check(&self.gh).await?;
        account::check_login(&self.gh).await
    }

    async fn viewer(&self) -> Result<Account, ForgeError> {
        account::viewer(&self.gh).await
    }

    async fn board(&self, name: &BoardName) -> Result<Board, ForgeError> {
        board::find(&self.gh, name).await
    }

    async fn board_issues(
        &self,
        board: &Board,
        statuses: &[&str],
        marks: MarksOf<'_>,
    ) -> Result<Vec<BoardIssue>, ForgeError> {
        board::issues(&self.gh, board, statuses, marks).await
    }

    async fn issue(
        &self,
        board: &Board,
        repo: &RepoName,
        number: IssueNumber,
        mark: &str,
        before: Option<&str>,
    ) -> Result<IssueSnapshot, ForgeError> {
        issue::read(&self.gh, (board, repo), number, mark, before).await
    }

    async fn add_comment(
        &self,
        repo: &RepoName,
        number: IssueNumber,
        body: &str,
    ) -> Result<PostedComment, ForgeError> {
        comment::add(&self.gh, repo, number, body).await
    }

    async fn edit_comment(
        &self,
        repo: &RepoName,
        comment: CommentId,
        body: &str,
    ) -> Result<(), ForgeError> {
        comment::edit(&self.gh, repo, comment, body).await
    }

    async fn delete_comment(&self, repo: &RepoName, comment: CommentId) -> Result<(), ForgeError> {
        comment::delete(&self.gh, repo, comment).await
    }

    async fn set_status(
        &self,
        board: &Board,
        item: &ItemId,
        status: &str,
    ) -> Result<(), ForgeError> {
        board::set_status(&self.gh, board, item, status).await
    }

    async fn create_ref(
        &self,
        repo: &RepoName,
        name: &str,
        target: &Sha,
    ) -> Result<RefCreation, ForgeError> {
        refs::create(&self.gh, repo, name, target).await
    }

    async fn create_mark(&self, repo: &RepoName, mark: &NewMark) -> Result<Sha, ForgeError> {
        refs::create_mark(&self.gh, repo, mark).await
    }

    async fn swap_ref(
        &self,
        repository: &RepositoryId,
        name: &str,
        from: &Sha,
        to: Option<&Sha>,
    ) -> Result<RefSwap, ForgeError> {
        refs::swap(&self.gh, repository, name, from, to).await
    }

    async fn delete_ref(&self, repo: &RepoName, name: &str) -> Result<(), ForgeError> {
        refs::delete(&self.gh, repo, name).await
    }

    async fn open_pull(&self, repo: &RepoName, pull: &NewPull) -> Result<OpenedPull, ForgeError> {
        pull::open(&self.gh, repo, pull).await
    }

    async fn set_commit_status(
        &self,
        repo: &RepoName,
        commit: &Sha,
        status: &CommitStatus,
    ) -> Result<(), ForgeError> {
        refs::set_commit_status(&self.gh, repo, commit, status).await
    }

    async fn linked_pulls(
        &self,
        repo: &RepoName,
        issue: IssueNumber,
    ) -> Result<Vec<PullNumber>, ForgeError> {
        issue::linked_pulls(&self.gh, repo, issue).await
    }

    async fn pull(&self, repo: &RepoName, number: PullNumber) -> Result<Pull, ForgeError> {
        pull_reading::read(&self.gh, repo, number).await
    }

    async fn file(&self, repo: &RepoName, path: &str, at: &str) -> Result<FileAt, ForgeError> {
        file::read(&self.gh, repo, path, at).await
    }

    async fn merge_pull(
        &self,
        repo: &RepoName,
        number: PullNumber,
        head: &Sha,
        method: MergeMethod,
    ) -> Result<Sha, ForgeError> {
        pull::merge(&self.gh, repo, number, head, method).await
    }
}

impl Forum for GhForge {
    async fn changed(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Vec<ChangedTopic>, ForgeError> {
        changed::list(&self.gh, repo, since).await
    }

    async fn topic(
        &self,
        repo: &RepoName,
        number: IssueNumber,
        since: Since,
    ) -> Result<TopicReading, ForgeError> {
        topic::read(&self.gh, repo, number, since).await
    }

    async fn act(
        &self,
        repo: &RepoName,
        topic: &Topic,
        acts: &[Act],
    ) -> Result<Vec<Result<Acted, ForgeError>>, ForgeError> {
        act::perform(&self.gh, repo, topic, acts).await
    }

    async fn open_issue(
        &self,
        repo: &RepoName,
        title: &str,
        body: &str,
    ) -> Result<IssueNumber, ForgeError> {
        issue::open(&self.gh, repo, title, body).await
    }

    async fn reactions(&self, repo: &RepoName, on: Reacted) -> Result<Vec<Reaction>, ForgeError> {
        reactions::list(&self.gh, repo, on).await
    }

    async fn base(&self, repo: &RepoName) -> Result<Base, ForgeError> {
        base::read(&self.gh, repo).await
    }

    async fn propose(&self, repo: &RepoName, proposal: &Proposal) -> Result<Proposed, ForgeError> {
        propose::propose(&self.gh, repo, proposal).await
    }
}

impl Intake for GhForge {
    async fn filings(&self, board: &Board, repo: &RepoName) -> Result<Filings, ForgeError> {
        intake::list(&self.gh, board, repo).await
    }

    async fn file_issue(&self, repo: &RepoName, issue: &NewIssue) -> Result<Filed, ForgeError> {
        intake::file(&self.gh, repo, issue).await
    }

    async fn add_to_board(&self, board: &Board, issue: &IssueNode) -> Result<ItemId, ForgeError> {
        intake::add_to_board(&self.gh, board, issue).await
    }
}

impl Chronicle for GhForge {
    async fn past(
        &self,
        repo: &RepoName,
        since: Timestamp,
        checks: bool,
    ) -> Result<Past, ForgeError> {
        past::commits(&self.gh, repo, since, checks).await
    }

    async fn changed_paths(
        &self,
        repo: &RepoName,
        commit: &Sha,
    ) -> Result<Partial<String>, ForgeError> {
        past::changed_paths(&self.gh, repo, commit).await
    }

    async fn attempts(
        &self,
        repo: &RepoName,
        commit: &Sha,
    ) -> Result<Partial<Attempt>, ForgeError> {
        past::attempts(&self.gh, repo, commit).await
    }

    async fn past_pulls(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Partial<PastPull>, ForgeError> {
        past::pulls(&self.gh, repo, since).await
    }

    async fn past_issues(
        &self,
        repo: &RepoName,
        since: Timestamp,
    ) -> Result<Partial<PastIssue>, ForgeError> {
        past::issues(&self.gh, repo, since).await
    }

    async fn last_change(
        &self,
        repo: &RepoName,
        at: &Sha,
        path: &str,
    ) -> Result<Option<Timestamp>, ForgeError> {
        past::last_change(&self.gh, repo, at, path).await
    }

    async fn folders(
        &self,
        repo: &RepoName,
        at: &Sha,
        path: &str,
    ) -> Result<Vec<String>, ForgeError> {
        past::folders(&self.gh, repo, at, path).await
    }
}

impl Foundation for GhForge {
    async fn premises(&self, repo: &RepoName) -> Result<Premises, ForgeError> {
        foundation::premises(&self.gh, repo).await
    }

    async fn create_label(&self, repo: &RepoName, label: &NewLabel) -> Result<(), ForgeError> {
        foundation::create_label(&self.gh, repo, label).await
    }

    async fn create_board(&self, owner: &str, title: &str) -> Result<u32, ForgeError> {
        foundation::create_board(&self.gh, owner, title).await
    }

    async fn status_field(&self, board: &Board) -> Result<StatusField, ForgeError> {
        foundation::status_field(&self.gh, board).await
    }

    async fn create_status_field(
        &self,
        board: &Board,
        options: &[StatusOption],
    ) -> Result<(), ForgeError> {
        foundation::create_status_field(&self.gh, board, options).await
    }

    async fn replace_options(
        &self,
        field: &str,
        options: &[StatusOption],
    ) -> Result<(), ForgeError> {
        foundation::replace_options(&self.gh, field, options).await
    }
}
