//! Keeping open pull requests in step with their branches.
//!
//! Branches move by pushes that this process does not see. So whenever an open pull request is
//! read, its branches are looked at first.

use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Answer, Forge, issues, now, rows};
use crate::model::{IssueId, IssueState, Number, Repo, Sha};

/// What is stored about an open pull request's branches.
struct Stored {
    id: IssueId,
    number: Number,
    base: String,
    base_sha: Sha,
    head: String,
    head_sha: Sha,
}

impl Forge {
    /// Brings one pull request up to date; `true` when something changed.
    pub(super) async fn sync_pull(&self, repo: &Repo, id: IssueId) -> Answer<bool> {
        let row = sqlx::query(
            "SELECT p.*, i.number FROM pull p JOIN issue i ON i.id = p.issue_id WHERE i.id = ? AND i.open",
        )
        .bind(id)
        .fetch_optional(&self.readers)
        .await?;
        match row {
            Some(row) => self.sync_row(repo, &row).await,
            None => Ok(false),
        }
    }

    /// Brings all open pull requests of a repository up to date.
    pub(super) async fn sync_pulls(&self, repo: &Repo) -> Answer<()> {
        let rows = sqlx::query(
            "SELECT p.*, i.number FROM pull p JOIN issue i ON i.id = p.issue_id WHERE i.repo_id = ? AND i.open",
        )
        .bind(repo.id)
        .fetch_all(&self.readers)
        .await?;
        for row in &rows {
            self.sync_row(repo, row).await?;
        }
        Ok(())
    }

    async fn sync_row(&self, repo: &Repo, row: &SqliteRow) -> Answer<bool> {
        let stored = Stored {
            id: row.try_get("issue_id")?,
            number: row.try_get("number")?,
            base: row.try_get("base")?,
            base_sha: rows::sha(row, "base_sha")?,
            head: row.try_get("head")?,
            head_sha: rows::sha(row, "head_sha")?,
        };
        let base = self.branch_sha(repo, &stored.base).await?;
        let head = self.branch_sha(repo, &stored.head).await?;
        match (base, head) {
            (Some(base), Some(head)) if base == stored.base_sha && head == stored.head_sha => {
                Ok(false)
            }
            (Some(base), Some(head)) => self.branches_moved(repo, &stored, &base, &head).await,
            // As on GitHub, a pull request without one of its branches is closed.
            _ => self.branch_gone(&stored).await,
        }
    }

    async fn branches_moved(
        &self,
        repo: &Repo,
        stored: &Stored,
        base: &Sha,
        head: &Sha,
    ) -> Answer<bool> {
        let git = self.git(repo);
        if *head != stored.head_sha {
            git.set_ref(&pull_ref(stored.number), head.as_str()).await?;
        }
        let merged = git.is_ancestor(head.as_str(), base.as_str()).await?;
        let mut tx = self.begin().await?;
        // A merge in progress or just done moves the base itself and writes its own account.
        let changed = if merged {
            let time = now().as_millisecond();
            sqlx::query(
                "UPDATE pull SET head_sha = ?1, merge_commit = ?1, merged_at = ?2,
                 merged_by = (SELECT author_id FROM issue WHERE id = ?3)
                 WHERE issue_id = ?3 AND merged_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM merge_intent m WHERE m.pull_id = ?3)",
            )
            .bind(head.as_str())
            .bind(time)
            .bind(stored.id)
            .execute(&mut *tx)
            .await?
        } else {
            sqlx::query(
                "UPDATE pull SET head_sha = ?1, base_sha = ?2 WHERE issue_id = ?3 AND merged_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM merge_intent m WHERE m.pull_id = ?3)",
            )
            .bind(head.as_str())
            .bind(base.as_str())
            .bind(stored.id)
            .execute(&mut *tx)
            .await?
        };
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        if merged {
            close_by_author(&mut tx, stored.id).await?;
        } else if *head != stored.head_sha {
            issues::touch(&mut tx, stored.id).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn branch_gone(&self, stored: &Stored) -> Answer<bool> {
        let mut tx = self.begin().await?;
        let busy = sqlx::query("SELECT 1 FROM merge_intent WHERE pull_id = ?")
            .bind(stored.id)
            .fetch_optional(&mut *tx)
            .await?;
        if busy.is_some() {
            return Ok(false);
        }
        close_by_author(&mut tx, stored.id).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The ref that keeps a pull request's head after its branch is gone.
pub(super) fn pull_ref(number: Number) -> String {
    format!("refs/pull/{number}/head")
}

/// A push names nobody whom the store knows, so the author stands for it.
async fn close_by_author(tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>, id: IssueId) -> Answer<()> {
    let row =
        sqlx::query("SELECT a.* FROM issue i JOIN account a ON a.id = i.author_id WHERE i.id = ?")
            .bind(id)
            .fetch_one(&mut **tx)
            .await?;
    let author = rows::account(&row)?;
    issues::set_state(tx, id, IssueState::Closed, None, &author).await
}
