//! Reactions.

use super::{Actor, Answer, Forge, Refusal, all, horizon, now, rows};
use crate::model::{Permission, REACTIONS, Reaction, ReactionId, ReactionSubject, Repo};

impl Forge {
    /// Reactions, oldest first.
    pub async fn reactions(&self, actor: &Actor, on: ReactionSubject) -> Answer<Vec<Reaction>> {
        self.repo_of_subject(actor, on).await?;
        let (issue, comment) = columns(on);
        let rows = sqlx::query(
            "SELECT * FROM reaction_row WHERE (issue_id = ?1 OR comment_id = ?2) AND created_at <= ?3 ORDER BY id",
        )
        .bind(issue)
        .bind(comment)
        .bind(horizon(actor))
        .fetch_all(&self.readers)
        .await?;
        all(&rows, rows::reaction)
    }

    /// Reacts; the second value says whether the reaction is new.
    pub async fn add_reaction(
        &self,
        actor: &Actor,
        on: ReactionSubject,
        content: &str,
    ) -> Answer<(Reaction, bool)> {
        self.repo_of_subject(actor, on).await?;
        if !REACTIONS.contains(&content) {
            return Err(Refusal::invalid_field("Reaction", "content", "invalid"));
        }
        let (issue, comment) = columns(on);
        let done = sqlx::query(
            "INSERT INTO reaction (issue_id, comment_id, user_id, content, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(issue)
        .bind(comment)
        .bind(actor.user.id)
        .bind(content)
        .bind(now().as_millisecond())
        .execute(&self.writer)
        .await?;
        let row = sqlx::query(
            "SELECT * FROM reaction_row WHERE (issue_id = ? OR comment_id = ?) AND user_id = ? AND content = ?",
        )
        .bind(issue)
        .bind(comment)
        .bind(actor.user.id)
        .bind(content)
        .fetch_one(&self.readers)
        .await?;
        Ok((rows::reaction(&row)?, done.rows_affected() > 0))
    }

    /// Takes a reaction back (its author, or write).
    pub async fn remove_reaction(
        &self,
        actor: &Actor,
        on: ReactionSubject,
        id: ReactionId,
    ) -> Answer<()> {
        let repo = self.repo_of_subject(actor, on).await?;
        // What is to be changed is read as it is, however far the actor's lists lag behind.
        let reactions = self.reactions(&Actor::new(actor.user.clone()), on).await?;
        let reaction = reactions
            .iter()
            .find(|reaction| reaction.id == id)
            .ok_or_else(Refusal::not_found)?;
        if reaction.user.id != actor.user.id {
            repo.require(Permission::Write)?;
        }
        sqlx::query("DELETE FROM reaction WHERE id = ?")
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn repo_of_subject(&self, actor: &Actor, on: ReactionSubject) -> Answer<Repo> {
        match on {
            ReactionSubject::Issue(id) => Ok(self.issue_by_id(actor, id).await?.0),
            ReactionSubject::Comment(id) => Ok(self.comment_by_id(actor, id).await?.0),
        }
    }
}

fn columns(on: ReactionSubject) -> (Option<i64>, Option<i64>) {
    match on {
        ReactionSubject::Issue(id) => (Some(id.0), None),
        ReactionSubject::Comment(id) => (None, Some(id.0)),
    }
}
