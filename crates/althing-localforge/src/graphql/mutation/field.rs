//! Fields of boards.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::payload;
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::{ProjectV2CustomFieldType as Kind, ProjectV2SingleSelectFieldOptionColor as Color},
        error::unprocessable,
        project::field::{ProjectV2FieldConfiguration, color_name},
    },
    model::{FieldId, NewFieldOption, NodeKind, ProjectId},
};

/// Mutations of fields.
#[derive(Default)]
pub(crate) struct FieldMutation;

#[derive(InputObject)]
struct CreateProjectV2FieldInput {
    client_mutation_id: Option<String>,
    data_type: Kind,
    name: String,
    project_id: ID,
    single_select_options: Option<Vec<ProjectV2SingleSelectFieldOptionInput>>,
}

#[derive(InputObject)]
struct UpdateProjectV2FieldInput {
    client_mutation_id: Option<String>,
    field_id: ID,
    single_select_options: Option<Vec<ProjectV2SingleSelectFieldOptionInput>>,
}

#[derive(InputObject)]
struct ProjectV2SingleSelectFieldOptionInput {
    color: Color,
    description: String,
    name: String,
}

payload!(CreateProjectV2FieldPayload {
    project_v2_field: ProjectV2FieldConfiguration,
});
payload!(UpdateProjectV2FieldPayload {
    project_v2_field: ProjectV2FieldConfiguration,
});

#[Object]
impl FieldMutation {
    #[graphql(name = "createProjectV2Field")]
    async fn create_project_v2_field(
        &self,
        ctx: &Context<'_>,
        input: CreateProjectV2FieldInput,
    ) -> Option<Result<CreateProjectV2FieldPayload>> {
        let create = async {
            let call = Call::of(ctx)?;
            let project = ProjectId(database_id(&input.project_id, &[NodeKind::ProjectV2])?);
            let options = options(input.single_select_options);
            let options = match input.data_type {
                Kind::SingleSelect => Some(options.as_slice()),
                Kind::Text => None,
                Kind::Date | Kind::Iteration | Kind::Number => {
                    let message = "This forge's boards hold texts and single selections only.";
                    return Err(unprocessable(message));
                }
            };
            let field = call
                .forge()
                .create_field(&call.actor, project, &input.name, options)
                .await?;
            Ok(CreateProjectV2FieldPayload {
                client_mutation_id: input.client_mutation_id,
                project_v2_field: Some(read(call, field.id).await?),
            })
        };
        Some(create.await)
    }

    #[graphql(name = "updateProjectV2Field")]
    async fn update_project_v2_field(
        &self,
        ctx: &Context<'_>,
        input: UpdateProjectV2FieldInput,
    ) -> Option<Result<UpdateProjectV2FieldPayload>> {
        let update = async {
            let call = Call::of(ctx)?;
            let kinds = [
                NodeKind::ProjectV2SingleSelectField,
                NodeKind::ProjectV2Field,
            ];
            let field = FieldId(database_id(&input.field_id, &kinds)?);
            let options = options(input.single_select_options);
            let field = call
                .forge()
                .replace_options(&call.actor, field, &options)
                .await?;
            Ok(UpdateProjectV2FieldPayload {
                client_mutation_id: input.client_mutation_id,
                project_v2_field: Some(read(call, field.id).await?),
            })
        };
        Some(update.await)
    }
}

fn options(given: Option<Vec<ProjectV2SingleSelectFieldOptionInput>>) -> Vec<NewFieldOption> {
    let given = given.unwrap_or_default().into_iter();
    given
        .map(|option| NewFieldOption {
            name: option.name,
            color: color_name(option.color).to_owned(),
            description: option.description,
        })
        .collect()
}

async fn read(call: &Call, id: FieldId) -> Result<ProjectV2FieldConfiguration> {
    let (project, field) = call.forge().field_by_id(&call.actor, id).await?;
    Ok(ProjectV2FieldConfiguration::new(project, field))
}
