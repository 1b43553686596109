//! Reviews: submit, dismiss.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{payload, pull};
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::PullRequestReviewEvent,
        error::unprocessable,
        review::PullRequestReview,
        scalar::GitObjectId,
    },
    model::{NewReview, NodeKind, ReviewId, ReviewState},
};

/// Mutations of reviews.
#[derive(Default)]
pub(crate) struct ReviewMutation;

#[derive(InputObject)]
struct AddPullRequestReviewInput {
    body: Option<String>,
    client_mutation_id: Option<String>,
    #[graphql(name = "commitOID")]
    commit_oid: Option<GitObjectId>,
    event: Option<PullRequestReviewEvent>,
    pull_request_id: ID,
}

#[derive(InputObject)]
struct DismissPullRequestReviewInput {
    client_mutation_id: Option<String>,
    message: String,
    pull_request_review_id: ID,
}

payload!(AddPullRequestReviewPayload {
    pull_request_review: PullRequestReview,
});
payload!(DismissPullRequestReviewPayload {
    pull_request_review: PullRequestReview,
});

#[Object]
impl ReviewMutation {
    async fn add_pull_request_review(
        &self,
        ctx: &Context<'_>,
        input: AddPullRequestReviewInput,
    ) -> Option<Result<AddPullRequestReviewPayload>> {
        let add = async {
            let call = Call::of(ctx)?;
            let (repo, pull) = pull(call, &input.pull_request_id).await?;
            let commit = match input.commit_oid {
                Some(oid) => Some(oid.0.parse().map_err(|_| {
                    unprocessable(format!("'{}' is not the id of a commit.", oid.0))
                })?),
                None => None,
            };
            let new = NewReview {
                state: state(input.event)?,
                body: input.body.unwrap_or_default(),
                commit,
            };
            let number = pull.issue.number;
            let review = call
                .forge()
                .create_review(&call.actor, &repo, number, new)
                .await?;
            Ok(AddPullRequestReviewPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request_review: Some(PullRequestReview::new(repo, number, review)),
            })
        };
        Some(add.await)
    }

    async fn dismiss_pull_request_review(
        &self,
        ctx: &Context<'_>,
        input: DismissPullRequestReviewInput,
    ) -> Option<Result<DismissPullRequestReviewPayload>> {
        let dismiss = async {
            let call = Call::of(ctx)?;
            let (forge, actor) = (call.forge(), &call.actor);
            let id = database_id(
                &input.pull_request_review_id,
                &[NodeKind::PullRequestReview],
            )?;
            let id = ReviewId(id);
            let (repo, number, _) = forge.review_by_id(actor, id).await?;
            let review = forge
                .dismiss_review(actor, &repo, number, id, &input.message)
                .await?;
            Ok(DismissPullRequestReviewPayload {
                client_mutation_id: input.client_mutation_id,
                pull_request_review: Some(PullRequestReview::new(repo, number, review)),
            })
        };
        Some(dismiss.await)
    }
}

fn state(event: Option<PullRequestReviewEvent>) -> Result<ReviewState> {
    match event {
        Some(PullRequestReviewEvent::Approve) => Ok(ReviewState::Approved),
        Some(PullRequestReviewEvent::RequestChanges) => Ok(ReviewState::ChangesRequested),
        Some(PullRequestReviewEvent::Comment) => Ok(ReviewState::Commented),
        Some(PullRequestReviewEvent::Dismiss) => Err(unprocessable(
            "A new review cannot dismiss: use dismissPullRequestReview.",
        )),
        None => Err(unprocessable(
            "This forge keeps no pending reviews: give an event with the review.",
        )),
    }
}
