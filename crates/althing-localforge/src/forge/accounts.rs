//! Users, organizations, teams.

use sqlx::Row as _;

use super::{Actor, Answer, Forge, Missing, Refusal, all, cut, rows};
use crate::model::{Account, AccountId, AccountKind, Repo, Slice, Team, TeamId, Window};

impl Forge {
    /// The user that a token belongs to.
    pub async fn authenticate(&self, token: &str) -> Answer<Actor> {
        let row = sqlx::query(
            "SELECT a.* FROM token t JOIN account a ON a.id = t.account_id WHERE t.token = ?",
        )
        .bind(token)
        .fetch_optional(&self.readers)
        .await?
        .ok_or(Refusal::Unauthorized)?;
        Ok(Actor::new(rows::account(&row)?))
    }

    /// A token of a user, for those who administer the folder.
    pub(crate) async fn token_of(&self, user: AccountId) -> Answer<Option<String>> {
        let row = sqlx::query("SELECT token FROM token WHERE account_id = ? ORDER BY rowid")
            .bind(user)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// A user or organization by login, ignoring case.
    pub async fn account(&self, login: &str) -> Answer<Account> {
        let row = sqlx::query("SELECT * FROM account WHERE login = ?")
            .bind(login)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(|| Refusal::NotFound(Missing::User(login.to_owned())))?;
        rows::account(&row)
    }

    /// A user or organization by id.
    pub async fn account_by_id(&self, id: AccountId) -> Answer<Account> {
        let row = sqlx::query("SELECT * FROM account WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        rows::account(&row)
    }

    /// A user by login.
    pub async fn user(&self, login: &str) -> Answer<Account> {
        let account = self.account(login).await?;
        match account.kind {
            AccountKind::User => Ok(account),
            AccountKind::Organization => Err(Refusal::NotFound(Missing::User(login.to_owned()))),
        }
    }

    /// An organization by login.
    pub async fn organization(&self, login: &str) -> Answer<Account> {
        let missing = || Refusal::NotFound(Missing::Organization(login.to_owned()));
        let account = self
            .account(login)
            .await
            .map_err(|refusal| refusal.or_if_not_found(missing()))?;
        match account.kind {
            AccountKind::Organization => Ok(account),
            AccountKind::User => Err(missing()),
        }
    }

    /// Users whose e-mail is among `emails`, also under GitHub's `ID+LOGIN@users.noreply` form.
    pub(super) async fn accounts_by_email(
        &self,
        emails: &[&str],
    ) -> Answer<Vec<(String, Account)>> {
        let mut found = Vec::new();
        for &email in emails {
            let login = email
                .strip_suffix("@users.noreply.github.com")
                .map(|local| local.split_once('+').map_or(local, |(_, login)| login));
            let row = sqlx::query(
                "SELECT * FROM account WHERE kind = 'user' AND (email = ? OR login = ?) ORDER BY id LIMIT 1",
            )
            .bind(email)
            .bind(login)
            .fetch_optional(&self.readers)
            .await?;
            if let Some(row) = row {
                found.push((email.to_owned(), rows::account(&row)?));
            }
        }
        Ok(found)
    }

    /// Organizations that a user belongs to.
    pub async fn organizations_of(&self, user: AccountId) -> Answer<Vec<Account>> {
        let rows = sqlx::query(
            "SELECT a.* FROM member m JOIN account a ON a.id = m.org_id WHERE m.user_id = ? ORDER BY a.login",
        )
        .bind(user)
        .fetch_all(&self.readers)
        .await?;
        all(&rows, rows::account)
    }

    /// Members of an organization, by login.
    pub async fn members(&self, org: &Account, window: Window) -> Answer<Slice<Account>> {
        let rows = sqlx::query(
            "SELECT a.* FROM member m JOIN account a ON a.id = m.user_id WHERE m.org_id = ? ORDER BY a.login",
        )
        .bind(org.id)
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, rows::account)
    }

    /// Whether a user is a member of an organization, and if so whether as its admin.
    pub async fn membership(&self, org: &Account, user: AccountId) -> Answer<Option<bool>> {
        let row = sqlx::query("SELECT admin FROM member WHERE org_id = ? AND user_id = ?")
            .bind(org.id)
            .bind(user)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Teams of an organization; only its members see them.
    pub async fn teams(&self, actor: &Actor, org: &Account) -> Answer<Vec<Team>> {
        self.require_member(actor, org).await?;
        let rows = sqlx::query("SELECT * FROM team_row WHERE org_id = ? ORDER BY slug")
            .bind(org.id)
            .fetch_all(&self.readers)
            .await?;
        all(&rows, rows::team)
    }

    /// A team by the slug of its name.
    pub async fn team(&self, actor: &Actor, org: &Account, slug: &str) -> Answer<Team> {
        self.require_member(actor, org).await?;
        let row = sqlx::query("SELECT * FROM team_row WHERE org_id = ? AND slug = ?")
            .bind(org.id)
            .bind(slug)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        rows::team(&row)
    }

    /// A team by id.
    pub async fn team_by_id(&self, actor: &Actor, id: TeamId) -> Answer<Team> {
        let row = sqlx::query("SELECT * FROM team_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let team = rows::team(&row)?;
        self.require_member(actor, &team.org).await?;
        Ok(team)
    }

    /// Members of a team, by login.
    pub async fn team_members(
        &self,
        actor: &Actor,
        team: &Team,
        window: Window,
    ) -> Answer<Slice<Account>> {
        self.require_member(actor, &team.org).await?;
        let rows = sqlx::query(
            "SELECT a.* FROM team_member m JOIN account a ON a.id = m.user_id WHERE m.team_id = ? ORDER BY a.login",
        )
        .bind(team.id)
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, rows::account)
    }

    /// Teams with access to a repository.
    pub async fn repo_teams(&self, actor: &Actor, repo: &Repo) -> Answer<Vec<Team>> {
        self.require_member(actor, &repo.owner).await?;
        let rows = sqlx::query(
            "SELECT t.* FROM team_repo r JOIN team_row t ON t.id = r.team_id WHERE r.repo_id = ? ORDER BY t.slug",
        )
        .bind(repo.id)
        .fetch_all(&self.readers)
        .await?;
        all(&rows, rows::team)
    }

    async fn require_member(&self, actor: &Actor, org: &Account) -> Answer<()> {
        match self.membership(org, actor.user.id).await? {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found()),
        }
    }
}
