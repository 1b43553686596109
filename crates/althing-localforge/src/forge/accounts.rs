//! Users, organizations, teams.

use super::{Actor, Answer, Forge};
use crate::model::{Account, AccountId, Repo, Slice, Team, TeamId, Window};

impl Forge {
    /// The user that a token belongs to.
    pub async fn authenticate(&self, token: &str) -> Answer<Actor> {
        todo!()
    }

    /// A user or organization by login, ignoring case.
    pub async fn account(&self, login: &str) -> Answer<Account> {
        todo!()
    }

    /// A user or organization by id.
    pub async fn account_by_id(&self, id: AccountId) -> Answer<Account> {
        todo!()
    }

    /// A user by login.
    pub async fn user(&self, login: &str) -> Answer<Account> {
        todo!()
    }

    /// An organization by login.
    pub async fn organization(&self, login: &str) -> Answer<Account> {
        todo!()
    }

    /// Organizations that a user belongs to.
    pub async fn organizations_of(&self, user: AccountId) -> Answer<Vec<Account>> {
        todo!()
    }

    /// Members of an organization, by login.
    pub async fn members(&self, org: &Account, window: Window) -> Answer<Slice<Account>> {
        todo!()
    }

    /// Whether a user is a member of an organization, and if so whether as its admin.
    pub async fn membership(&self, org: &Account, user: AccountId) -> Answer<Option<bool>> {
        todo!()
    }

    /// Teams of an organization; only its members see them.
    pub async fn teams(&self, actor: &Actor, org: &Account) -> Answer<Vec<Team>> {
        todo!()
    }

    /// A team by the slug of its name.
    pub async fn team(&self, actor: &Actor, org: &Account, slug: &str) -> Answer<Team> {
        todo!()
    }

    /// A team by id.
    pub async fn team_by_id(&self, actor: &Actor, id: TeamId) -> Answer<Team> {
        todo!()
    }

    /// Members of a team, by login.
    pub async fn team_members(
        &self,
        actor: &Actor,
        team: &Team,
        window: Window,
    ) -> Answer<Slice<Account>> {
        todo!()
    }

    /// Teams with access to a repository.
    pub async fn repo_teams(&self, actor: &Actor, repo: &Repo) -> Answer<Vec<Team>> {
        todo!()
    }
}
