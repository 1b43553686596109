//! Reviews of pull requests.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::{
    Actor, Answer, Forge, Missing, Refusal, all, horizon, issues, now, rows, terms::Conditions,
};
use crate::model::{
    AccountId, IssueId, NewReview, Number, Permission, Pull, Repo, Review, ReviewDecision,
    ReviewId, ReviewState, Slice, Window,
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
        let issue = self.issue(actor, repo, number).await?;
        if !issue.is_pull {
            return Err(Refusal::NotFound(Missing::PullRequest(number)));
        }
        let mut conditions = Conditions::new();
        conditions.add("v.pull_id = ", issue.id.0);
        conditions.add("v.submitted_at <= ", horizon(actor));
        let slice = self
            .select(conditions, "review_row v", "v.*", "v.id", window)
            .await?;
        Ok(Slice {
            items: all(&slice.items, rows::review)?,
            start: slice.start,
            total: slice.total,
        })
    }

    /// A review by id, with its repository and the number of its pull request.
    pub async fn review_by_id(
        &self,
        actor: &Actor,
        id: ReviewId,
    ) -> Answer<(Repo, Number, Review)> {
        let row = sqlx::query("SELECT * FROM review_row WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?
            .ok_or_else(Refusal::not_found)?;
        let review = rows::review(&row)?;
        let (repo, issue) = self.issue_by_id(actor, review.pull).await?;
        Ok((repo, issue.number, review))
    }

    /// The latest review of each reviewer: one that approves, asks for changes or was dismissed if
    /// there is one, else the latest comment.
    pub async fn latest_reviews(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
    ) -> Answer<Vec<Review>> {
        let reviews = self.reviews(actor, repo, number, Window::ALL).await?.items;
        let mut latest: BTreeMap<AccountId, Review> = BTreeMap::new();
        for review in reviews {
            let opinion = review.state != ReviewState::Commented;
            let held = latest.get(&review.author.id);
            if opinion || held.is_none_or(|held| held.state == ReviewState::Commented) {
                latest.insert(review.author.id, review);
            }
        }
        let mut latest: Vec<Review> = latest.into_values().collect();
        latest.sort_by_key(|review| review.id);
        Ok(latest)
    }

    /// Submits a review (read); nobody approves or refuses an own pull request.
    pub async fn create_review(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        new: NewReview,
    ) -> Answer<Review> {
        let pull = self.pull(actor, repo, number).await?;
        check(actor, &pull, &new)?;
        let commit = match &new.commit {
            None => pull.head_sha.clone(),
            Some(commit)
                if self
                    .git(repo)
                    .is_ancestor(commit.as_str(), pull.head_sha.as_str())
                    .await? =>
            {
                commit.clone()
            }
            Some(_) => {
                return Err(Refusal::unprocessable(
                    "The commit_id is not part of the pull request",
                ));
            }
        };
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO review (pull_id, author_id, state, body, sha, submitted_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(pull.issue.id)
        .bind(actor.user.id)
        .bind(new.state.name())
        .bind(&new.body)
        .bind(commit.as_str())
        .bind(now().as_millisecond())
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM review_request WHERE pull_id = ? AND account_id = ?")
            .bind(pull.issue.id)
            .bind(actor.user.id)
            .execute(&mut *tx)
            .await?;
        issues::touch(&mut tx, pull.issue.id).await?;
        tx.commit().await?;
        Ok(self
            .review_by_id(actor, ReviewId(done.last_insert_rowid()))
            .await?
            .2)
    }

    /// Dismisses a review (write); the reason becomes a comment.
    pub async fn dismiss_review(
        &self,
        actor: &Actor,
        repo: &Repo,
        number: Number,
        id: ReviewId,
        message: &str,
    ) -> Answer<Review> {
        repo.require(Permission::Write)?;
        let pull = self.pull(actor, repo, number).await?;
        let review = self.review_of(actor, pull.issue.id, id).await?;
        if message.trim().is_empty() {
            return Err(Refusal::invalid_field(
                "PullRequestReview",
                "message",
                "missing_field",
            ));
        }
        match review.state {
            ReviewState::Approved | ReviewState::ChangesRequested => {}
            ReviewState::Commented => {
                return Err(Refusal::unprocessable(
                    "Can not dismiss a commented pull request review",
                ));
            }
            ReviewState::Dismissed => {
                return Err(Refusal::unprocessable(
                    "Can not dismiss a dismissed pull request review",
                ));
            }
        }
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE review SET state = 'DISMISSED' WHERE id = ?")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        issues::touch(&mut tx, pull.issue.id).await?;
        tx.commit().await?;
        self.review_of(actor, pull.issue.id, id).await
    }

    async fn review_of(&self, actor: &Actor, pull: IssueId, id: ReviewId) -> Answer<Review> {
        let (_, _, review) = self.review_by_id(actor, id).await?;
        if review.pull == pull {
            Ok(review)
        } else {
            Err(Refusal::not_found())
        }
    }

    /// What the latest reviews of people with write permission amount to.
    pub async fn review_decision(
        &self,
        repo: &Repo,
        pull: &Pull,
    ) -> Answer<Option<ReviewDecision>> {
        let rows = sqlx::query(
            "SELECT v.state FROM review v JOIN access x ON x.repo_id = ?1 AND x.account_id = v.author_id
             WHERE v.pull_id = ?2 AND x.level >= 3 AND v.id =
                (SELECT max(w.id) FROM review w
                 WHERE w.pull_id = v.pull_id AND w.author_id = v.author_id AND w.state <> 'COMMENTED')",
        )
        .bind(repo.id)
        .bind(pull.issue.id)
        .fetch_all(&self.readers)
        .await?;
        let states: Vec<String> = rows
            .iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()?;
        let has = |wanted: ReviewState| states.iter().any(|state| state == wanted.name());
        Ok(if has(ReviewState::ChangesRequested) {
            Some(ReviewDecision::ChangesRequested)
        } else if has(ReviewState::Approved) {
            Some(ReviewDecision::Approved)
        } else {
            None
        })
    }
}

fn check(actor: &Actor, pull: &Pull, new: &NewReview) -> Answer<()> {
    let own = pull.issue.author.id == actor.user.id;
    let empty = new.body.trim().is_empty();
    if new.body.chars().count() > issues::MAX_BODY {
        return Err(Refusal::unprocessable(
            "Body is too long (maximum is 65536 characters)",
        ));
    }
    match new.state {
        ReviewState::Approved if own => Err(Refusal::unprocessable(
            "Can not approve your own pull request",
        )),
        ReviewState::ChangesRequested if own => Err(Refusal::unprocessable(
            "Can not request changes on your own pull request",
        )),
        ReviewState::ChangesRequested | ReviewState::Commented if empty => {
            Err(Refusal::unprocessable("Body can't be blank"))
        }
        ReviewState::Dismissed => Err(Refusal::invalid_field(
            "PullRequestReview",
            "event",
            "invalid",
        )),
        ReviewState::Approved | ReviewState::ChangesRequested | ReviewState::Commented => Ok(()),
    }
}
