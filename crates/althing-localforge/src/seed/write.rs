//! Writing a checked seed: repositories first, then everything else in one transaction.

use std::path::Path;

use sqlx::{Row as _, Sqlite, Transaction};

use super::{
    SeedError, Seeded,
    file::{Issue, Organization, Project, Repository, SeedFile, User},
    names::{issue_reference, slug},
};
use crate::{
    forge::{self, Actor, Answer, Forge, Refusal, now},
    git::Person,
    model::{Account, AccountId, IssueId, Number, Permission, RepoId, RepoName},
};

pub(super) async fn write(forge: &Forge, file: &SeedFile) -> Result<Seeded, SeedError> {
    // A repository without a row is unknown to everybody, so a failure behind this harms nothing.
    for repository in &file.repositories {
        prepare(forge, file, repository).await?;
    }
    let mut tx = forge.begin().await?;
    let mut seeded = Seeded::default();
    for user in &file.users {
        seeded.users += self::user(&mut tx, user).await?;
    }
    for organization in &file.organizations {
        seeded.organizations += self::organization(&mut tx, organization).await?;
    }
    for repository in &file.repositories {
        let (repositories, issues) = self::repository(&mut tx, repository).await?;
        seeded.repositories += repositories;
        seeded.issues += issues;
    }
    for project in &file.projects {
        let (projects, items) = self::project(&mut tx, project).await?;
        seeded.projects += projects;
        seeded.items += items;
    }
    tx.commit().await.map_err(Refusal::from)?;
    Ok(seeded)
}

/// Makes the bare repository, and its first commit if a folder is given and there is none yet.
async fn prepare(forge: &Forge, file: &SeedFile, repository: &Repository) -> Answer<()> {
    let name = canonical(forge, file, &repo_name(repository)?).await?;
    let git = forge.git_named(name.owner(), name.name());
    git.init("main").await?;
    let Some(folder) = &repository.from else {
        return Ok(());
    };
    if git.read_ref("refs/heads/main").await?.is_some() {
        return Ok(());
    }
    let author = file
        .users
        .iter()
        .find(|user| user.login.value.eq_ignore_ascii_case(name.owner()));
    let person = Person {
        name: author
            .map_or(name.owner(), |user| display_name(user))
            .to_owned(),
        email: author.map_or_else(|| noreply(name.owner()), email),
        at: now().as_second(),
    };
    let commit = git
        .commit_folder(Path::new(&folder.value), &person, "Initial commit")
        .await?;
    git.create_ref("refs/heads/main", &commit).await?;
    Ok(())
}

/// The name as the forge spells it, or will: folders are named by it, and file systems tell
/// cases apart that logins do not.
async fn canonical(forge: &Forge, file: &SeedFile, name: &RepoName) -> Answer<RepoName> {
    let users = file.users.iter().map(|user| &user.login.value);
    let organizations = file
        .organizations
        .iter()
        .map(|organization| &organization.login.value);
    let declared = users
        .chain(organizations)
        .find(|login| login.eq_ignore_ascii_case(name.owner()));
    let (owner, short) = match forge.account(name.owner()).await {
        Ok(owner) => {
            let repo = forge
                .repo(&Actor::new(owner.clone()), name.owner(), name.name())
                .await;
            (
                owner.login,
                repo.map_or(name.name().to_owned(), |repo| repo.name),
            )
        }
        Err(Refusal::NotFound(_)) => (
            declared.map_or(name.owner(), String::as_str).to_owned(),
            name.name().to_owned(),
        ),
        Err(other) => return Err(other),
    };
    RepoName::new(&owner, &short).map_err(|error| Refusal::Internal(error.to_string()))
}

async fn user(tx: &mut Transaction<'_, Sqlite>, user: &User) -> Answer<u32> {
    let done = sqlx::query(
        "INSERT INTO account (id, login, kind, name, email, created_at) VALUES (?, ?, 'user', ?, ?, ?)
         ON CONFLICT (login) DO NOTHING",
    )
    .bind(user.id.as_ref().map(|id| id.value))
    .bind(&user.login.value)
    .bind(&user.name)
    .bind(email(user))
    .bind(now().as_millisecond())
    .execute(&mut **tx)
    .await?;
    let id = account(tx, &user.login.value).await?.id;
    let random = || format!("gho_{}", uuid::Uuid::new_v4().simple());
    match &user.token {
        Some(token) => insert_token(tx, id, &token.value).await?,
        None if done.rows_affected() > 0 => insert_token(tx, id, &random()).await?,
        None => {}
    }
    Ok(count(done.rows_affected()))
}

