//! Commit statuses and check runs.

use super::{Actor, Answer, Forge};
use crate::model::{
    CheckRun, CheckRunId, CheckRunPatch, CombinedStatus, CommitStatus, NewStatus, Repo, Sha, Slice,
    Window,
};

impl Forge {
    /// Reports a status (write).
    pub async fn create_status(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
        new: NewStatus,
    ) -> Answer<CommitStatus> {
        todo!()
    }

    /// All statuses of a commit, newest first.
    pub async fn statuses(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
        window: Window,
    ) -> Answer<Slice<CommitStatus>> {
        todo!()
    }

    /// The latest status of each context, and what they amount to.
    pub async fn combined_status(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
    ) -> Answer<CombinedStatus> {
        todo!()
    }

    /// Check runs of a commit, latest of each name, oldest first.
    pub async fn check_runs(&self, actor: &Actor, repo: &Repo, sha: &Sha) -> Answer<Vec<CheckRun>> {
        todo!()
    }

    /// A check run by id.
    pub async fn check_run(&self, actor: &Actor, repo: &Repo, id: CheckRunId) -> Answer<CheckRun> {
        todo!()
    }

    /// A check run by id, with its repository.
    pub async fn check_run_by_id(&self, actor: &Actor, id: CheckRunId) -> Answer<(Repo, CheckRun)> {
        todo!()
    }

    /// Creates a check run (write).
    pub async fn create_check_run(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
        new: CheckRunPatch,
    ) -> Answer<CheckRun> {
        todo!()
    }

    /// Changes a check run (write).
    pub async fn edit_check_run(
        &self,
        actor: &Actor,
        repo: &Repo,
        id: CheckRunId,
        patch: CheckRunPatch,
    ) -> Answer<CheckRun> {
        todo!()
    }
}
