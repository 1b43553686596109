//! Projects v2.

use std::collections::HashMap;

use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{
    Actor, Answer, Forge, Missing, Refusal, all, cut, horizon, json_ids, now, rows,
    search::at_me,
    terms::{self, Applied, Bind, Conditions},
};
use crate::model::{
    Account, Field, FieldId, FieldKind, FieldOption, FieldValue, Issue, IssueId, Item, ItemId,
    ItemValue, ItemWithIssue, NewFieldOption, NewFieldValue, Number, Project, ProjectId, Slice,
    Timestamp, Window,
};

impl Forge {
    /// Projects of a user or organization that the actor sees, newest first; `query` keeps those
    /// whose title contains it.
    pub async fn projects(
        &self,
        actor: &Actor,
        owner: &Account,
        query: Option<&str>,
        window: Window,
    ) -> Answer<Slice<Project>> {
        let rows = sqlx::query(
            "SELECT p.*, x.level FROM project_row p
             JOIN project_access x ON x.project_id = p.id AND x.account_id = ?
             WHERE p.owner_id = ? AND x.level > 0 AND instr(lower(p.title), lower(?)) > 0
             ORDER BY p.number DESC",
        )
        .bind(actor.user.id)
        .bind(owner.id)
        .bind(query.unwrap_or(""))
        .fetch_all(&self.readers)
        .await?;
        cut(rows, window, rows::project)
    }

    /// A project by number.
    pub async fn project(&self, actor: &Actor, owner: &Account, number: Number) -> Answer<Project> {
        let row = sqlx::query(
            "SELECT p.*, x.level FROM project_row p
             JOIN project_access x ON x.project_id = p.id AND x.account_id = ?
             WHERE p.owner_id = ? AND p.number = ? AND x.level > 0",
        )
        .bind(actor.user.id)
        .bind(owner.id)
        .bind(number)
        .fetch_optional(&self.readers)
        .await?
        .ok_or(Refusal::NotFound(Missing::Project(number)))?;
        rows::project(&row)
    }

    /// A project by id.
    pub async fn project_by_id(&self, actor: &Actor, id: ProjectId) -> Answer<Project> {
        let row = sqlx::query(
            "SELECT p.*, x.level FROM project_row p
             JOIN project_access x ON x.project_id = p.id AND x.account_id = ?
             WHERE p.id = ? AND x.level > 0",
        )
        .bind(actor.user.id)
        .bind(id)
        .fetch_optional(&self.readers)
        .await?
        .ok_or_else(Refusal::not_found)?;
        rows::project(&row)
    }

    /// Creates a project with the fields Title and Status (Todo, In Progress, Done), as GitHub
    /// does (the owner, or a member of the owning organization).
    pub async fn create_project(
        &self,
        actor: &Actor,
        owner: &Account,
        title: &str,
    ) -> Answer<Project> {
        let allowed =
            owner.id == actor.user.id || self.membership(owner, actor.user.id).await?.is_some();
        if !allowed {
            return Err(Refusal::Forbidden(format!(
                "{} does not have permission to create projects for {}",
                actor.user.login, owner.login
            )));
        }
        if title.trim().is_empty() {
            return Err(Refusal::unprocessable("Title can't be blank"));
        }
        let mut tx = self.begin().await?;
        let (project, number) = insert_project(&mut tx, owner, title, None).await?;
        let options = ["Todo", "In Progress", "Done"].map(str::to_owned);
        insert_single_select(&mut tx, project, "Status", &options).await?;
        tx.commit().await?;
        self.project(actor, owner, number).await
    }

