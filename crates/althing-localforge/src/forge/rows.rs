//! Rows of the views in `schema.sql` as values of the model.

use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Answer, Refusal};
use crate::model::{
    Account, AccountKind, CheckRun, Comment, CommitStatus, Issue, IssueState, Item, Label,
    Permission, Project, Reaction, Repo, RepoName, Review, ReviewState, RunStatus, Sha,
    StateReason, StatusState, Team, Timestamp,
};

pub(super) fn time(row: &SqliteRow, column: &str) -> Answer<Timestamp> {
    from_millis(row.try_get(column)?)
}

fn optional_time(row: &SqliteRow, column: &str) -> Answer<Option<Timestamp>> {
    row.try_get::<Option<i64>, _>(column)?
        .map(from_millis)
        .transpose()
}

fn from_millis(millis: i64) -> Answer<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| corrupt("time", &millis.to_string()))
}

pub(super) fn corrupt(what: &str, value: &str) -> Refusal {
    Refusal::Internal(format!("the store holds `{value}` where a {what} belongs"))
}

pub(super) fn sha(row: &SqliteRow, column: &str) -> Answer<Sha> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| corrupt("commit id", text))
}

/// The account whose columns begin with `prefix` (and end with `_id`, `_login`, …).
pub(super) fn joined_account(row: &SqliteRow, prefix: &str) -> Answer<Account> {
    let column = |name: &str| format!("{prefix}_{name}");
    Ok(Account {
        id: row.try_get(column("id").as_str())?,
        login: row.try_get(column("login").as_str())?,
        kind: account_kind(row.try_get(column("kind").as_str())?)?,
        name: row.try_get(column("name").as_str())?,
        email: row.try_get(column("email").as_str())?,
        created_at: time(row, &column("created_at"))?,
    })
}

/// As [`joined_account`], with the id in a column without `_id`.
pub(super) fn optional_account(row: &SqliteRow, id: &str, prefix: &str) -> Answer<Option<Account>> {
    let Some(id) = row.try_get(id)? else {
        return Ok(None);
    };
    let column = |name: &str| format!("{prefix}_{name}");
    Ok(Some(Account {
        id,
        login: row.try_get(column("login").as_str())?,
        kind: account_kind(row.try_get(column("kind").as_str())?)?,
        name: row.try_get(column("name").as_str())?,
        email: row.try_get(column("email").as_str())?,
        created_at: time(row, &column("created_at"))?,
    }))
}

pub(crate) fn account(row: &SqliteRow) -> Answer<Account> {
    Ok(Account {
        id: row.try_get("id")?,
        login: row.try_get("login")?,
        kind: account_kind(row.try_get("kind")?)?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        created_at: time(row, "created_at")?,
    })
}

fn account_kind(text: &str) -> Answer<AccountKind> {
    match text {
        "user" => Ok(AccountKind::User),
        "organization" => Ok(AccountKind::Organization),
        other => Err(corrupt("kind of account", other)),
    }
}

pub(super) fn team(row: &SqliteRow) -> Answer<Team> {
    Ok(Team {
        id: row.try_get("id")?,
        org: joined_account(row, "org")?,
        slug: row.try_get("slug")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
    })
}

/// `None` for level 0.
pub(super) fn permission(level: i64) -> Option<Permission> {
    let index = usize::try_from(level.checked_sub(1)?).ok()?;
    Permission::ALL.get(index).copied()
}

/// The stored level of a permission.
pub(crate) fn level(permission: Permission) -> i64 {
    match permission {
        Permission::Read => 1,
        Permission::Triage => 2,
        Permission::Write => 3,
        Permission::Maintain => 4,
        Permission::Admin => 5,
    }
}

/// A `repo_row` with the actor's `level`.
pub(super) fn repo(row: &SqliteRow) -> Answer<Repo> {
    let granted = row.try_get("level")?;
    Ok(Repo {
        id: row.try_get("id")?,
        owner: joined_account(row, "owner")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        private: row.try_get("private")?,
        default_branch: row.try_get("default_branch")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        pushed_at: time(row, "pushed_at")?,
        permission: permission(granted).ok_or_else(Refusal::not_found)?,
        allow_merge: row.try_get("allow_merge")?,
        allow_squash: row.try_get("allow_squash")?,
        allow_rebase: row.try_get("allow_rebase")?,
        delete_branch_on_merge: row.try_get("delete_branch_on_merge")?,
    })
}

pub(super) fn label(row: &SqliteRow) -> Answer<Label> {
    Ok(Label {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        color: row.try_get("color")?,
        description: row.try_get("description")?,
        created_at: time(row, "created_at")?,
    })
}

fn repo_name(row: &SqliteRow) -> Answer<RepoName> {
    let (owner, name): (&str, &str) = (row.try_get("repo_owner")?, row.try_get("repo_name")?);
    RepoName::new(owner, name).map_err(|_| corrupt("repository", name))
}

