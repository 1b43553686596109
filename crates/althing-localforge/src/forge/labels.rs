//! Labels of a repository.

use sqlx::{Row as _, Sqlite, Transaction};

use super::{Actor, Answer, Forge, Refusal, cut, now, rows};
use crate::model::{Label, LabelId, Permission, Repo, RepoId, Slice, Window};

/// The colour of labels that are created by use.
const DEFAULT_COLOR: &str = "ededed";

impl Forge {
    /// Labels, by name.
    pub async fn labels(
        &self,
        _actor: &Actor,
        repo: &Repo,
        window: Window,
    ) -> Answer<Slice<Label>> {
        let rows = sqlx::query("SELECT * FROM label WHERE repo_id = ? ORDER BY name")
            .bind(repo.id)
            .fetch_all(&self.readers)
            .await?;
        cut(rows, window, rows::label)
    }

    /// A label by name, ignoring case.
    pub async fn label(&self, _actor: &Actor, repo: &Repo, name: &str) -> Answer<Label> {
        let row = sqlx::query("SELECT * FROM label WHERE repo_id = ? AND name = ?")
            .bind(repo.id)
            .bind(name)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        rows::label(&row)
    }

    /// A label by id, with its repository.
    pub async fn label_by_id(&self, actor: &Actor, id: LabelId) -> Answer<(Repo, Label)> {
        let row = sqlx::query("SELECT * FROM label WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let repo = self.repo_by_id(actor, row.try_get("repo_id")?).await?;
        Ok((repo, rows::label(&row)?))
    }

    /// Creates a label (write); `color` is six hexadecimal digits.
    pub async fn create_label(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        color: &str,
        description: Option<&str>,
    ) -> Answer<Label> {
        repo.require(Permission::Write)?;
        check(Some(name), Some(color), description)?;
        let done = sqlx::query(
            "INSERT INTO label (repo_id, name, color, description, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(repo.id)
        .bind(name)
        .bind(color.to_lowercase())
        .bind(description)
        .bind(now().as_millisecond())
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::invalid_field("Label", "name", "already_exists"));
        }
        self.label(actor, repo, name).await
    }

    /// Changes a label (write); `None` leaves as is.
    pub async fn edit_label(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        new_name: Option<&str>,
        color: Option<&str>,
        description: Option<&str>,
    ) -> Answer<Label> {
        repo.require(Permission::Write)?;
        check(new_name, color, description)?;
        let label = self.label(actor, repo, name).await?;
        let done = sqlx::query(
            "UPDATE OR IGNORE label SET name = coalesce(?, name), color = coalesce(?, color),
             description = coalesce(?, description) WHERE id = ?",
        )
        .bind(new_name)
        .bind(color.map(str::to_lowercase))
        .bind(description)
        .bind(label.id)
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::invalid_field("Label", "name", "already_exists"));
        }
        Ok(self.label_by_id(actor, label.id).await?.1)
    }

    /// Deletes a label everywhere (write).
    pub async fn delete_label(&self, actor: &Actor, repo: &Repo, name: &str) -> Answer<()> {
        repo.require(Permission::Write)?;
        let label = self.label(actor, repo, name).await?;
        sqlx::query("DELETE FROM label WHERE id = ?")
            .bind(label.id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn check(name: Option<&str>, color: Option<&str>, description: Option<&str>) -> Answer<()> {
    let hex = |color: &str| color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.is_some_and(|name| name.trim().is_empty()) {
        return Err(Refusal::invalid_field("Label", "name", "missing_field"));
    }
    if name.is_some_and(|name| name.chars().count() > 50) {
        return Err(Refusal::invalid_field("Label", "name", "invalid"));
    }
    if color.is_some_and(|color| !hex(color)) {
        return Err(Refusal::invalid_field("Label", "color", "invalid"));
    }
    if description.is_some_and(|text| text.chars().count() > 100) {
        return Err(Refusal::invalid_field("Label", "description", "invalid"));
    }
    Ok(())
}

/// Ids of labels by name; unknown ones are created.
pub(super) async fn ensure(
    tx: &mut Transaction<'_, Sqlite>,
    repo: RepoId,
    names: &[String],
) -> Answer<Vec<LabelId>> {
    let mut ids = Vec::new();
    for name in names {
        check(Some(name), None, None)?;
        sqlx::query("INSERT INTO label (repo_id, name, color, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(repo)
            .bind(name)
            .bind(DEFAULT_COLOR)
            .bind(now().as_millisecond())
            .execute(&mut **tx)
            .await?;
        let row = sqlx::query("SELECT id FROM label WHERE repo_id = ? AND name = ?")
            .bind(repo)
            .bind(name)
            .fetch_one(&mut **tx)
            .await?;
        ids.push(row.try_get(0)?);
    }
    Ok(ids)
}
