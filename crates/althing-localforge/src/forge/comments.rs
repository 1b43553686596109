//! Comments on issues and pull requests.

use super::{Actor, Answer, Forge, Refusal, all, horizon, issues, now, rows, terms::Conditions};
use crate::model::{Comment, CommentId, Number, Permission, Repo, Slice, Timestamp, Window};
use sqlx::Row as _;

impl Forge {
    /// Comments of an issue, oldest first; `since` keeps those edited since.
    pub async fn comments(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        since: Option<Timestamp>,
        window: Window,
    ) -> Answer<Slice<Comment>> {
        let issue = self.issue(actor, repo, number).await?;
        let mut conditions = Conditions::new();
        conditions.add("c.issue_id = ", issue.id.0);
        conditions.add("c.created_at <= ", horizon(actor));
        if let Some(since) = since {
            conditions.add("c.updated_at >= ", since.as_millisecond());
        }
        let slice = self
            .select(conditions, "comment_row c", "c.*", "c.id", window)
            .await?;
        Ok(Slice {
            items: all(&slice.items, rows::comment)?,
            start: slice.start,
            total: slice.total,
        })
    }

    /// A comment by id, with its repository.
    pub async fn comment_by_id(&self, actor: &Actor, id: CommentId) -> Answer<(Repo, Comment)> {
        let row = sqlx::query("SELECT * FROM comment_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let repo = self.repo_by_id(actor, row.try_get("repo_id")?).await?;
        Ok((repo, rows::comment(&row)?))
    }

    /// Writes a comment (read).
    pub async fn create_comment(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        body: &str,
    ) -> Answer<Comment> {
        check(body)?;
        let issue = self.issue(actor, repo, number).await?;
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO comment (issue_id, author_id, body, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        )
        .bind(issue.id)
        .bind(actor.user.id)
        .bind(body)
        .bind(now().as_millisecond())
        .execute(&mut *tx)
        .await?;
        issues::touch(&mut tx, issue.id).await?;
        tx.commit().await?;
        Ok(self
            .comment_by_id(actor, CommentId(done.last_insert_rowid()))
            .await?
            .1)
    }

    /// Replaces the text of a comment (its author, or write).
    pub async fn edit_comment(&self, actor: &Actor, id: CommentId, body: &str) -> Answer<Comment> {
        check(body)?;
        let (repo, comment) = self.comment_by_id(actor, id).await?;
        require_author_or_write(actor, &repo, &comment)?;
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE comment SET body = ?, updated_at = ? WHERE id = ?")
            .bind(body)
            .bind(now().as_millisecond())
            .bind(id)
            .execute(&mut *tx)
            .await?;
        issues::touch(&mut tx, comment.issue_id).await?;
        tx.commit().await?;
        Ok(self.comment_by_id(actor, id).await?.1)
    }

    /// Deletes a comment (its author, or write).
    pub async fn delete_comment(&self, actor: &Actor, id: CommentId) -> Answer<()> {
        let (repo, comment) = self.comment_by_id(actor, id).await?;
        require_author_or_write(actor, &repo, &comment)?;
        let done = sqlx::query("DELETE FROM comment WHERE id = ?")
            .bind(id)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::not_found());
        }
        Ok(())
    }
}

fn check(body: &str) -> Answer<()> {
    if body.trim().is_empty() {
        return Err(Refusal::unprocessable("Body cannot be blank"));
    }
    if body.chars().count() > issues::MAX_BODY {
        return Err(Refusal::unprocessable(
            "Body is too long (maximum is 65536 characters)",
        ));
    }
    Ok(())
}

fn require_author_or_write(actor: &Actor, repo: &Repo, comment: &Comment) -> Answer<()> {
    if comment.author.id == actor.user.id {
        Ok(())
    } else {
        repo.require(Permission::Write)
    }
}