    /// Fields of a project, in the order of their creation.
    pub async fn fields(&self, project: &Project) -> Answer<Vec<Field>> {
        let rows = sqlx::query("SELECT * FROM field WHERE project_id = ? ORDER BY id")
            .bind(project.id)
            .fetch_all(&self.readers)
            .await?;
        let options = sqlx::query(
            "SELECT n.* FROM field_option n JOIN field f ON f.id = n.field_id WHERE f.project_id = ? ORDER BY n.position",
        )
        .bind(project.id)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| field(row, &options)).collect()
    }

    /// A field by id, with its project.
    pub async fn field_by_id(&self, actor: &Actor, id: FieldId) -> Answer<(Project, Field)> {
        let row = sqlx::query("SELECT * FROM field WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let options =
            sqlx::query("SELECT * FROM field_option WHERE field_id = ? ORDER BY position")
                .bind(id)
                .fetch_all(&self.readers)
                .await?;
        let project = self
            .project_by_id(actor, row.try_get("project_id")?)
            .await?;
        Ok((project, field(&row, &options)?))
    }

    /// Items in the order of their addition. `query` filters as the board's filter bar does, for
    /// example `status:"in progress" is:open label:n150`; it is empty for all. Archived items are
    /// left out. A qualifier that is no field of the board finds nothing, as on GitHub.
    pub async fn items(
        &self,
        actor: &Actor,
        project: &Project,
        query: &str,
        window: Window,
    ) -> Answer<Slice<ItemWithIssue>> {
        let seen = "EXISTS (SELECT 1 FROM access x WHERE x.repo_id = i.repo_id AND x.account_id = ? AND x.level > 0)";
        let mut conditions = Conditions::new();
        conditions.add("t.project_id = ", project.id.0);
        conditions.add("t.archived = ", 0);
        conditions.add("t.created_at <= ", horizon(actor));
        let terms = terms::parse(query);
        if !terms.is_empty() {
            conditions.sql(seen, [Bind::Number(actor.user.id.0)]);
        }
        for term in &terms {
            let term = at_me(actor, term);
            match &term.key {
                None => {
                    for value in &term.values {
                        terms::word(&mut conditions, &["i.title"], value, term.negated);
                    }
                }
                Some(key) => {
                    if terms::apply(&mut conditions, &term) == Applied::No {
                        let at = horizon(actor);
                        terms::field(&mut conditions, at, key, &term.values, term.negated);
                    }
                }
            }
        }
        let from = "item_row t JOIN issue_row i ON i.id = t.issue_id";
        let slice = self.select(conditions, from, "t.*", "t.id", window).await?;
        Ok(Slice {
            items: self
                .items_with_issues(actor, all(&slice.items, rows::item)?, horizon(actor))
                .await?,
            start: slice.start,
            total: slice.total,
        })
    }

    async fn items_with_issues(
        &self,
        actor: &Actor,
        mut items: Vec<Item>,
        at: i64,
    ) -> Answer<Vec<ItemWithIssue>> {
        self.attach_values(&mut items, at).await?;
        let ids = json_ids(items.iter().map(|item| item.issue.0));
        let rows = sqlx::query(
            "SELECT i.* FROM issue_row i JOIN access x ON x.repo_id = i.repo_id AND x.account_id = ?
             WHERE i.id IN (SELECT value FROM json_each(?)) AND x.level > 0",
        )
        .bind(actor.user.id)
        .bind(ids)
        .fetch_all(&self.readers)
        .await?;
        let mut issues = all(&rows, rows::issue)?;
        self.attach(&mut issues).await?;
        let mut issues: HashMap<IssueId, Issue> =
            issues.into_iter().map(|issue| (issue.id, issue)).collect();
        Ok(items
            .into_iter()
            .map(|item| ItemWithIssue {
                issue: issues.remove(&item.issue),
                item,
            })
            .collect())
    }

    /// Fills in the values that items had at a time in milliseconds.
    async fn attach_values(&self, items: &mut [Item], at: i64) -> Answer<()> {
        let ids = json_ids(items.iter().map(|item| item.id.0));
        let rows = sqlx::query(
            "SELECT * FROM item_value_row WHERE item_id IN (SELECT value FROM json_each(?1))
             AND updated_at <= ?2 AND (until IS NULL OR until > ?2) ORDER BY field_id",
        )
        .bind(ids)
        .bind(at)
        .fetch_all(&self.readers)
        .await?;
        let mut places: HashMap<ItemId, &mut Item> =
            items.iter_mut().map(|item| (item.id, item)).collect();
        for row in &rows {
            if let Some(item) = places.get_mut(&row.try_get("item_id")?) {
                item.values.push(value(row)?);
            }
        }
        Ok(())
    }

    /// An item by id, with its project and content.
    pub async fn item_by_id(&self, actor: &Actor, id: ItemId) -> Answer<(Project, ItemWithIssue)> {
        let row = sqlx::query("SELECT * FROM item_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let item = rows::item(&row)?;
        let project = self.project_by_id(actor, item.project).await?;
        let found = self.items_with_issues(actor, vec![item], i64::MAX).await?;
        let item = found.into_iter().next().ok_or_else(Refusal::not_found)?;
        Ok((project, item))
    }

    /// The places of an issue or pull request on boards that the actor sees.
    pub async fn items_of(&self, actor: &Actor, issue: &Issue) -> Answer<Vec<(Project, Item)>> {
        let rows = sqlx::query(
            "SELECT t.* FROM item_row t JOIN project_access x ON x.project_id = t.project_id AND x.account_id = ?
             WHERE t.issue_id = ? AND x.level > 0 AND t.created_at <= ? ORDER BY t.id",
        )
        .bind(actor.user.id)
        .bind(issue.id)
        .bind(horizon(actor))
        .fetch_all(&self.readers)
        .await?;
        let mut items = all(&rows, rows::item)?;
        self.attach_values(&mut items, horizon(actor)).await?;
        let mut places = Vec::new();
        for item in items {
            places.push((self.project_by_id(actor, item.project).await?, item));
        }
        Ok(places)
    }

    /// Adds an issue or pull request to a board; adding twice answers with the same item.
    pub async fn add_item(
        &self,
        actor: &Actor,
        project: ProjectId,
        issue: IssueId,
    ) -> Answer<Item> {
        let project = self.writable_project(actor, project).await?;
        let (_, issue) = self.issue_by_id(actor, issue).await?;
        let mut tx = self.begin().await?;
        let id = insert_item(&mut tx, project.id, issue.id, &actor.user).await?;
        tx.commit().await?;
        Ok(self.item_by_id(actor, id).await?.1.item)
    }

    /// Takes an item off a board.
    pub async fn delete_item(&self, actor: &Actor, project: ProjectId, item: ItemId) -> Answer<()> {
        let project = self.writable_project(actor, project).await?;
        let done = sqlx::query("DELETE FROM item WHERE id = ? AND project_id = ?")
            .bind(item)
            .bind(project.id)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            Err(Refusal::not_found())
        } else {
            Ok(())
        }
    }

    /// Sets (`Some`) or clears (`None`) a value.
    pub async fn set_item_value(
        &self,
        actor: &Actor,
        project: ProjectId,
        item: ItemId,
        field: FieldId,
        value: Option<NewFieldValue>,
    ) -> Answer<Item> {
        let project = self.writable_project(actor, project).await?;
        let (found, _) = self.item_by_id(actor, item).await?;
        let (owner, field) = self.field_by_id(actor, field).await?;
        if found.id != project.id || owner.id != project.id {
            return Err(Refusal::not_found());
        }
        let mut tx = self.begin().await?;
        match value {
            None => {
                keep_past(&mut tx, item, field.id, now()).await?;
                sqlx::query("DELETE FROM item_value WHERE item_id = ? AND field_id = ?")
                    .bind(item)
                    .bind(field.id)
                    .execute(&mut *tx)
                    .await?;
            }
            Some(value) => {
                let (text, option) = checked(&field, value)?;
                put_value(&mut tx, item, field.id, text, option, &actor.user).await?;
            }
        }
        sqlx::query("UPDATE item SET updated_at = ? WHERE id = ?")
            .bind(now().as_millisecond())
            .bind(item)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(self.item_by_id(actor, item).await?.1.item)
    }

    pub(super) async fn writable_project(&self, actor: &Actor, id: ProjectId) -> Answer<Project> {
        let project = self.project_by_id(actor, id).await?;
        if project.writable {
            Ok(project)
        } else {
            Err(Refusal::Forbidden(format!(
                "{} does not have the correct permissions to change this project",
                actor.user.login
            )))
        }
    }
}

