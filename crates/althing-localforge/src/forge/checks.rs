//! Commit statuses and check runs.

use sqlx::Row as _;

use super::{Actor, Answer, Forge, Refusal, all, cut, horizon, now, rows};
use crate::model::{
    CONCLUSIONS, CheckRun, CheckRunId, CheckRunPatch, CombinedStatus, CommitStatus, NewStatus,
    Permission, Repo, RunStatus, Sha, Slice, StatusState, Window,
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
        repo.require(Permission::Write)?;
        self.require_commit(repo, sha).await?;
        if new
            .description
            .as_ref()
            .is_some_and(|text| text.chars().count() > 140)
        {
            return Err(Refusal::custom(
                "Status",
                "description is too long (maximum is 140 characters)",
            ));
        }
        let done = sqlx::query(
            "INSERT INTO status (repo_id, sha, context, state, description, target_url, creator_id, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(repo.id)
        .bind(sha.as_str())
        .bind(new.context.as_deref().unwrap_or("default"))
        .bind(new.state.name())
        .bind(new.description)
        .bind(new.target_url)
        .bind(actor.user.id)
        .bind(now().as_millisecond())
        .execute(&self.writer)
        .await?;
        let row = sqlx::query("SELECT * FROM status_row WHERE id = ?")
            .bind(done.last_insert_rowid())
            .fetch_one(&self.readers)
            .await?;
        rows::status(&row)
    }

    /// All statuses of a commit, newest first.
    pub async fn statuses(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
        window: Window,
    ) -> Answer<Slice<CommitStatus>> {
        let rows = sqlx::query(
            "SELECT * FROM status_row WHERE repo_id = ? AND sha = ? AND created_at <= ? ORDER BY id DESC",
        )
        .bind(repo.id)
        .bind(sha.as_str())
        .bind(horizon(actor))
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, rows::status)
    }

    /// The latest status of each context, and what they amount to.
    pub async fn combined_status(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
    ) -> Answer<CombinedStatus> {
        let mut statuses: Vec<CommitStatus> = Vec::new();
        for status in self.statuses(actor, repo, sha, Window::ALL).await?.items {
            if !statuses.iter().any(|newer| newer.context == status.context) {
                statuses.push(status);
            }
        }
        statuses.sort_by_key(|status| status.id);
        let has = |state: StatusState| statuses.iter().any(|status| status.state == state);
        let state = if has(StatusState::Failure) || has(StatusState::Error) {
            StatusState::Failure
        } else if statuses.is_empty() || has(StatusState::Pending) {
            StatusState::Pending
        } else {
            StatusState::Success
        };
        Ok(CombinedStatus { state, statuses })
    }

    /// Check runs of a commit, latest of each name, oldest first.
    pub async fn check_runs(&self, actor: &Actor, repo: &Repo, sha: &Sha) -> Answer<Vec<CheckRun>> {
        let rows = sqlx::query(
            "SELECT * FROM check_run_row k WHERE repo_id = ?1 AND sha = ?2 AND started_at <= ?3 AND id =
                (SELECT max(n.id) FROM check_run n WHERE n.repo_id = ?1 AND n.sha = ?2 AND n.name = k.name)
             ORDER BY id",
        )
        .bind(repo.id)
        .bind(sha.as_str())
        .bind(horizon(actor))
        .fetch_all(&self.readers)
        .await?;
        all(&rows, rows::check_run)
    }

    /// Check runs of a commit, earlier ones of a name too, oldest first.
    pub async fn all_check_runs(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
    ) -> Answer<Vec<CheckRun>> {
        let rows = sqlx::query(
            "SELECT * FROM check_run_row WHERE repo_id = ? AND sha = ? AND started_at <= ? ORDER BY id",
        )
        .bind(repo.id)
        .bind(sha.as_str())
        .bind(horizon(actor))
        .fetch_all(&self.readers)
        .await?;
        all(&rows, rows::check_run)
    }

    /// A check run by id.
    pub async fn check_run(&self, actor: &Actor, repo: &Repo, id: CheckRunId) -> Answer<CheckRun> {
        let (found, run) = self.check_run_by_id(actor, id).await?;
        if found.id == repo.id {
            Ok(run)
        } else {
            Err(Refusal::not_found())
        }
    }

    /// A check run by id, with its repository.
    pub async fn check_run_by_id(&self, actor: &Actor, id: CheckRunId) -> Answer<(Repo, CheckRun)> {
        let row = sqlx::query("SELECT * FROM check_run_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let repo = self.repo_by_id(actor, row.try_get("repo_id")?).await?;
        Ok((repo, rows::check_run(&row)?))
    }

    /// Creates a check run (write).
    pub async fn create_check_run(
        &self,
        actor: &Actor,
        repo: &Repo,
        sha: &Sha,
        new: CheckRunPatch,
    ) -> Answer<CheckRun> {
        repo.require(Permission::Write)?;
        self.require_commit(repo, sha).await?;
        let name = new.name.clone().filter(|name| !name.is_empty());
        let name =
            name.ok_or_else(|| Refusal::invalid_field("CheckRun", "name", "missing_field"))?;
        run_status(&new)?;
        let done = sqlx::query(
            "INSERT INTO check_run (repo_id, sha, name, status, creator_id, started_at) VALUES (?, ?, ?, 'queued', ?, ?)",
        )
        .bind(repo.id)
        .bind(sha.as_str())
        .bind(name)
        .bind(actor.user.id)
        .bind(new.started_at.unwrap_or_else(now).as_millisecond())
        .execute(&self.writer)
        .await?;
        self.edit_check_run(actor, repo, CheckRunId(done.last_insert_rowid()), new)
            .await
    }

    /// Changes a check run (write).
    pub async fn edit_check_run(
        &self,
        actor: &Actor,
        repo: &Repo,
        id: CheckRunId,
        patch: CheckRunPatch,
    ) -> Answer<CheckRun> {
        repo.require(Permission::Write)?;
        self.check_run(actor, repo, id).await?;
        let status = run_status(&patch)?;
        // A run that starts anew has no result, whatever the earlier one was.
        let runs_again = status.is_some_and(|status| status != RunStatus::Completed);
        let completed = (status == Some(RunStatus::Completed))
            .then(|| patch.completed_at.unwrap_or_else(now).as_millisecond());
        sqlx::query(
            "UPDATE check_run SET name = coalesce(?, name), status = coalesce(?, status),
             conclusion = CASE WHEN ? THEN NULL ELSE coalesce(?, conclusion) END, details_url = coalesce(?, details_url),
             external_id = coalesce(?, external_id), title = coalesce(?, title),
             summary = coalesce(?, summary), text = coalesce(?, text),
             started_at = coalesce(?, started_at),
             completed_at = CASE WHEN ? THEN NULL ELSE coalesce(?, completed_at) END WHERE id = ?",
        )
        .bind(patch.name)
        .bind(status.map(RunStatus::name))
        .bind(runs_again)
        .bind(patch.conclusion)
        .bind(patch.details_url)
        .bind(patch.external_id)
        .bind(patch.title)
        .bind(patch.summary)
        .bind(patch.text)
        .bind(patch.started_at.map(|time| time.as_millisecond()))
        .bind(runs_again)
        .bind(completed)
        .bind(id)
        .execute(&self.writer)
        .await?;
        self.check_run(actor, repo, id).await
    }

    async fn require_commit(&self, repo: &Repo, sha: &Sha) -> Answer<()> {
        match self.git(repo).resolve(sha.as_str(), "commit").await? {
            Some(_) => Ok(()),
            None => Err(Refusal::unprocessable(format!(
                "No commit found for SHA: {sha}"
            ))),
        }
    }
}

fn run_status(patch: &CheckRunPatch) -> Answer<Option<RunStatus>> {
    let invalid = |field| Refusal::invalid_field("CheckRun", field, "invalid");
    match (&patch.conclusion, patch.status) {
        (Some(conclusion), _) if !CONCLUSIONS.contains(&conclusion.as_str()) => {
            Err(invalid("conclusion"))
        }
        (Some(_), _) => Ok(Some(RunStatus::Completed)),
        (None, Some(RunStatus::Completed)) => Err(Refusal::invalid_field(
            "CheckRun",
            "conclusion",
            "missing_field",
        )),
        (None, status) => Ok(status),
    }
}
