//! Refs of a repository.

use super::{Actor, Answer, Forge};
use crate::model::{GitRef, Repo, Sha};

impl Forge {
    /// Refs whose full name starts with `prefix` (such as `refs/heads/`), by name.
    pub async fn refs(&self, actor: &Actor, repo: &Repo, prefix: &str) -> Answer<Vec<GitRef>> {
        todo!()
    }

    /// A ref by its full name.
    pub async fn git_ref(&self, actor: &Actor, repo: &Repo, name: &str) -> Answer<GitRef> {
        todo!()
    }

    /// The commit of a branch; `None` when there is no such branch. Reads one small file.
    pub async fn branch_sha(&self, repo: &Repo, branch: &str) -> Answer<Option<Sha>> {
        todo!()
    }

    /// Creates a ref (write): of several callers exactly one succeeds, the others are refused
    /// with 422 `Reference already exists`.
    pub async fn create_ref(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        target: &str,
    ) -> Answer<GitRef> {
        todo!()
    }

    /// Moves a ref (write); without `force` only forward.
    pub async fn update_ref(
        &self,
        actor: &Actor,
        repo: &Repo,
        name: &str,
        target: &str,
        force: bool,
    ) -> Answer<GitRef> {
        todo!()
    }

    /// Deletes a ref (write).
    pub async fn delete_ref(&self, actor: &Actor, repo: &Repo, name: &str) -> Answer<()> {
        todo!()
    }
}
