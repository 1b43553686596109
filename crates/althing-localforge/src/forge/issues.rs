//! Issues.

use std::collections::HashMap;

use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Actor, Answer, Forge, Missing, Refusal, all, horizon, json_ids, labels, now, rows,
    terms::Conditions,
};
use crate::model::{
    Account, Issue, IssueFilter, IssueId, IssuePatch, IssueState, NewIssue, Number, Permission,
    Repo, RepoId, Slice, Sort, StateReason, Timestamp, Window,
};

/// The longest title GitHub accepts, in characters.
const MAX_TITLE: usize = 256;

/// The longest text of an issue, comment or review that GitHub accepts, in characters.
pub(super) const MAX_BODY: usize = 65_536;

impl Forge {
    /// Issues and pull requests that pass the filter.
    pub async fn issues(
        &self,
        actor: &Actor,
        repo: &Repo,
        filter: &IssueFilter,
        window: Window,
    ) -> Answer<Slice<Issue>> {
        let mut conditions = Conditions::new();
        conditions.add("i.repo_id = ", repo.id.0);
        conditions.add("i.created_at <= ", horizon(actor));
        conditions.filter(filter);
        self.select_issues(conditions, filter.sort, filter.ascending, window)
            .await
    }

    /// Issues under conditions on `issue_row i`, with labels and assignees.
    pub(super) async fn select_issues(
        &self,
        conditions: Conditions,
        sort: Sort,
        ascending: bool,
        window: Window,
    ) -> Answer<Slice<Issue>> {
        let column = match sort {
            Sort::Created => "i.created_at",
            Sort::Updated => "i.updated_at",
            Sort::Comments => "comments",
        };
        let direction = if ascending { "ASC" } else { "DESC" };
        let order = format!("{column} {direction}, i.id {direction}");
        let slice = self
            .select(conditions, "issue_row i", "i.*", &order, window)
            .await?;
        let mut items = all(&slice.items, rows::issue)?;
        self.attach(&mut items).await?;
        Ok(Slice {
            items,
            start: slice.start,
            total: slice.total,
        })
    }

    /// An issue, or the issue side of a pull request, by number.
    pub async fn issue(&self, _actor: &Actor, repo: &Repo, number: Number) -> Answer<Issue> {
        let row = sqlx::query("SELECT * FROM issue_row WHERE repo_id = ? AND number = ?")
            .bind(repo.id)
            .bind(number)
            .fetch_optional(&self.readers)
            .await?
            .ok_or(Refusal::NotFound(Missing::Issue(number)))?;
        self.complete(&row).await
    }

