//! Repositories and who may do what in them.

use super::{
    Actor, Answer, Forge, Missing, Refusal, all, cut, now,
    rows::{self, level, permission},
};
use crate::{
    git::{NewCommit, Person},
    model::{
        Account, AccountId, AccountKind, NewRepo, Permission, Repo, RepoId, RepoName, RepoPatch,
        Slice, Window,
    },
};
use sqlx::Row as _;

impl Repo {
    /// Refuses unless the actor that asked for the repository has at least `needed`.
    pub(crate) fn require(&self, needed: Permission) -> Answer<()> {
        if self.permission >= needed {
            Ok(())
        } else {
            Err(Refusal::must_have_admin())
        }
    }
}

impl Forge {
    /// A repository by name; not found when the actor may not see it.
    pub async fn repo(&self, actor: &Actor, owner: &str, name: &str) -> Answer<Repo> {
        let missing = || Refusal::NotFound(Missing::Repository(format!("{owner}/{name}")));
        let row = sqlx::query(
            "SELECT r.*, x.level FROM repo_row r JOIN access x ON x.repo_id = r.id AND x.account_id = ?
             WHERE r.owner_login = ? AND r.name = ? AND x.level > 0",
        )
        .bind(actor.user.id)
        .bind(owner)
        .bind(name)
        .fetch_optional(&self.readers)
        .await?
        .ok_or_else(missing)?;
        rows::repo(&row)
    }

    /// A repository by id.
    pub async fn repo_by_id(&self, actor: &Actor, id: RepoId) -> Answer<Repo> {
        let row = sqlx::query(
            "SELECT r.*, x.level FROM repo_row r JOIN access x ON x.repo_id = r.id AND x.account_id = ?
             WHERE r.id = ? AND x.level > 0",
        )
        .bind(actor.user.id)
        .bind(id)
        .fetch_optional(&self.readers)
        .await?
        .ok_or_else(Refusal::not_found)?;
        rows::repo(&row)
    }