/// An `issue_row`, still without labels and assignees.
pub(super) fn issue(row: &SqliteRow) -> Answer<Issue> {
    let open: bool = row.try_get("open")?;
    let reason: Option<&str> = row.try_get("state_reason")?;
    Ok(Issue {
        id: row.try_get("id")?,
        repo_id: row.try_get("repo_id")?,
        repo: repo_name(row)?,
        number: row.try_get("number")?,
        is_pull: row.try_get("is_pull")?,
        title: row.try_get("title")?,
        body: row.try_get("body")?,
        author: joined_account(row, "author")?,
        state: if open {
            IssueState::Open
        } else {
            IssueState::Closed
        },
        state_reason: reason.and_then(StateReason::parse),
        labels: Vec::new(),
        assignees: Vec::new(),
        comments: row.try_get::<i64, _>("comments")?.unsigned_abs(),
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        closed_at: optional_time(row, "closed_at")?,
        closed_by: optional_account(row, "closed_by_id", "closed_by")?,
    })
}

/// Columns of `pull_row` that stand beside the issue.
pub(super) struct PullRow {
    pub base: String,
    pub base_sha: Sha,
    pub head: String,
    pub head_sha: Sha,
    pub draft: bool,
    pub merged: Option<crate::model::Merged>,
}

pub(super) fn pull(row: &SqliteRow) -> Answer<PullRow> {
    let by = optional_account(row, "merged_by", "merged_by")?;
    let at = optional_time(row, "merged_at")?;
    let merged = match (at, by) {
        (Some(at), Some(by)) => {
            let commit = sha(row, "merge_commit")?;
            Some(crate::model::Merged { at, by, commit })
        }
        _ => None,
    };
    Ok(PullRow {
        base: row.try_get("base")?,
        base_sha: sha(row, "base_sha")?,
        head: row.try_get("head")?,
        head_sha: sha(row, "head_sha")?,
        draft: row.try_get("draft")?,
        merged,
    })
}

pub(super) fn comment(row: &SqliteRow) -> Answer<Comment> {
    Ok(Comment {
        id: row.try_get("id")?,
        issue_id: row.try_get("issue_id")?,
        repo: repo_name(row)?,
        number: row.try_get("number")?,
        on_pull: row.try_get("is_pull")?,
        author: joined_account(row, "author")?,
        body: row.try_get("body")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}

pub(super) fn reaction(row: &SqliteRow) -> Answer<Reaction> {
    Ok(Reaction {
        id: row.try_get("id")?,
        user: joined_account(row, "user")?,
        content: row.try_get("content")?,
        created_at: time(row, "created_at")?,
    })
}

pub(super) fn review(row: &SqliteRow) -> Answer<Review> {
    let state: &str = row.try_get("state")?;
    Ok(Review {
        id: row.try_get("id")?,
        pull: row.try_get("pull_id")?,
        author: joined_account(row, "author")?,
        state: match state {
            "APPROVED" => ReviewState::Approved,
            "CHANGES_REQUESTED" => ReviewState::ChangesRequested,
            "COMMENTED" => ReviewState::Commented,
            "DISMISSED" => ReviewState::Dismissed,
            other => return Err(corrupt("review state", other)),
        },
        body: row.try_get("body")?,
        commit: sha(row, "sha")?,
        submitted_at: time(row, "submitted_at")?,
    })
}

pub(super) fn status(row: &SqliteRow) -> Answer<CommitStatus> {
    let state: &str = row.try_get("state")?;
    Ok(CommitStatus {
        id: row.try_get("id")?,
        sha: sha(row, "sha")?,
        context: row.try_get("context")?,
        state: StatusState::parse(state).ok_or_else(|| corrupt("status state", state))?,
        description: row.try_get("description")?,
        target_url: row.try_get("target_url")?,
        creator: joined_account(row, "creator")?,
        created_at: time(row, "created_at")?,
    })
}

pub(super) fn check_run(row: &SqliteRow) -> Answer<CheckRun> {
    let status: &str = row.try_get("status")?;
    Ok(CheckRun {
        id: row.try_get("id")?,
        sha: sha(row, "sha")?,
        name: row.try_get("name")?,
        status: RunStatus::parse(status).ok_or_else(|| corrupt("check status", status))?,
        conclusion: row.try_get("conclusion")?,
        details_url: row.try_get("details_url")?,
        external_id: row.try_get("external_id")?,
        title: row.try_get("title")?,
        summary: row.try_get("summary")?,
        text: row.try_get("text")?,
        creator: joined_account(row, "creator")?,
        started_at: time(row, "started_at")?,
        completed_at: optional_time(row, "completed_at")?,
    })
}

/// A `project_row` with the actor's `level`.
pub(super) fn project(row: &SqliteRow) -> Answer<Project> {
    let level: i64 = row.try_get("level")?;
    if level < 1 {
        return Err(Refusal::not_found());
    }
    Ok(Project {
        id: row.try_get("id")?,
        owner: joined_account(row, "owner")?,
        number: row.try_get("number")?,
        title: row.try_get("title")?,
        short_description: row.try_get("short_description")?,
        public: row.try_get("public")?,
        closed: row.try_get("closed")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
        writable: level >= 3,
    })
}

/// An `item_row`, still without values.
pub(super) fn item(row: &SqliteRow) -> Answer<Item> {
    Ok(Item {
        id: row.try_get("id")?,
        project: row.try_get("project_id")?,
        issue: row.try_get("issue_id")?,
        creator: joined_account(row, "creator")?,
        values: Vec::new(),
        archived: row.try_get("archived")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}