fn field(row: &SqliteRow, options: &[SqliteRow]) -> Answer<Field> {
    let id: FieldId = row.try_get("id")?;
    let kind: &str = row.try_get("kind")?;
    let kind = match kind {
        "title" => FieldKind::Title,
        "text" => FieldKind::Text,
        "single_select" => {
            let mut own = Vec::new();
            for option in options {
                if option.try_get::<FieldId, _>("field_id")? == id {
                    own.push(FieldOption {
                        id: option.try_get("id")?,
                        name: option.try_get("name")?,
                        color: option.try_get("color")?,
                        description: option.try_get("description")?,
                    });
                }
            }
            FieldKind::SingleSelect(own)
        }
        other => return Err(rows::corrupt("kind of field", other)),
    };
    Ok(Field {
        id,
        project: row.try_get("project_id")?,
        name: row.try_get("name")?,
        kind,
        created_at: rows::time(row, "created_at")?,
    })
}

fn value(row: &SqliteRow) -> Answer<ItemValue> {
    let option: Option<String> = row.try_get("option_id")?;
    let value = match option {
        Some(id) => FieldValue::SingleSelect(FieldOption {
            id,
            name: row.try_get("option_name")?,
            color: row.try_get("option_color")?,
            description: row.try_get("option_description")?,
        }),
        None => FieldValue::Text(row.try_get("text")?),
    };
    Ok(ItemValue {
        id: row.try_get("id")?,
        field: row.try_get("field_id")?,
        field_name: row.try_get("field_name")?,
        value,
        creator: rows::joined_account(row, "creator")?,
        created_at: rows::time(row, "created_at")?,
        updated_at: rows::time(row, "updated_at")?,
    })
}

