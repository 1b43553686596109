//! Pull requests: open, change, close, ask for reviews.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{label_names, logins, nothing_absent, payload, pull};
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::PullRequestUpdateState,
        error::unprocessable,
        pull::PullRequest,
    },
    model::{IssuePatch, NewPull, NodeKind, PullPatch, RepoId},
};

/// Mutations of pull requests.
#[derive(Default)]
pub(crate) struct PullMutation;

#[derive(InputObject)]
struct CreatePullRequestInput {
    base_ref_name: String,
    body: Option<String>,
    client_mutation_id: Option<String>,
    draft: Option<bool>,
    head_ref_name: String,
    // Accepted; there are no forks that it could matter to.
    maintainer_can_modify: Option<bool>,
    repository_id: ID,
    title: String,
}

#[derive(InputObject)]
struct UpdatePullRequestInput {
    assignee_ids: Option<Vec<ID>>,
    base_ref_name: Option<String>,
    body: Option<String>,
    client_mutation_id: Option<String>,
    label_ids: Option<Vec<ID>>,
    milestone_id: Option<ID>,
    project_ids: Option<Vec<ID>>,
    pull_request_id: ID,
    state: Option<PullRequestUpdateState>,
    title: Option<String>,
}

macro_rules! on_pull_request {
    ($($name:ident)*) => {$(
        #[derive(InputObject)]
        struct $name {
            client_mutation_id: Option<String>,
            pull_request_id: ID,
        }
    )*};
}

on_pull_request! {
    ClosePullRequestInput
    ReopenPullRequestInput
    MarkPullRequestReadyForReviewInput
    ConvertPullRequestToDraftInput
}

#[derive(InputObject)]
struct RequestReviewsInput {
    client_mutation_id: Option<String>,
    pull_request_id: ID,
    team_ids: Option<Vec<ID>>,
    union: Option<bool>,
    user_ids: Option<Vec<ID>>,
}

payload!(CreatePullRequestPayload {
    pull_request: PullRequest,
});
payload!(UpdatePullRequestPayload {
    pull_request: PullRequest,
});
payload!(ClosePullRequestPayload {
    pull_request: PullRequest,
});
payload!(ReopenPullRequestPayload {
    pull_request: PullRequest,
});
payload!(MarkPullRequestReadyForReviewPayload {
    pull_request: PullRequest,
});
payload!(ConvertPullRequestToDraftPayload {
    pull_request: PullRequest,
});
payload!(RequestReviewsPayload {
    pull_request: PullRequest,
});

