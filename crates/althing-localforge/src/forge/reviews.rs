//! Reviews of pull requests.

use super::{Actor, Answer, Forge};
use crate::model::{
    NewReview, Number, Pull, Repo, Review, ReviewDecision, ReviewId, Slice, Window,
};

impl Forge {
    /// Reviews, oldest first.
    pub async fn reviews(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        window: Window,
    ) -> Answer<Slice<Review>> {
        todo!()
    }

    /// A review by id, with its repository and the number of its pull request.
    pub async fn review_by_id(
        &self,
        actor: &Actor,
        id: ReviewId,
    ) -> Answer<(Repo, Number, Review)> {
        todo!()
    }

    /// The latest review of each reviewer that approves or asks for changes (or was dismissed).
    pub async fn latest_reviews(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
    ) -> Answer<Vec<Review>> {
        todo!()
    }

    /// Submits a review (read); nobody approves or refuses an own pull request.
    pub async fn create_review(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        new: NewReview,
    ) -> Answer<Review> {
        todo!()
    }

    /// Dismisses a review (write).
    pub async fn dismiss_review(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        id: ReviewId,
        message: &str,
    ) -> Answer<Review> {
        todo!()
    }

    /// What the latest reviews of people with write permission amount to.
    pub async fn review_decision(
        &self,
        repo: &Repo,
        pull: &Pull,
    ) -> Answer<Option<ReviewDecision>> {
        todo!()
    }
}
