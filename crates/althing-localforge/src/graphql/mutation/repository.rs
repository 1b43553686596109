//! Repositories: create.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::payload;
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::RepositoryVisibility,
        error::unprocessable,
        repository::Repository,
        scalar::Uri,
    },
    model::{AccountId, NewRepo, NodeKind},
};

/// Mutations of repositories.
#[derive(Default)]
pub(crate) struct RepositoryMutation;

/// What this forge has no setting for is accepted, as gh always sends it, and stays at what
/// every repository here has.
#[derive(InputObject)]
struct CreateRepositoryInput {
    client_mutation_id: Option<String>,
    description: Option<String>,
    // Issues are always on.
    has_issues_enabled: Option<bool>,
    // There are no wikis.
    has_wiki_enabled: Option<bool>,
    // No home page is kept.
    homepage_url: Option<Uri>,
    name: String,
    owner_id: Option<ID>,
    team_id: Option<ID>,
    visibility: RepositoryVisibility,
}

payload!(CreateRepositoryPayload {
    repository: Repository,
});

#[Object]
impl RepositoryMutation {
    async fn create_repository(
        &self,
        ctx: &Context<'_>,
        input: CreateRepositoryInput,
    ) -> Option<Result<CreateRepositoryPayload>> {
        let create = async {
            if input.team_id.is_some() {
                return Err(unprocessable(
                    "Give the team access after creating the repository.",
                ));
            }
            let call = Call::of(ctx)?;
            let owner = match input.owner_id {
                Some(id) => {
                    let kinds = [NodeKind::Organization, NodeKind::User];
                    let id = AccountId(database_id(&id, &kinds)?);
                    Some(call.forge().account_by_id(id).await?.login)
                }
                None => None,
            };
            let new = NewRepo {
                owner,
                name: input.name,
                description: input.description,
                private: input.visibility != RepositoryVisibility::Public,
                auto_init: false,
            };
            let repo = call.forge().create_repo(&call.actor, new).await?;
            Ok(CreateRepositoryPayload {
                client_mutation_id: input.client_mutation_id,
                repository: Some(Repository(repo)),
            })
        };
        Some(create.await)
    }
}