#[Object]
impl PullMutation {
    async fn create_pull_request(
        &self,
        ctx: &Context<'_>,
        input: CreatePullRequestInput,
    ) -> Option<Result<CreatePullRequestPayload>> {
        let create = async {
            let call = Call::of(ctx)?;
            let repo = RepoId(database_id(&input.repository_id, &[NodeKind::Repository])?);
            let repo = call.repo(repo).await?;
            let new = NewPull {
                title: input.title,
                body: input.body.unwrap_or_default(),
                head: input.head_ref_name,
                base: input.base_ref_name,
                draft: input.draft.unwrap_or(false),
            };
            let pull = call.forge().create_pull(&call.actor, &repo, new).await?;
            Ok(CreatePullRequestPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(PullRequest::new(pull)),
            })
        };
        Some(create.await)
    }

    async fn update_pull_request(
        &self,
        ctx: &Context<'_>,
        input: UpdatePullRequestInput,
    ) -> Option<Result<UpdatePullRequestPayload>> {
        let update = async {
            let call = Call::of(ctx)?;
            nothing_absent(input.milestone_id, input.project_ids)?;
            let issue_side = IssuePatch {
                labels: match input.label_ids {
                    Some(ids) => Some(label_names(call, &ids).await?),
                    None => None,
                },
                assignees: match input.assignee_ids {
                    Some(ids) => Some(logins(call, &ids).await?),
                    None => None,
                },
                ..IssuePatch::default()
            };
            if issue_side.labels.is_some() || issue_side.assignees.is_some() {
                let (repo, pull) = pull(call, &input.pull_request_id).await?;
                let number = pull.issue.number;
                call.forge()
                    .edit_issue(&call.actor, &repo, number, issue_side)
                    .await?;
            }
            let patch = PullPatch {
                title: input.title,
                body: input.body,
                base: input.base_ref_name,
                open: input
                    .state
                    .map(|state| state == PullRequestUpdateState::Open),
                draft: None,
            };
            Ok(UpdatePullRequestPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(edit(call, &input.pull_request_id, patch).await?),
            })
        };
        Some(update.await)
    }

    async fn close_pull_request(
        &self,
        ctx: &Context<'_>,
        input: ClosePullRequestInput,
    ) -> Option<Result<ClosePullRequestPayload>> {
        let close = async {
            let patch = PullPatch {
                open: Some(false),
                ..PullPatch::default()
            };
            Ok(ClosePullRequestPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(edit(Call::of(ctx)?, &input.pull_request_id, patch).await?),
            })
        };
        Some(close.await)
    }

    async fn reopen_pull_request(
        &self,
        ctx: &Context<'_>,
        input: ReopenPullRequestInput,
    ) -> Option<Result<ReopenPullRequestPayload>> {
        let reopen = async {
            let patch = PullPatch {
                open: Some(true),
                ..PullPatch::default()
            };
            Ok(ReopenPullRequestPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(edit(Call::of(ctx)?, &input.pull_request_id, patch).await?),
            })
        };
        Some(reopen.await)
    }

    async fn mark_pull_request_ready_for_review(
        &self,
        ctx: &Context<'_>,
        input: MarkPullRequestReadyForReviewInput,
    ) -> Option<Result<MarkPullRequestReadyForReviewPayload>> {
        let mark = async {
            let patch = PullPatch {
                draft: Some(false),
                ..PullPatch::default()
            };
            Ok(MarkPullRequestReadyForReviewPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(edit(Call::of(ctx)?, &input.pull_request_id, patch).await?),
            })
        };
        Some(mark.await)
    }

    async fn convert_pull_request_to_draft(
        &self,
        ctx: &Context<'_>,
        input: ConvertPullRequestToDraftInput,
    ) -> Option<Result<ConvertPullRequestToDraftPayload>> {
        let convert = async {
            let patch = PullPatch {
                draft: Some(true),
                ..PullPatch::default()
            };
            Ok(ConvertPullRequestToDraftPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(edit(Call::of(ctx)?, &input.pull_request_id, patch).await?),
            })
        };
        Some(convert.await)
    }

    /// With `union` the users are asked beside those already asked, else in their place.
    async fn request_reviews(
        &self,
        ctx: &Context<'_>,
        input: RequestReviewsInput,
    ) -> Option<Result<RequestReviewsPayload>> {
        let request = async {
            if input.team_ids.is_some_and(|teams| !teams.is_empty()) {
                return Err(unprocessable(
                    "Reviews from teams are not served by this forge.",
                ));
            }
            let call = Call::of(ctx)?;
            let (repo, pull) = pull(call, &input.pull_request_id).await?;
            let add = logins(call, &input.user_ids.unwrap_or_default()).await?;
            let asked = pull
                .requested_reviewers
                .iter()
                .map(|asked| asked.login.clone());
            let remove: Vec<String> = if input.union.unwrap_or(false) {
                Vec::new()
            } else {
                asked.filter(|login| !add.contains(login)).collect()
            };
            let (forge, number) = (call.forge(), pull.issue.number);
            let pull = forge
                .change_reviewers(&call.actor, &repo, number, &add, &remove)
                .await?;
            Ok(RequestReviewsPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(PullRequest::new(pull)),
            })
        };
        Some(request.await)
    }
}

async fn edit(call: &Call, id: &ID, patch: PullPatch) -> Result<PullRequest> {
    let (repo, pull) = pull(call, id).await?;
    let number = pull.issue.number;
    let pull = call
        .forge()
        .edit_pull(&call.actor, &repo, number, patch)
        .await?;
    Ok(PullRequest::new(pull))
}
