//! Merging a pull request.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{payload, pull};
use crate::{
    graphql::{
        actor::Actor, call::Call, enums::PullRequestMergeMethod, error::unprocessable,
        pull::PullRequest, scalar::GitObjectId,
    },
    model::{MergeMethod, MergeRequest},
};

/// Mutations that merge.
#[derive(Default)]
pub(crate) struct MergeMutation;

#[derive(InputObject)]
struct MergePullRequestInput {
    client_mutation_id: Option<String>,
    commit_body: Option<String>,
    commit_headline: Option<String>,
    expected_head_oid: Option<GitObjectId>,
    merge_method: Option<PullRequestMergeMethod>,
    pull_request_id: ID,
}

/// What gh sends with `--auto`; only the pull request matters for the refusal.
#[derive(InputObject)]
// Accepted from gh and refused as a whole.
struct EnablePullRequestAutoMergeInput {
    client_mutation_id: Option<String>,
    commit_body: Option<String>,
    commit_headline: Option<String>,
    expected_head_oid: Option<GitObjectId>,
    merge_method: Option<PullRequestMergeMethod>,
    pull_request_id: ID,
}

#[derive(InputObject)]
struct DisablePullRequestAutoMergeInput {
    client_mutation_id: Option<String>,
    pull_request_id: ID,
}

payload!(MergePullRequestPayload {
    actor: Actor,
    pull_request: PullRequest,
});
payload!(EnablePullRequestAutoMergePayload {
    actor: Actor,
    pull_request: PullRequest,
});
payload!(DisablePullRequestAutoMergePayload {
    actor: Actor,
    pull_request: PullRequest,
});

#[Object]
impl MergeMutation {
    async fn merge_pull_request(
        &self,
        ctx: &Context<'_>,
        input: MergePullRequestInput,
    ) -> Option<Result<MergePullRequestPayload>> {
        let merge = async {
            let call = Call::of(ctx)?;
            let (forge, actor) = (call.forge(), &call.actor);
            let (repo, pull) = pull(call, &input.pull_request_id).await?;
            let head = match input.expected_head_oid {
                Some(oid) => Some(oid.0.parse().map_err(|_| {
                    unprocessable(format!(
                        "Variable $input has an invalid expectedHeadOid '{}'.",
                        oid.0
                    ))
                })?),
                None => None,
            };
            let request = MergeRequest {
                method: method(input.merge_method),
                head,
                title: input.commit_headline,
                message: input.commit_body,
            };
            let number = pull.issue.number;
            forge.merge_pull(actor, &repo, number, request).await?;
            let merged = forge.pull(actor, &repo, number).await?;
            Ok(MergePullRequestPayload {
                actor: Some(actor.user.clone().into()),
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(PullRequest::new(merged)),
            })
        };
        Some(merge.await)
    }

    /// Nothing merges by itself here: that is what the charter's gate is for. Answers what
    /// GitHub answers where the setting is off.
    async fn enable_pull_request_auto_merge(
        &self,
        ctx: &Context<'_>,
        input: EnablePullRequestAutoMergeInput,
    ) -> Option<Result<EnablePullRequestAutoMergePayload>> {
        let refuse = async {
            pull(Call::of(ctx)?, &input.pull_request_id).await?;
            Err(unprocessable(
                "Pull request Auto merge is not allowed for this repository",
            ))
        };
        Some(refuse.await)
    }

    async fn disable_pull_request_auto_merge(
        &self,
        ctx: &Context<'_>,
        input: DisablePullRequestAutoMergeInput,
    ) -> Option<Result<DisablePullRequestAutoMergePayload>> {
        let disable = async {
            let call = Call::of(ctx)?;
            let (_, pull) = pull(call, &input.pull_request_id).await?;
            Ok(DisablePullRequestAutoMergePayload {
                actor: Some(call.actor.user.clone().into()),
                client_mutation_id: input.client_mutation_id,
                pull_request: Some(PullRequest::new(pull)),
            })
        };
        Some(disable.await)
    }
}

fn method(method: Option<PullRequestMergeMethod>) -> MergeMethod {
    match method {
        Some(PullRequestMergeMethod::Squash) => MergeMethod::Squash,
        Some(PullRequestMergeMethod::Rebase) => MergeMethod::Rebase,
        Some(PullRequestMergeMethod::Merge) | None => MergeMethod::Merge,
    }
}
