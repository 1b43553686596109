//! Repositories and who may do what in them.

use super::{Actor, Answer, Forge};
use crate::model::{Account, NewRepo, Permission, Repo, RepoId, RepoPatch, Slice, Window};

impl Forge {
    /// A repository by name; not found when the actor may not see it.
    pub async fn repo(&self, actor: &Actor, owner: &str, name: &str) -> Answer<Repo> {
        todo!()
    }

    /// A repository by id.
    pub async fn repo_by_id(&self, actor: &Actor, id: RepoId) -> Answer<Repo> {
        todo!()
    }

    /// Repositories of an owner that the actor sees, by name.
    pub async fn repos_of(
        &self,
        actor: &Actor,
        owner: &Account,
        window: Window,
    ) -> Answer<Slice<Repo>> {
        todo!()
    }

    /// Creates a repository of the actor or of an organization that the actor belongs to.
    pub async fn create_repo(&self, actor: &Actor, new: NewRepo) -> Answer<Repo> {
        todo!()
    }

    /// Changes settings (admin).
    pub async fn edit_repo(&self, actor: &Actor, repo: &Repo, patch: RepoPatch) -> Answer<Repo> {
        todo!()
    }

    /// Deletes a repository and all that is in it (admin).
    pub async fn delete_repo(&self, actor: &Actor, repo: &Repo) -> Answer<()> {
        todo!()
    }

    /// Everybody with explicit access and how much, by login (write).
    pub async fn collaborators(
        &self,
        actor: &Actor,
        repo: &Repo,
        window: Window,
    ) -> Answer<Slice<(Account, Permission)>> {
        todo!()
    }

    /// What a user may do; `None` without any access.
    pub async fn permission_of(&self, repo: &Repo, user: &Account) -> Answer<Option<Permission>> {
        todo!()
    }

    /// Adds a collaborator or changes the permission of one (admin).
    pub async fn set_collaborator(
        &self,
        actor: &Actor,
        repo: &Repo,
        login: &str,
        permission: Permission,
    ) -> Answer<()> {
        todo!()
    }

    /// Removes a collaborator (admin).
    pub async fn remove_collaborator(&self, actor: &Actor, repo: &Repo, login: &str) -> Answer<()> {
        todo!()
    }

    /// Users who can be assigned to issues: all with at least triage permission, by login.
    pub async fn assignable_users(
        &self,
        actor: &Actor,
        repo: &Repo,
        window: Window,
    ) -> Answer<Slice<Account>> {
        todo!()
    }
}
