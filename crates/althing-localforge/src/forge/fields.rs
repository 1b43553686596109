//! Fields of boards: making one, and replacing its options.

use sqlx::{Row as _, Sqlite, Transaction};

use super::{
    Actor, Answer, Forge, Refusal, now,
    projects::{insert_option, insert_text_field, keep_all_past},
};
use crate::model::{Field, FieldId, FieldKind, NewFieldOption, ProjectId};

impl Forge {
    /// Creates a field that holds text, or one of `options`.
    pub async fn create_field(
        &self,
        actor: &Actor,
        project: ProjectId,
        name: &str,
        options: Option<&[NewFieldOption]>,
    ) -> Answer<Field> {
        let project = self.writable_project(actor, project).await?;
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::unprocessable("Name can't be blank"));
        }
        let fields = self.fields(&project).await?;
        if fields.iter().any(|it| it.name.eq_ignore_ascii_case(name)) {
            return Err(Refusal::unprocessable("Name has already been taken"));
        }
        let mut tx = self.begin().await?;
        let id = match options {
            None => insert_text_field(&mut tx, project.id, name).await?,
            Some([]) => {
                return Err(Refusal::unprocessable(
                    "A single select field needs at least one option",
                ));
            }
            Some(options) => {
                let id = insert_empty_select(&mut tx, project.id, name).await?;
                insert_options(&mut tx, id, options).await?;
                id
            }
        };
        tx.commit().await?;
        Ok(self.field_by_id(actor, id).await?.1)
    }

    /// Replaces the options of a field by `options`, if there are any. As on GitHub the new ones
    /// have ids of their own, also where a name stays: whatever items held in the field is gone.
    pub async fn replace_options(
        &self,
        actor: &Actor,
        field: FieldId,
        options: &[NewFieldOption],
    ) -> Answer<Field> {
        let (project, field) = self.field_by_id(actor, field).await?;
        self.writable_project(actor, project.id).await?;
        match field.kind {
            FieldKind::SingleSelect(_) => {}
            FieldKind::Title | FieldKind::Text => {
                return Err(Refusal::unprocessable("This field has no options"));
            }
        }
        if options.is_empty() {
            return Ok(field);
        }
        let mut tx = self.begin().await?;
        keep_all_past(&mut tx, field.id, now()).await?;
        for delete in [
            "DELETE FROM item_value WHERE field_id = ?",
            "DELETE FROM field_option WHERE field_id = ?",
        ] {
            sqlx::query(delete).bind(field.id).execute(&mut *tx).await?;
        }
        insert_options(&mut tx, field.id, options).await?;
        tx.commit().await?;
        Ok(self.field_by_id(actor, field.id).await?.1)
    }
}

async fn insert_empty_select(
    tx: &mut Transaction<'_, Sqlite>,
    project: ProjectId,
    name: &str,
) -> Answer<FieldId> {
    let row = sqlx::query(
        "INSERT INTO field (project_id, name, kind, created_at) VALUES (?, ?, 'single_select', ?) RETURNING id",
    )
    .bind(project)
    .bind(name)
    .bind(now().as_millisecond())
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.try_get(0)?)
}

async fn insert_options(
    tx: &mut Transaction<'_, Sqlite>,
    field: FieldId,
    options: &[NewFieldOption],
) -> Answer<()> {
    for (index, option) in options.iter().enumerate() {
        let before = options.iter().take(index);
        let same = |it: &NewFieldOption| it.name.eq_ignore_ascii_case(&option.name);
        if option.name.trim().is_empty() || before.clone().any(same) {
            return Err(Refusal::unprocessable(format!(
                "Option name `{}` is blank or taken",
                option.name
            )));
        }
        insert_option(tx, field, option).await?;
    }
    Ok(())
}