/// Text and option id for the store, if the value suits the field.
fn checked(field: &Field, value: NewFieldValue) -> Answer<(Option<String>, Option<String>)> {
    match (&field.kind, value) {
        (FieldKind::Text, NewFieldValue::Text(text)) => Ok((Some(text), None)),
        (FieldKind::SingleSelect(options), NewFieldValue::SingleSelect(id)) => {
            if options.iter().any(|option| option.id == id) {
                Ok((None, Some(id)))
            } else {
                Err(Refusal::unprocessable(
                    "The single select option Id does not belong to the field",
                ))
            }
        }
        (FieldKind::Title, _) => Err(Refusal::unprocessable(
            "The title of an issue is changed on the issue",
        )),
        _ => Err(Refusal::unprocessable(
            "Did not receive a value of the field's type",
        )),
    }
}

/// Inserts a project with its Title field; `number` is the owner's next one when absent.
pub(crate) async fn insert_project(
    tx: &mut Transaction<'_, Sqlite>,
    owner: &Account,
    title: &str,
    number: Option<Number>,
) -> Answer<(ProjectId, Number)> {
    let time = now().as_millisecond();
    let row = sqlx::query(
        "INSERT INTO project (owner_id, number, title, created_at, updated_at)
         VALUES (?1, coalesce(?2, (SELECT coalesce(max(number), 0) + 1 FROM project WHERE owner_id = ?1)), ?3, ?4, ?4)
         RETURNING id, number",
    )
    .bind(owner.id)
    .bind(number)
    .bind(title)
    .bind(time)
    .fetch_one(&mut **tx)
    .await?;
    let (id, number) = (row.try_get("id")?, row.try_get("number")?);
    sqlx::query(
        "INSERT INTO field (project_id, name, kind, created_at) VALUES (?, 'Title', 'title', ?)",
    )
    .bind(id)
    .bind(time)
    .execute(&mut **tx)
    .await?;
    Ok((id, number))
}

