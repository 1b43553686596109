//! Comments on issues and pull requests.

use super::{Actor, Answer, Forge};
use crate::model::{Comment, CommentId, Number, Repo, Slice, Timestamp, Window};

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
        todo!()
    }

    /// A comment by id, with its repository.
    pub async fn comment_by_id(&self, actor: &Actor, id: CommentId) -> Answer<(Repo, Comment)> {
        todo!()
    }

    /// Writes a comment (read).
    pub async fn create_comment(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        body: &str,
    ) -> Answer<Comment> {
        todo!()
    }

    /// Replaces the text of a comment (its author, or write).
    pub async fn edit_comment(&self, actor: &Actor, id: CommentId, body: &str) -> Answer<Comment> {
        todo!()
    }

    /// Deletes a comment (its author, or write).
    pub async fn delete_comment(&self, actor: &Actor, id: CommentId) -> Answer<()> {
        todo!()
    }
}