    /// Repositories of an owner that the actor sees, by name.
    pub async fn repos_of(
        &self,
        actor: &Actor,
        owner: &Account,
        window: Window,
    ) -> Answer<Slice<Repo>> {
        let rows = sqlx::query(
            "SELECT r.*, x.level FROM repo_row r JOIN access x ON x.repo_id = r.id AND x.account_id = ?
             WHERE r.owner_id = ? AND x.level > 0 ORDER BY r.name",
        )
        .bind(actor.user.id)
        .bind(owner.id)
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, rows::repo)
    }

    /// Creates a repository of the actor or of an organization that the actor belongs to.
    pub async fn create_repo(&self, actor: &Actor, new: NewRepo) -> Answer<Repo> {
        let owner = match &new.owner {
            Some(login) => self.account(login).await?,
            None => actor.user.clone(),
        };
        let allowed = owner.id == actor.user.id
            || (owner.kind == AccountKind::Organization
                && self.membership(&owner, actor.user.id).await?.is_some());
        if !allowed {
            let message = format!(
                "{} cannot create a repository for {}.",
                actor.user.login, owner.login
            );
            return Err(Refusal::Forbidden(message));
        }
        let invalid = || Refusal::invalid_field("Repository", "name", "invalid");
        // Git clients ask for `NAME.git` when they mean `NAME`.
        if new.name.to_ascii_lowercase().ends_with(".git") {
            return Err(invalid());
        }
        RepoName::new(&owner.login, &new.name).map_err(|_| invalid())?;
        self.insert_repo(actor, &owner, &new).await?;
        let repo = self.repo(actor, &owner.login, &new.name).await?;
        if new.auto_init {
            self.commit_readme(actor, &repo).await?;
        }
        Ok(repo)
    }

    /// Inserts the row and makes the bare repository, which is there before the row is seen. Who
    /// creates a repository of an organization administers it, as on GitHub.
    async fn insert_repo(&self, actor: &Actor, owner: &Account, new: &NewRepo) -> Answer<()> {
        let exists = || Refusal::Unprocessable {
            message: "Repository creation failed.".to_owned(),
            errors: vec![super::FieldError {
                resource: "Repository",
                field: Some("name"),
                code: "custom",
                message: Some("name already exists on this account".to_owned()),
            }],
        };
        let mut tx = self.begin().await?;
        let id: RepoId = sqlx::query(
            "INSERT INTO repo (owner_id, name, description, private, default_branch, created_at, updated_at, pushed_at)
             VALUES (?1, ?2, ?3, ?4, 'main', ?5, ?5, ?5) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(owner.id)
        .bind(&new.name)
        .bind(&new.description)
        .bind(new.private)
        .bind(now().as_millisecond())
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(exists)?
        .try_get(0)?;
        if owner.id != actor.user.id {
            put_collaborator(&mut *tx, id, actor.user.id, Permission::Admin).await?;
        }
        let git = self.git_named(&owner.login, &new.name);
        // What a deletion that was cut short left behind must not come back under this name.
        git.remove().await?;
        git.init("main").await?;
        Ok(tx.commit().await?)
    }

    async fn commit_readme(&self, actor: &Actor, repo: &Repo) -> Answer<()> {
        let git = self.git(repo);
        let text = format!("# {}\n", repo.name);
        let blob = git.hash_object(text.as_bytes()).await?;
        let tree = git
            .make_tree(&format!("100644 blob {blob}\tREADME.md\n"))
            .await?;
        let person = person(&actor.user);
        let commit = git
            .commit_tree(NewCommit {
                tree: &tree,
                parents: &[],
                author: &person,
                committer: &person,
                message: "Initial commit",
            })
            .await?;
        git.create_ref("refs/heads/main", &commit).await?;
        Ok(())
    }

    /// Changes settings (admin).
    pub async fn edit_repo(&self, actor: &Actor, repo: &Repo, patch: RepoPatch) -> Answer<Repo> {
        repo.require(Permission::Admin)?;
        if let Some(branch) = &patch.default_branch {
            if self.branch_sha(repo, branch).await?.is_none() {
                return Err(Refusal::custom(
                    "Repository",
                    format!("The branch {branch} was not found."),
                ));
            }
            let head = format!("refs/heads/{branch}");
            self.git(repo)
                .bytes(["symbolic-ref", "HEAD", &head])
                .await?;
        }
        sqlx::query(
            "UPDATE repo SET description = coalesce(?, description), private = coalesce(?, private),
             default_branch = coalesce(?, default_branch), allow_merge = coalesce(?, allow_merge),
             allow_squash = coalesce(?, allow_squash), allow_rebase = coalesce(?, allow_rebase),
             delete_branch_on_merge = coalesce(?, delete_branch_on_merge), updated_at = ? WHERE id = ?",
        )
        .bind(patch.description)
        .bind(patch.private)
        .bind(patch.default_branch)
        .bind(patch.allow_merge)
        .bind(patch.allow_squash)
        .bind(patch.allow_rebase)
        .bind(patch.delete_branch_on_merge)
        .bind(now().as_millisecond())
        .bind(repo.id)
        .execute(&self.writer)
        .await?;
        self.repo_by_id(actor, repo.id).await
    }

    /// Deletes a repository and all that is in it (admin).
    pub async fn delete_repo(&self, _actor: &Actor, repo: &Repo) -> Answer<()> {
        repo.require(Permission::Admin)?;
        sqlx::query("DELETE FROM repo WHERE id = ?")
            .bind(repo.id)
            .execute(&self.writer)
            .await?;
        Ok(self.git(repo).remove().await?)
    }

    /// Everybody with explicit access and how much, by login (write).
    pub async fn collaborators(
        &self,
        _actor: &Actor,
        repo: &Repo,
        window: Window,
    ) -> Answer<Slice<(Account, Permission)>> {
        if repo.permission < Permission::Write {
            return Err(Refusal::Forbidden(
                "Must have push access to view repository collaborators.".to_owned(),
            ));
        }
        let rows = sqlx::query(
            "SELECT a.*, x.level FROM account a JOIN access x ON x.account_id = a.id AND x.repo_id = ?1
             WHERE a.kind = 'user' AND (x.level > 1
                OR EXISTS (SELECT 1 FROM collaborator c WHERE c.repo_id = ?1 AND c.account_id = a.id))
             ORDER BY a.login",
        )
        .bind(repo.id)
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, |row| {
            let granted = permission(row.try_get("level")?).unwrap_or(Permission::Read);
            Ok((rows::account(row)?, granted))
        })
    }

    /// What a user may do; `None` without any access.
    pub async fn permission_of(&self, repo: &Repo, user: &Account) -> Answer<Option<Permission>> {
        let row = sqlx::query("SELECT level FROM access WHERE repo_id = ? AND account_id = ?")
            .bind(repo.id)
            .bind(user.id)
            .fetch_optional(&self.readers)
            .await?;
        let level = row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
        Ok(permission(level))
    }

    /// Adds a collaborator or changes the permission of one (admin).
    pub async fn set_collaborator(
        &self,
        _actor: &Actor,
        repo: &Repo,
        login: &str,
        permission: Permission,
    ) -> Answer<()> {
        repo.require(Permission::Admin)?;
        let user = self.user(login).await?;
        put_collaborator(&self.writer, repo.id, user.id, permission).await
    }

    /// Removes a collaborator (admin).
    pub async fn remove_collaborator(
        &self,
        _actor: &Actor,
        repo: &Repo,
        login: &str,
    ) -> Answer<()> {
        repo.require(Permission::Admin)?;
        let user = self.user(login).await?;
        sqlx::query("DELETE FROM collaborator WHERE repo_id = ? AND account_id = ?")
            .bind(repo.id)
            .bind(user.id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Users who can be assigned to issues: all with explicit access, by login.
    pub async fn assignable_users(
        &self,
        _actor: &Actor,
        repo: &Repo,
        window: Window,
    ) -> Answer<Slice<Account>> {
        let rows = self.assignable_rows(repo).await?;
        cut(rows, window, rows::account)
    }

    /// Those of `logins` that can be assigned.
    pub(super) async fn assignable(&self, repo: &Repo, logins: &[String]) -> Answer<Vec<Account>> {
        let mut users = all(&self.assignable_rows(repo).await?, rows::account)?;
        users.retain(|user| {
            logins
                .iter()
                .any(|login| login.eq_ignore_ascii_case(&user.login))
        });
        Ok(users)
    }

    async fn assignable_rows(&self, repo: &Repo) -> Answer<Vec<sqlx::sqlite::SqliteRow>> {
        Ok(sqlx::query(
            "SELECT a.* FROM account a WHERE a.kind = 'user' AND (
                a.id = ?2
                OR EXISTS (SELECT 1 FROM collaborator c WHERE c.repo_id = ?1 AND c.account_id = a.id)
                OR EXISTS (SELECT 1 FROM member m WHERE m.org_id = ?2 AND m.user_id = a.id))
             ORDER BY a.login",
        )
        .bind(repo.id)
        .bind(repo.owner.id)
        .fetch_all(&self.readers)
        .await?)
    }
}

/// Gives an account a permission of its own in a repository, in place of any it had.
async fn put_collaborator<'e>(
    store: impl sqlx::SqliteExecutor<'e>,
    repo: RepoId,
    account: AccountId,
    permission: Permission,
) -> Answer<()> {
    sqlx::query(
        "INSERT OR REPLACE INTO collaborator (repo_id, account_id, permission) VALUES (?, ?, ?)",
    )
    .bind(repo)
    .bind(account)
    .bind(level(permission))
    .execute(store)
    .await?;
    Ok(())
}

/// A user as commits name them: the e-mail of the account, or GitHub's no-reply address.
pub(crate) fn person(user: &Account) -> Person {
    Person {
        name: user.name.clone().unwrap_or_else(|| user.login.clone()),
        email: commit_email(user),
        at: now().as_second(),
    }
}

/// The e-mail that a user's commits carry.
pub(crate) fn commit_email(user: &Account) -> String {
    let noreply = || format!("{}+{}@users.noreply.github.com", user.id, user.login);
    user.email.clone().unwrap_or_else(noreply)
}