/// Inserts a single-select field, or adds the options that it lacks.
pub(crate) async fn insert_single_select(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
    name: &str,
    options: &[String],
) -> Answer<FieldId> {
    sqlx::query(
        "INSERT INTO field (project_id, name, kind, created_at) VALUES (?, ?, 'single_select', ?) ON CONFLICT DO NOTHING",
    )
    .bind(project)
    .bind(name)
    .bind(now().as_millisecond())
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(
        "SELECT id FROM field WHERE project_id = ? AND name = ? AND kind = 'single_select'",
    )
    .bind(project)
    .bind(name)
    .fetch_one(&mut **tx)
    .await?;
    let field: FieldId = row.try_get(0)?;
    for option in options {
        insert_option(tx, field, &NewFieldOption::named(option)).await?;
    }
    Ok(field)
}

/// Adds an option behind the others, unless there is one of that name.
pub(super) async fn insert_option(
    tx: &mut Transaction<'_, Sqlite>,
    field: FieldId,
    option: &NewFieldOption,
) -> Answer<()> {
    // Eight hexadecimal digits, as GitHub's option ids are.
    let mut id = uuid::Uuid::new_v4().simple().to_string();
    id.truncate(8);
    sqlx::query(
        "INSERT INTO field_option (field_id, id, position, name, color, description)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM field_option WHERE field_id = ?1), ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )
    .bind(field)
    .bind(id)
    .bind(&option.name)
    .bind(&option.color)
    .bind(&option.description)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Inserts a text field, unless there is one of that name.
pub(crate) async fn insert_text_field(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
    name: &str,
) -> Answer<FieldId> {
    sqlx::query("INSERT INTO field (project_id, name, kind, created_at) VALUES (?, ?, 'text', ?) ON CONFLICT DO NOTHING")
        .bind(project)
        .bind(name)
        .bind(now().as_millisecond())
        .execute(&mut **tx)
        .await?;
    let row = sqlx::query("SELECT id FROM field WHERE project_id = ? AND name = ?")
        .bind(project)
        .bind(name)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get(0)?)
}

/// Puts an issue on a board; the same item when it is there already.
pub(crate) async fn insert_item(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
    issue: IssueId,
    by: &Account,
) -> Answer<ItemId> {
    sqlx::query(
        "INSERT INTO item (project_id, issue_id, creator_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT DO UPDATE SET archived = 0",
    )
    .bind(project)
    .bind(issue)
    .bind(by.id)
    .bind(now().as_millisecond())
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query("SELECT id FROM item WHERE project_id = ? AND issue_id = ?")
        .bind(project)
        .bind(issue)
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get(0)?)
}

/// Sets a value.
pub(crate) async fn put_value(
    tx: &mut Transaction<'_, Sqlite>,
    item: ItemId,
    field: FieldId,
    text: Option<String>,
    option: Option<String>,
    by: &Account,
) -> Answer<()> {
    let time = now();
    keep_past(tx, item, field, time).await?;
    sqlx::query(
        "INSERT INTO item_value (item_id, field_id, text, option_id, creator_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
         ON CONFLICT (item_id, field_id) DO UPDATE SET text = excluded.text, option_id = excluded.option_id,
            updated_at = excluded.updated_at",
    )
    .bind(item)
    .bind(field)
    .bind(text)
    .bind(option)
    .bind(by.id)
    .bind(time.as_millisecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Remembers the value that is about to change, for readers that lag behind.
async fn keep_past(
    tx: &mut Transaction<'_, Sqlite>,
    item: ItemId,
    field: FieldId,
    until: Timestamp,
) -> Answer<()> {
    sqlx::query(
        "INSERT INTO item_value_past
         SELECT id, item_id, field_id, text, option_id, creator_id, created_at, updated_at, ?
         FROM item_value WHERE item_id = ? AND field_id = ?",
    )
    .bind(until.as_millisecond())
    .bind(item)
    .bind(field)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The same for every item, when the field changes as a whole.
pub(super) async fn keep_all_past(
    tx: &mut Transaction<'_, Sqlite>,
    field: FieldId,
    until: Timestamp,
) -> Answer<()> {
    sqlx::query(
        "INSERT INTO item_value_past
         SELECT id, item_id, field_id, text, option_id, creator_id, created_at, updated_at, ?
         FROM item_value WHERE field_id = ?",
    )
    .bind(until.as_millisecond())
    .bind(field)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
