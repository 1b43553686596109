//! Reviews of pull requests.

use async_graphql::{Context, ID, Object, Result, SimpleObject, Union};

use super::{
    actor::{Actor, Bot, User},
    call::Call,
    commit::Commit,
    enums::{CommentAuthorAssociation, PullRequestReviewState},
    page::connection,
    pull::PullRequest,
    reaction::ReactionGroup,
    repository::Repository,
    scalar::{BigInt, DateTime, Uri},
    team::Team,
};
use crate::model::{self, Number, Repo, ReviewState, WEB_URL};

/// A review.
pub(crate) struct PullRequestReview {
    repo: Repo,
    number: Number,
    pub(crate) review: model::Review,
}

impl PullRequestReview {
    pub(crate) fn new(repo: Repo, number: Number, review: model::Review) -> Self {
        Self {
            repo,
            number,
            review,
        }
    }

    fn path(&self) -> String {
        let repo = self.repo.full_name();
        format!(
            "/{repo}/pull/{}#pullrequestreview-{}",
            self.number, self.review.id
        )
    }
}

connection!(
    PullRequestReviewConnection,
    PullRequestReviewEdge,
    PullRequestReview
);

#[Object]
impl PullRequestReview {
    pub(crate) async fn id(&self) -> ID {
        self.review.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.review.id.0)
    }

    async fn full_database_id(&self) -> Option<BigInt> {
        Some(BigInt(self.review.id.to_string()))
    }

    async fn author(&self) -> Option<Actor> {
        Some(self.review.author.clone().into())
    }

    async fn author_association(&self, ctx: &Context<'_>) -> Result<CommentAuthorAssociation> {
        Ok(Call::of(ctx)?
            .association(&self.repo, &self.review.author)
            .await?)
    }

    async fn body(&self) -> &str {
        &self.review.body
    }

    async fn state(&self) -> PullRequestReviewState {
        match self.review.state {
            ReviewState::Approved => PullRequestReviewState::Approved,
            ReviewState::ChangesRequested => PullRequestReviewState::ChangesRequested,
            ReviewState::Commented => PullRequestReviewState::Commented,
            ReviewState::Dismissed => PullRequestReviewState::Dismissed,
        }
    }

    async fn commit(&self) -> Option<Commit> {
        Some(Commit::named(self.repo.clone(), self.review.commit.clone()))
    }

    async fn created_at(&self) -> DateTime {
        self.review.submitted_at.into()
    }

    async fn submitted_at(&self) -> Option<DateTime> {
        Some(self.review.submitted_at.into())
    }

    async fn includes_created_edit(&self) -> bool {
        false
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", self.path()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(self.path())
    }

    async fn repository(&self) -> Repository {
        Repository(self.repo.clone())
    }

    async fn pull_request(&self, ctx: &Context<'_>) -> Result<PullRequest> {
        let call = Call::of(ctx)?;
        let pull = call
            .forge()
            .pull(&call.actor, &self.repo, self.number)
            .await?;
        Ok(PullRequest::new(pull))
    }

    /// Reviews are not reacted to here.
    async fn reaction_groups(&self) -> Option<Vec<ReactionGroup>> {
        Some(Vec::new())
    }

    async fn viewer_did_author(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Call::of(ctx)?.actor.user.id == self.review.author.id)
    }
}

/// A review that was asked for.
#[derive(SimpleObject)]
pub(crate) struct ReviewRequest {
    id: ID,
    requested_reviewer: Option<RequestedReviewer>,
}

impl ReviewRequest {
    pub(crate) fn new(pull: &model::Pull, reviewer: model::Account) -> Self {
        Self {
            id: format!("RR_{}_{}", pull.issue.id, reviewer.id).into(),
            requested_reviewer: Some(RequestedReviewer::User(User(reviewer))),
        }
    }
}

connection!(ReviewRequestConnection, ReviewRequestEdge, ReviewRequest);

/// Who may be asked.
#[derive(Union)]
pub(crate) enum RequestedReviewer {
    User(User),
    // gh names these types; only users are asked here.
    Bot(Bot),
    Team(Team),
}