async fn insert_token(
    tx: &mut Transaction<'_, Sqlite>,
    user: AccountId,
    token: &str,
) -> Answer<()> {
    sqlx::query("INSERT INTO token (token, account_id) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(token)
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn organization(
    tx: &mut Transaction<'_, Sqlite>,
    organization: &Organization,
) -> Answer<u32> {
    let done = sqlx::query(
        "INSERT INTO account (id, login, kind, name, created_at) VALUES (?, ?, 'organization', ?, ?)
         ON CONFLICT (login) DO NOTHING",
    )
    .bind(organization.id.as_ref().map(|id| id.value))
    .bind(&organization.login.value)
    .bind(&organization.name)
    .bind(now().as_millisecond())
    .execute(&mut **tx)
    .await?;
    let org = account(tx, &organization.login.value).await?.id;
    let admins = organization.admins.iter().map(|login| (login, true));
    let members = organization.members.iter().map(|login| (login, false));
    for (login, admin) in admins.chain(members) {
        let user = account(tx, &login.value).await?.id;
        sqlx::query(
            "INSERT INTO member (org_id, user_id, admin) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(org)
        .bind(user)
        .bind(admin)
        .execute(&mut **tx)
        .await?;
    }
    for team in &organization.teams {
        let slug = slug(&team.name.value);
        sqlx::query("INSERT INTO team (org_id, slug, name, description) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(org)
            .bind(&slug)
            .bind(&team.name.value)
            .bind(&team.description)
            .execute(&mut **tx)
            .await?;
        for login in &team.members {
            let user = account(tx, &login.value).await?.id;
            sqlx::query(
                "INSERT INTO team_member (team_id, user_id) SELECT id, ? FROM team WHERE org_id = ? AND slug = ?
                 ON CONFLICT DO NOTHING",
            )
            .bind(user)
            .bind(org)
            .bind(&slug)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(count(done.rows_affected()))
}

async fn repository(
    tx: &mut Transaction<'_, Sqlite>,
    repository: &Repository,
) -> Answer<(u32, u32)> {
    let name = repo_name(repository)?;
    let owner = account(tx, name.owner()).await?;
    let done = sqlx::query(
        "INSERT INTO repo (owner_id, name, description, private, default_branch, created_at, updated_at, pushed_at)
         VALUES (?1, ?2, ?3, ?4, 'main', ?5, ?5, ?5) ON CONFLICT DO NOTHING",
    )
    .bind(owner.id)
    .bind(name.name())
    .bind(&repository.description)
    .bind(repository.private)
    .bind(now().as_millisecond())
    .execute(&mut **tx)
    .await?;
    let repo = repo_id(tx, &name).await?;
    for (login, level) in &repository.collaborators {
        let user = account(tx, login).await?.id;
        sqlx::query("INSERT INTO collaborator (repo_id, account_id, permission) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .bind(repo)
            .bind(user)
            .bind(permission_level(&level.value)?)
            .execute(&mut **tx)
            .await?;
    }
    for (slug, level) in &repository.teams {
        sqlx::query(
            "INSERT INTO team_repo (team_id, repo_id, permission) SELECT id, ?, ? FROM team WHERE org_id = ? AND slug = ?
             ON CONFLICT DO NOTHING",
        )
        .bind(repo)
        .bind(permission_level(&level.value)?)
        .bind(owner.id)
        .bind(slug)
        .execute(&mut **tx)
        .await?;
    }
    for label in &repository.labels {
        sqlx::query(
            "INSERT INTO label (repo_id, name, color, description, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(repo)
        .bind(&label.name.value)
        .bind(label.color.as_ref().map_or("ededed".to_owned(), |color| color.value.to_lowercase()))
        .bind(&label.description)
        .bind(now().as_millisecond())
        .execute(&mut **tx)
        .await?;
    }
    let mut issues = 0;
    for (number, issue) in (1..).zip(&repository.issues) {
        issues += self::issue(tx, repo, &owner, number, issue).await?;
    }
    Ok((count(done.rows_affected()), issues))
}

async fn issue(
    tx: &mut Transaction<'_, Sqlite>,
    repo: RepoId,
    owner: &Account,
    number: Number,
    issue: &Issue,
) -> Answer<u32> {
    if issue_id(tx, repo, number).await?.is_some() {
        return Ok(0);
    }
    let author = account(tx, issue.author(&owner.login)).await?;
    let at = issue.created().unwrap_or_else(now);
    let (id, given) = forge::issues::insert(
        tx,
        repo,
        false,
        &issue.title.value,
        &issue.body,
        &author,
        at,
    )
    .await?;
    if given != number {
        return Err(Refusal::Internal(format!(
            "issue {number} of the seed became number {given}"
        )));
    }
    let labels: Vec<String> = issue
        .labels
        .iter()
        .map(|label| label.value.clone())
        .collect();
    forge::issues::set_labels(tx, repo, id, &labels).await?;
    let mut assignees = Vec::new();
    for login in &issue.assignees {
        assignees.push(account(tx, &login.value).await?);
    }
    forge::issues::assign(tx, id, &assignees).await?;
    Ok(1)
}

async fn project(tx: &mut Transaction<'_, Sqlite>, project: &Project) -> Answer<(u32, u32)> {
    let owner = account(tx, &project.owner.value).await?;
    let present = sqlx::query("SELECT id FROM project WHERE owner_id = ? AND number = ?")
        .bind(owner.id)
        .bind(project.number.value)
        .fetch_optional(&mut **tx)
        .await?;
    let (id, created) = match present {
        Some(row) => (row.try_get(0)?, 0),
        None => {
            let number = Some(project.number.value);
            let (id, _) =
                forge::projects::insert_project(tx, &owner, &project.title.value, number).await?;
            (id, 1)
        }
    };
    for login in &project.writers {
        let user = account(tx, &login.value).await?.id;
        sqlx::query(
            "INSERT INTO project_writer (project_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(user)
        .execute(&mut **tx)
        .await?;
    }
    let mut status = None;
    for (name, options) in &project.fields {
        let options: Vec<String> = options
            .value
            .iter()
            .map(|option| option.value.clone())
            .collect();
        let field = forge::projects::insert_single_select(tx, id, name, &options).await?;
        if name.eq_ignore_ascii_case("status") {
            status = Some(field);
        }
    }
    for field in &project.text_fields {
        forge::projects::insert_text_field(tx, id, &field.value).await?;
    }
    let mut items = 0;
    for item in &project.items {
        let unknown =
            || Refusal::Internal(format!("{} was checked and is unknown", item.issue.value));
        let (repo, number) = issue_reference(&item.issue.value).ok_or_else(unknown)?;
        let repo = repo_id(tx, &repo).await?;
        let issue = issue_id(tx, repo, number).await?.ok_or_else(unknown)?;
        let present = sqlx::query("SELECT 1 FROM item WHERE project_id = ? AND issue_id = ?")
            .bind(id)
            .bind(issue)
            .fetch_optional(&mut **tx)
            .await?;
        if present.is_some() {
            continue;
        }
        let item_id = forge::projects::insert_item(tx, id, issue, &owner).await?;
        if let (Some(field), Some(option)) = (status, &item.status) {
            let row = sqlx::query("SELECT id FROM field_option WHERE field_id = ? AND name = ?")
                .bind(field)
                .bind(&option.value)
                .fetch_one(&mut **tx)
                .await?;
            forge::projects::put_value(tx, item_id, field, None, Some(row.try_get(0)?), &owner)
                .await?;
        }
        items += 1;
    }
    Ok((created, items))
}

async fn account(tx: &mut Transaction<'_, Sqlite>, login: &str) -> Answer<Account> {
    let row = sqlx::query("SELECT * FROM account WHERE login = ?")
        .bind(login)
        .fetch_one(&mut **tx)
        .await?;
    forge::rows::account(&row)
}

async fn repo_id(tx: &mut Transaction<'_, Sqlite>, name: &RepoName) -> Answer<RepoId> {
    let row = sqlx::query("SELECT r.id FROM repo r JOIN account a ON a.id = r.owner_id WHERE a.login = ? AND r.name = ?")
        .bind(name.owner())
        .bind(name.name())
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get(0)?)
}

async fn issue_id(
    tx: &mut Transaction<'_, Sqlite>,
    repo: RepoId,
    number: Number,
) -> Answer<Option<IssueId>> {
    let row = sqlx::query("SELECT id FROM issue WHERE repo_id = ? AND number = ?")
        .bind(repo)
        .bind(number)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

fn repo_name(repository: &Repository) -> Answer<RepoName> {
    repository
        .name
        .value
        .parse()
        .map_err(|error| Refusal::Internal(format!("{error}")))
}

fn permission_level(text: &str) -> Answer<i64> {
    Permission::parse(text)
        .map(forge::level)
        .ok_or_else(|| Refusal::Internal(format!("`{text}` was checked and is no permission")))
}

fn display_name(user: &User) -> &str {
    user.name.as_deref().unwrap_or(&user.login.value)
}

fn email(user: &User) -> String {
    user.email
        .as_ref()
        .map_or_else(|| noreply(&user.login.value), |email| email.value.clone())
}

fn noreply(login: &str) -> String {
    format!("{login}@users.noreply.github.com")
}

fn count(rows: u64) -> u32 {
    u32::from(rows > 0)
}
