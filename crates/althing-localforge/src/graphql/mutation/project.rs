//! Boards: create, add and remove items, set values.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{payload, subject};
use crate::{
    graphql::{
        call::{Call, database_id},
        error::unprocessable,
        project::{ProjectV2, ProjectV2Item},
        scalar::Date,
    },
    model::{AccountId, FieldId, ItemId, NewFieldValue, NodeKind, ProjectId},
};

/// Mutations of boards.
#[derive(Default)]
pub(crate) struct ProjectMutation;

#[derive(InputObject)]
struct CreateProjectV2Input {
    client_mutation_id: Option<String>,
    owner_id: ID,
    title: String,
}

#[derive(InputObject)]
struct AddProjectV2ItemByIdInput {
    client_mutation_id: Option<String>,
    content_id: ID,
    project_id: ID,
}

#[derive(InputObject)]
struct DeleteProjectV2ItemInput {
    client_mutation_id: Option<String>,
    item_id: ID,
    project_id: ID,
}

#[derive(InputObject)]
struct UpdateProjectV2ItemFieldValueInput {
    client_mutation_id: Option<String>,
    field_id: ID,
    item_id: ID,
    project_id: ID,
    value: ProjectV2FieldValue,
}

/// Exactly one of these.
#[derive(InputObject)]
struct ProjectV2FieldValue {
    date: Option<Date>,
    iteration_id: Option<String>,
    number: Option<f64>,
    single_select_option_id: Option<String>,
    text: Option<String>,
}

#[derive(InputObject)]
struct ClearProjectV2ItemFieldValueInput {
    client_mutation_id: Option<String>,
    field_id: ID,
    item_id: ID,
    project_id: ID,
}

payload!(CreateProjectV2Payload {
    project_v2: ProjectV2,
});
payload!(AddProjectV2ItemByIdPayload {
    item: ProjectV2Item,
});
payload!(DeleteProjectV2ItemPayload {
    deleted_item_id: ID,
});
payload!(UpdateProjectV2ItemFieldValuePayload {
    project_v2_item: ProjectV2Item,
});
payload!(ClearProjectV2ItemFieldValuePayload {
    project_v2_item: ProjectV2Item,
});

#[Object]
impl ProjectMutation {
    #[graphql(name = "createProjectV2")]
    async fn create_project_v2(
        &self,
        ctx: &Context<'_>,
        input: CreateProjectV2Input,
    ) -> Option<Result<CreateProjectV2Payload>> {
        let create = async {
            let call = Call::of(ctx)?;
            let kinds = [NodeKind::User, NodeKind::Organization];
            let owner = AccountId(database_id(&input.owner_id, &kinds)?);
            let owner = call.forge().account_by_id(owner).await?;
            let project = call
                .forge()
                .create_project(&call.actor, &owner, &input.title)
                .await?;
            Ok(CreateProjectV2Payload {
                client_mutation_id: input.client_mutation_id,
                project_v2: Some(ProjectV2(project)),
            })
        };
        Some(create.await)
    }

    #[graphql(name = "addProjectV2ItemById")]
    async fn add_project_v2_item_by_id(
        &self,
        ctx: &Context<'_>,
        input: AddProjectV2ItemByIdInput,
    ) -> Option<Result<AddProjectV2ItemByIdPayload>> {
        let add = async {
            let call = Call::of(ctx)?;
            let project = project_id(&input.project_id)?;
            let (_, issue) = subject(call, &input.content_id).await?;
            let item = call
                .forge()
                .add_item(&call.actor, project, issue.id)
                .await?;
            Ok(AddProjectV2ItemByIdPayload {
                client_mutation_id: input.client_mutation_id,
                item: Some(read(call, item.id).await?),
            })
        };
        Some(add.await)
    }

    #[graphql(name = "deleteProjectV2Item")]
    async fn delete_project_v2_item(
        &self,
        ctx: &Context<'_>,
        input: DeleteProjectV2ItemInput,
    ) -> Option<Result<DeleteProjectV2ItemPayload>> {
        let delete = async {
            let call = Call::of(ctx)?;
            let project = project_id(&input.project_id)?;
            let item = item_id(&input.item_id)?;
            call.forge().delete_item(&call.actor, project, item).await?;
            Ok(DeleteProjectV2ItemPayload {
                client_mutation_id: input.client_mutation_id,
                deleted_item_id: Some(input.item_id),
            })
        };
        Some(delete.await)
    }

    #[graphql(name = "updateProjectV2ItemFieldValue")]
    async fn update_project_v2_item_field_value(
        &self,
        ctx: &Context<'_>,
        input: UpdateProjectV2ItemFieldValueInput,
    ) -> Option<Result<UpdateProjectV2ItemFieldValuePayload>> {
        let update = async {
            let value = new_value(input.value)?;
            let ids = (&input.project_id, &input.item_id, &input.field_id);
            Ok(UpdateProjectV2ItemFieldValuePayload {
                client_mutation_id: input.client_mutation_id,
                project_v2_item: Some(set(Call::of(ctx)?, ids, Some(value)).await?),
            })
        };
        Some(update.await)
    }

    #[graphql(name = "clearProjectV2ItemFieldValue")]
    async fn clear_project_v2_item_field_value(
        &self,
        ctx: &Context<'_>,
        input: ClearProjectV2ItemFieldValueInput,
    ) -> Option<Result<ClearProjectV2ItemFieldValuePayload>> {
        let clear = async {
            let ids = (&input.project_id, &input.item_id, &input.field_id);
            Ok(ClearProjectV2ItemFieldValuePayload {
                client_mutation_id: input.client_mutation_id,
                project_v2_item: Some(set(Call::of(ctx)?, ids, None).await?),
            })
        };
        Some(clear.await)
    }
}

fn project_id(id: &ID) -> Result<ProjectId> {
    Ok(ProjectId(database_id(id, &[NodeKind::ProjectV2])?))
}

fn item_id(id: &ID) -> Result<ItemId> {
    Ok(ItemId(database_id(id, &[NodeKind::ProjectV2Item])?))
}

fn new_value(value: ProjectV2FieldValue) -> Result<NewFieldValue> {
    if value.date.is_some() || value.iteration_id.is_some() || value.number.is_some() {
        return Err(unprocessable(
            "This forge's boards hold texts and single selections only.",
        ));
    }
    match (value.single_select_option_id, value.text) {
        (Some(option), None) => Ok(NewFieldValue::SingleSelect(option)),
        (None, Some(text)) => Ok(NewFieldValue::Text(text)),
        (Some(_), Some(_)) | (None, None) => {
            Err(unprocessable("A value must be given in exactly one form."))
        }
    }
}

/// Sets or clears the value of an item in a field, given as (project, item, field).
async fn set(
    call: &Call,
    (project, item, field): (&ID, &ID, &ID),
    value: Option<NewFieldValue>,
) -> Result<ProjectV2Item> {
    let (project, item) = (project_id(project)?, item_id(item)?);
    let kinds = [
        NodeKind::ProjectV2SingleSelectField,
        NodeKind::ProjectV2Field,
    ];
    let field = FieldId(database_id(field, &kinds)?);
    call.forge()
        .set_item_value(&call.actor, project, item, field, value)
        .await?;
    read(call, item).await
}

async fn read(call: &Call, id: ItemId) -> Result<ProjectV2Item> {
    let (project, content) = call.forge().item_by_id(&call.actor, id).await?;
    Ok(ProjectV2Item::new(project, content))
}