    /// An issue, or the issue side of a pull request, by id, with its repository.
    pub async fn issue_by_id(&self, actor: &Actor, id: IssueId) -> Answer<(Repo, Issue)> {
        let row = sqlx::query("SELECT * FROM issue_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let issue = self.complete(&row).await?;
        Ok((self.repo_by_id(actor, issue.repo_id).await?, issue))
    }

    async fn complete(&self, row: &SqliteRow) -> Answer<Issue> {
        let mut one = [rows::issue(row)?];
        self.attach(&mut one).await?;
        let [issue] = one;
        Ok(issue)
    }

    /// Fills in labels and assignees.
    pub(super) async fn attach(&self, issues: &mut [Issue]) -> Answer<()> {
        if issues.is_empty() {
            return Ok(());
        }
        let ids = json_ids(issues.iter().map(|issue| issue.id.0));
        let labels = sqlx::query(
            "SELECT x.issue_id, l.* FROM issue_label x JOIN label l ON l.id = x.label_id
             WHERE x.issue_id IN (SELECT value FROM json_each(?)) ORDER BY l.name",
        )
        .bind(&ids)
        .fetch_all(&self.readers)
        .await?;
        let assignees = sqlx::query(
            "SELECT x.issue_id, a.* FROM assignee x JOIN account a ON a.id = x.account_id
             WHERE x.issue_id IN (SELECT value FROM json_each(?)) ORDER BY a.login",
        )
        .bind(&ids)
        .fetch_all(&self.readers)
        .await?;
        let mut places: HashMap<IssueId, &mut Issue> =
            issues.iter_mut().map(|issue| (issue.id, issue)).collect();
        for row in &labels {
            if let Some(issue) = places.get_mut(&row.try_get("issue_id")?) {
                issue.labels.push(rows::label(row)?);
            }
        }
        for row in &assignees {
            if let Some(issue) = places.get_mut(&row.try_get("issue_id")?) {
                issue.assignees.push(rows::account(row)?);
            }
        }
        Ok(())
    }

    /// Opens an issue (read).
    pub async fn create_issue(&self, actor: &Actor, repo: &Repo, new: NewIssue) -> Answer<Issue> {
        check(Some(&new.title), Some(&new.body))?;
        let may_sort = repo.permission >= Permission::Triage;
        let assignees = self.assignable(repo, &new.assignees).await?;
        let mut tx = self.begin().await?;
        let (id, number) = insert(
            &mut tx,
            repo.id,
            false,
            &new.title,
            &new.body,
            &actor.user,
            now(),
        )
        .await?;
        if may_sort {
            set_labels(&mut tx, repo.id, id, &new.labels).await?;
            set_assignees(&mut tx, id, &assignees).await?;
        }
        tx.commit().await?;
        self.issue(actor, repo, number).await
    }

    /// Changes an issue or the issue side of a pull request: title and text by its author or from
    /// write on, state by its author or from triage on, labels and assignees from triage on.
    pub async fn edit_issue(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        patch: IssuePatch,
    ) -> Answer<Issue> {
        let issue = self.issue(actor, repo, number).await?;
        if issue.author.id != actor.user.id {
            let text = patch.title.is_some() || patch.body.is_some();
            repo.require(if text {
                Permission::Write
            } else {
                Permission::Triage
            })?;
        }
        if patch.labels.is_some() || patch.assignees.is_some() {
            repo.require(Permission::Triage)?;
        }
        check(patch.title.as_deref(), patch.body.as_deref())?;
        if issue.is_pull
            && patch
                .state
                .is_some_and(|(state, _)| state == IssueState::Open)
            && issue.state == IssueState::Closed
        {
            self.check_reopen(actor, repo, &issue).await?;
        }
        let assignees = match &patch.assignees {
            Some(logins) => Some(self.assignable(repo, logins).await?),
            None => None,
        };
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE issue SET title = coalesce(?, title), body = coalesce(?, body), updated_at = ? WHERE id = ?")
            .bind(patch.title)
            .bind(&patch.body)
            .bind(now().as_millisecond())
            .bind(issue.id)
            .execute(&mut *tx)
            .await?;
        if let Some((state, reason)) = patch.state {
            set_state(&mut tx, issue.id, state, reason, &actor.user).await?;
        }
        if let Some(names) = patch.labels {
            set_labels(&mut tx, repo.id, issue.id, &names).await?;
        }
        if let Some(users) = assignees {
            set_assignees(&mut tx, issue.id, &users).await?;
        }
        tx.commit().await?;
        if issue.is_pull && patch.body.is_some() {
            self.link_issues(actor, repo, number).await?;
        }
        self.issue(actor, repo, number).await
    }

    /// Adds and removes labels by name (triage); unknown names to add are created,
    /// as GitHub's REST does.
    pub async fn change_labels(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Issue> {
        repo.require(Permission::Triage)?;
        let issue = self.issue(actor, repo, number).await?;
        let mut tx = self.begin().await?;
        for name in remove {
            sqlx::query(
                "DELETE FROM issue_label WHERE issue_id = ? AND label_id IN
                 (SELECT id FROM label WHERE repo_id = ? AND name = ?)",
            )
            .bind(issue.id)
            .bind(repo.id)
            .bind(name)
            .execute(&mut *tx)
            .await?;
        }
        for label in labels::ensure(&mut tx, repo.id, add).await? {
            sqlx::query("INSERT OR IGNORE INTO issue_label (issue_id, label_id) VALUES (?, ?)")
                .bind(issue.id)
                .bind(label)
                .execute(&mut *tx)
                .await?;
        }
        touch(&mut tx, issue.id).await?;
        tx.commit().await?;
        self.issue(actor, repo, number).await
    }

    /// Adds and removes assignees by login (triage); logins that cannot be assigned are left out,
    /// as on GitHub.
    pub async fn change_assignees(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        add: &[String],
        remove: &[String],
    ) -> Answer<Issue> {
        repo.require(Permission::Triage)?;
        let issue = self.issue(actor, repo, number).await?;
        let added = self.assignable(repo, add).await?;
        let mut tx = self.begin().await?;
        for login in remove {
            sqlx::query(
                "DELETE FROM assignee WHERE issue_id = ? AND account_id IN (SELECT id FROM account WHERE login = ?)",
            )
            .bind(issue.id)
            .bind(login)
            .execute(&mut *tx)
            .await?;
        }
        assign(&mut tx, issue.id, &added).await?;
        touch(&mut tx, issue.id).await?;
        tx.commit().await?;
        self.issue(actor, repo, number).await
    }
}

/// Refuses a title or text that GitHub would refuse.
pub(super) fn check(title: Option<&str>, body: Option<&str>) -> Answer<()> {
    if title.is_some_and(|title| title.trim().is_empty()) {
        return Err(Refusal::invalid_field("Issue", "title", "missing_field"));
    }
    for (field, text, most) in [("title", title, MAX_TITLE), ("body", body, MAX_BODY)] {
        if text.is_some_and(|text| text.chars().count() > most) {
            let message = format!("{field} is too long (maximum is {most} characters)");
            return Err(Refusal::custom("Issue", message));
        }
    }
    Ok(())
}

/// Inserts an issue under the repository's next number.
pub(crate) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    repo: RepoId,
    is_pull: bool,
    title: &str,
    body: &str,
    author: &Account,
    at: Timestamp,
) -> Answer<(IssueId, Number)> {
    let number: Number = sqlx::query(
        "UPDATE repo SET last_number = last_number + 1 WHERE id = ? RETURNING last_number",
    )
    .bind(repo)
    .fetch_one(&mut **tx)
    .await?
    .try_get(0)?;
    let done = sqlx::query(
        "INSERT INTO issue (repo_id, number, is_pull, title, body, author_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )
    .bind(repo)
    .bind(number)
    .bind(is_pull)
    .bind(title)
    .bind(body)
    .bind(author.id)
    .bind(at.as_millisecond())
    .execute(&mut **tx)
    .await?;
    Ok((IssueId(done.last_insert_rowid()), number))
}

/// Makes `names` the labels of an issue.
pub(crate) async fn set_labels(
    tx: &mut Transaction<'_, Sqlite>,
    repo: RepoId,
    issue: IssueId,
    names: &[String],
) -> Answer<()> {
    sqlx::query("DELETE FROM issue_label WHERE issue_id = ?")
        .bind(issue)
        .execute(&mut **tx)
        .await?;
    for label in labels::ensure(tx, repo, names).await? {
        sqlx::query("INSERT OR IGNORE INTO issue_label (issue_id, label_id) VALUES (?, ?)")
            .bind(issue)
            .bind(label)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn set_assignees(
    tx: &mut Transaction<'_, Sqlite>,
    issue: IssueId,
    users: &[Account],
) -> Answer<()> {
    sqlx::query("DELETE FROM assignee WHERE issue_id = ?")
        .bind(issue)
        .execute(&mut **tx)
        .await?;
    assign(tx, issue, users).await
}

pub(crate) async fn assign(
    tx: &mut Transaction<'_, Sqlite>,
    issue: IssueId,
    users: &[Account],
) -> Answer<()> {
    for user in users {
        sqlx::query("INSERT OR IGNORE INTO assignee (issue_id, account_id) VALUES (?, ?)")
            .bind(issue)
            .bind(user.id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Opens or closes; nothing happens when it is so already.
pub(super) async fn set_state(
    tx: &mut Transaction<'_, Sqlite>,
    issue: IssueId,
    state: IssueState,
    reason: Option<StateReason>,
    by: &Account,
) -> Answer<()> {
    let time = now().as_millisecond();
    match state {
        IssueState::Closed => {
            let reason = match reason {
                Some(StateReason::NotPlanned) => StateReason::NotPlanned,
                Some(StateReason::Completed | StateReason::Reopened) | None => {
                    StateReason::Completed
                }
            };
            sqlx::query(
                "UPDATE issue SET open = 0, state_reason = CASE is_pull WHEN 0 THEN ? END,
                 closed_at = ?, closed_by = ?, updated_at = ? WHERE id = ? AND open",
            )
            .bind(reason.name())
            .bind(time)
            .bind(by.id)
            .bind(time)
            .bind(issue)
            .execute(&mut **tx)
            .await?;
        }
        IssueState::Open => {
            sqlx::query(
                "UPDATE issue SET open = 1, state_reason = CASE is_pull WHEN 0 THEN 'reopened' END,
                 closed_at = NULL, closed_by = NULL, updated_at = ? WHERE id = ? AND NOT open",
            )
            .bind(time)
            .bind(issue)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

/// Marks an issue as changed now.
pub(super) async fn touch(tx: &mut Transaction<'_, Sqlite>, issue: IssueId) -> Answer<()> {
    sqlx::query("UPDATE issue SET updated_at = ? WHERE id = ?")
        .bind(now().as_millisecond())
        .bind(issue)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
