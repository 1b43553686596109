//! Reviews of pull requests. Every review is submitted when it is created: drafts of reviews
//! are not served.

use serde::Deserialize;
use serde_json::Value;

use super::{
    association::Associations,
    body::Body,
    extract::{At, InRepo},
    failure::{Failure, Reply},
    media,
    page::Page,
    pulls::PullPath,
    route::routes,
    view,
};
use crate::{
    forge::Refusal,
    model::{NewReview, Number, Review, ReviewId, ReviewState, Sha},
};

routes! {
    get "/repos/{owner}/{repo}/pulls/{pull_number}/reviews" => list;
    post "/repos/{owner}/{repo}/pulls/{pull_number}/reviews" => create;
    get "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}" => get;
    put "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals" => dismiss;
}

async fn list(at: InRepo, At(path): At<PullPath>, page: Page) -> Reply {
    let slice = at
        .forge
        .reviews(&at.actor, &at.repo, path.pull_number, page.window())
        .await?;
    let mut associations = Associations::new(&at.forge, &at.repo);
    let mut items = Vec::with_capacity(slice.items.len());
    for review in &slice.items {
        let association = associations.of(&review.author).await?;
        items.push(view::review(
            review,
            path.pull_number,
            &at.name,
            association,
        ));
    }
    page.list(slice.total, items)
}

#[derive(Deserialize)]
struct Creation {
    event: Option<Event>,
    body: Option<String>,
    commit_id: Option<Sha>,
    #[serde(default)]
    comments: Vec<Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Event {
    Approve,
    RequestChanges,
    Comment,
}

async fn create(at: InRepo, At(path): At<PullPath>, Body(new): Body<Creation>) -> Reply {
    let Some(event) = new.event else {
        return Err(Failure::invalid_request(
            "This forge keeps no drafts of reviews: \"event\" is needed.",
        ));
    };
    if !new.comments.is_empty() {
        return Err(Failure::invalid_request(
            "This forge keeps no comments on lines: put them into \"body\".",
        ));
    }
    let new = NewReview {
        state: match event {
            Event::Approve => ReviewState::Approved,
            Event::RequestChanges => ReviewState::ChangesRequested,
            Event::Comment => ReviewState::Commented,
        },
        body: new.body.unwrap_or_default(),
        commit: new.commit_id,
    };
    let review = at
        .forge
        .create_review(&at.actor, &at.repo, path.pull_number, new)
        .await?;
    media::ok(&render(&at, path.pull_number, &review).await?)
}

#[derive(Deserialize)]
struct ReviewPath {
    pull_number: Number,
    review_id: ReviewId,
}

async fn get(at: InRepo, At(path): At<ReviewPath>) -> Reply {
    let review = find(&at, &path).await?;
    media::ok(&render(&at, path.pull_number, &review).await?)
}

#[derive(Deserialize)]
struct Dismissal {
    message: String,
}

async fn dismiss(at: InRepo, At(path): At<ReviewPath>, Body(body): Body<Dismissal>) -> Reply {
    let review = find(&at, &path).await?;
    let review = at
        .forge
        .dismiss_review(
            &at.actor,
            &at.repo,
            path.pull_number,
            review.id,
            &body.message,
        )
        .await?;
    media::ok(&render(&at, path.pull_number, &review).await?)
}

/// The review, if it belongs to the pull request that the path names.
async fn find(at: &InRepo, path: &ReviewPath) -> Result<Review, Failure> {
    let (repo, number, review) = at.forge.review_by_id(&at.actor, path.review_id).await?;
    if (repo.id, number) != (at.repo.id, path.pull_number) {
        return Err(Refusal::not_found().into());
    }
    Ok(review)
}

async fn render(at: &InRepo, number: Number, review: &Review) -> Result<Value, Failure> {
    let association = Associations::new(&at.forge, &at.repo)
        .of(&review.author)
        .await?;
    Ok(view::review(review, number, &at.name, association))
}
