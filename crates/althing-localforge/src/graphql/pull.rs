//! Pull requests.

mod file;

use async_graphql::{Context, ID, Object, Result};
use tokio::sync::OnceCell;

use super::{
    absent::{AutoMergeRequest, OfIssue},
    actor::{Actor, RepositoryOwner, UserConnection},
    call::Call,
    check::StatusCheckRollup,
    comment::{self, IssueCommentConnection},
    commit::{Commit, PullRequestCommit, PullRequestCommitConnection},
    enums::{
        CommentAuthorAssociation, IssueCommentOrder, LabelOrder, MergeStateStatus, MergeableState,
        PullRequestReviewDecision, PullRequestReviewState, PullRequestState, StatusState,
    },
    git::{self, Ref},
    issue::{self, Issue, IssueConnection},
    label::LabelConnection,
    page::{Page, PageArgs, connection},
    project::{self, ProjectV2ItemConnection},
    reaction::{self, ReactionGroup},
    repository::Repository,
    review::{
        PullRequestReview, PullRequestReviewConnection, ReviewRequest, ReviewRequestConnection,
    },
    scalar::{BigInt, DateTime, GitObjectId, Html, Uri, escaped},
};
use crate::model::{
    self, ChangedFile, Mergeable, Pull, PullState, ReactionSubject, Repo, ReviewDecision,
    ReviewState, WEB_URL, Window,
};
use file::{PullRequestChangedFileConnection, changed_file};

/// A pull request.
pub(crate) struct PullRequest {
    pub(crate) pull: Pull,
    /// What git is asked at most once.
    files: OnceCell<Vec<ChangedFile>>,
    commits: OnceCell<Vec<model::Commit>>,
}

connection!(PullRequestConnection, PullRequestEdge, PullRequest);

impl PullRequest {
    pub(crate) fn new(pull: Pull) -> Self {
        Self {
            pull,
            files: OnceCell::new(),
            commits: OnceCell::new(),
        }
    }

    async fn repo(&self, ctx: &Context<'_>) -> Result<Repo> {
        Ok(Call::of(ctx)?.repo(self.pull.issue.repo_id).await?)
    }

    async fn changes(&self, ctx: &Context<'_>) -> Result<&[ChangedFile]> {
        let repo = self.repo(ctx).await?;
        let forge = Call::of(ctx)?.forge();
        let read = || forge.pull_files(&repo, &self.pull);
        Ok(self.files.get_or_try_init(read).await?)
    }

    async fn own_commits(&self, ctx: &Context<'_>) -> Result<&[model::Commit]> {
        let repo = self.repo(ctx).await?;
        let forge = Call::of(ctx)?.forge();
        let read = || forge.pull_commits(&repo, &self.pull);
        Ok(self.commits.get_or_try_init(read).await?)
    }

    async fn merge_state(&self, ctx: &Context<'_>) -> Result<Mergeable> {
        let repo = self.repo(ctx).await?;
        Ok(Call::of(ctx)?.forge().mergeable(&repo, &self.pull).await?)
    }

    async fn all_reviews(&self, ctx: &Context<'_>, repo: &Repo) -> Result<Vec<model::Review>> {
        let call = Call::of(ctx)?;
        let number = self.pull.issue.number;
        let reviews = call
            .forge()
            .reviews(&call.actor, repo, number, Window::ALL)
            .await?;
        Ok(reviews.items)
    }

    async fn review_page(
        &self,
        ctx: &Context<'_>,
        args: &PageArgs,
        reviews: Vec<model::Review>,
    ) -> Result<Option<PullRequestReviewConnection>> {
        let repo = self.repo(ctx).await?;
        let number = self.pull.issue.number;
        let view = |review| PullRequestReview::new(repo.clone(), number, review);
        let slice = args.window(ctx)?.cut(reviews);
        Ok(Some(PullRequestReviewConnection::from(Page::new(
            slice, view,
        ))))
    }
}

#[Object]
impl PullRequest {
    pub(crate) async fn id(&self) -> ID {
        self.pull.issue.node_id().to_string().into()
    }

    pub(crate) async fn database_id(&self) -> Option<i64> {
        Some(self.pull.issue.id.0)
    }

    async fn full_database_id(&self) -> Option<BigInt> {
        Some(BigInt(self.pull.issue.id.to_string()))
    }

    async fn number(&self) -> i64 {
        self.pull.issue.number
    }

    async fn title(&self) -> &str {
        &self.pull.issue.title
    }

    async fn body(&self) -> &str {
        &self.pull.issue.body
    }

    async fn body_text(&self) -> &str {
        &self.pull.issue.body
    }

    #[graphql(name = "bodyHTML")]
    async fn body_html(&self) -> Html {
        escaped(&self.pull.issue.body)
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", issue::path(&self.pull.issue)))
    }

    async fn permalink(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", issue::path(&self.pull.issue)))
    }

    async fn resource_path(&self) -> Uri {
        Uri(issue::path(&self.pull.issue))
    }

    async fn state(&self) -> PullRequestState {
        match self.pull.state() {
            PullState::Open => PullRequestState::Open,
            PullState::Closed => PullRequestState::Closed,
            PullState::Merged => PullRequestState::Merged,
        }
    }

    async fn closed(&self) -> bool {
        self.pull.issue.state == model::IssueState::Closed
    }

    async fn closed_at(&self) -> Option<DateTime> {
        self.pull.issue.closed_at.map(DateTime)
    }

    async fn created_at(&self) -> DateTime {
        self.pull.issue.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.pull.issue.updated_at.into()
    }

    async fn is_draft(&self) -> bool {
        self.pull.draft
    }

    async fn author(&self) -> Option<Actor> {
        Some(self.pull.issue.author.clone().into())
    }

    async fn author_association(&self, ctx: &Context<'_>) -> Result<CommentAuthorAssociation> {
        issue::author_association(ctx, &self.pull.issue).await
    }

    async fn repository(&self, ctx: &Context<'_>) -> Result<Repository> {
        Ok(Repository(self.repo(ctx).await?))
    }

    // Branches

    async fn base_ref_name(&self) -> &str {
        &self.pull.base
    }

    async fn base_ref_oid(&self) -> GitObjectId {
        GitObjectId(self.pull.base_sha.to_string())
    }

    async fn base_ref(&self, ctx: &Context<'_>) -> Option<Result<Ref>> {
        let read = async { git::branch(ctx, &self.repo(ctx).await?, &self.pull.base).await };
        read.await.transpose()
    }

    async fn base_repository(&self, ctx: &Context<'_>) -> Result<Option<Repository>> {
        Ok(Some(Repository(self.repo(ctx).await?)))
    }

    async fn head_ref_name(&self) -> &str {
        &self.pull.head
    }

    async fn head_ref_oid(&self) -> GitObjectId {
        GitObjectId(self.pull.head_sha.to_string())
    }

    async fn head_ref(&self, ctx: &Context<'_>) -> Option<Result<Ref>> {
        let read = async { git::branch(ctx, &self.repo(ctx).await?, &self.pull.head).await };
        read.await.transpose()
    }

    async fn head_repository(&self, ctx: &Context<'_>) -> Result<Option<Repository>> {
        Ok(Some(Repository(self.repo(ctx).await?)))
    }

    async fn head_repository_owner(&self, ctx: &Context<'_>) -> Result<Option<RepositoryOwner>> {
        Ok(Some(self.repo(ctx).await?.owner.into()))
    }

    async fn is_cross_repository(&self) -> bool {
        false
    }

    async fn maintainer_can_modify(&self) -> bool {
        false
    }

    // Merging

    async fn mergeable(&self, ctx: &Context<'_>) -> Result<MergeableState> {
        Ok(match self.merge_state(ctx).await? {
            Mergeable::Clean => MergeableState::Mergeable,
            Mergeable::Conflicting => MergeableState::Conflicting,
            Mergeable::Unknown => MergeableState::Unknown,
        })
    }

    /// No branch is protected here, so nothing blocks but a draft or a conflict.
    async fn merge_state_status(&self, ctx: &Context<'_>) -> Result<MergeStateStatus> {
        match self.merge_state(ctx).await? {
            Mergeable::Unknown => return Ok(MergeStateStatus::Unknown),
            Mergeable::Conflicting => return Ok(MergeStateStatus::Dirty),
            Mergeable::Clean if self.pull.draft => return Ok(MergeStateStatus::Draft),
            Mergeable::Clean => {}
        }
        let repo = self.repo(ctx).await?;
        let rollup = StatusCheckRollup::of(ctx, &repo, &self.pull.head_sha).await?;
        let green = rollup.is_none_or(|rollup| rollup.overall() == StatusState::Success);
        Ok(if green {
            MergeStateStatus::Clean
        } else {
            MergeStateStatus::Unstable
        })
    }

    async fn merged(&self) -> bool {
        self.pull.merged.is_some()
    }

    async fn merged_at(&self) -> Option<DateTime> {
        self.pull.merged.as_ref().map(|merged| merged.at.into())
    }

    async fn merged_by(&self) -> Option<Actor> {
        self.pull
            .merged
            .as_ref()
            .map(|merged| merged.by.clone().into())
    }

    async fn merge_commit(&self, ctx: &Context<'_>) -> Result<Option<Commit>> {
        let Some(merged) = &self.pull.merged else {
            return Ok(None);
        };
        Ok(Some(Commit::named(
            self.repo(ctx).await?,
            merged.commit.clone(),
        )))
    }

    /// The forge merges when asked and prepares nothing before.
    async fn potential_merge_commit(&self) -> Option<Commit> {
        None
    }

    async fn auto_merge_request(&self) -> Option<AutoMergeRequest> {
        None
    }

    async fn is_in_merge_queue(&self) -> bool {
        false
    }

    async fn is_merge_queue_enabled(&self) -> bool {
        false
    }

    // Changes

    async fn additions(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(self
            .changes(ctx)
            .await?
            .iter()
            .map(|file| file.additions)
            .sum())
    }

    async fn deletions(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(self
            .changes(ctx)
            .await?
            .iter()
            .map(|file| file.deletions)
            .sum())
    }

    async fn changed_files(&self, ctx: &Context<'_>) -> Result<usize> {
        Ok(self.changes(ctx).await?.len())
    }

    async fn files(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<PullRequestChangedFileConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let files = window.cut(self.changes(ctx).await?.to_vec());
        Ok(Some(PullRequestChangedFileConnection::from(Page::new(
            files,
            changed_file,
        ))))
    }

    async fn commits(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<PullRequestCommitConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let repo = self.repo(ctx).await?;
        let commits = window.cut(self.own_commits(ctx).await?.to_vec());
        let view = |commit| PullRequestCommit::new(&repo, &self.pull, commit);
        Ok(PullRequestCommitConnection::from(Page::new(commits, view)))
    }

    async fn status_check_rollup(&self, ctx: &Context<'_>) -> Result<Option<StatusCheckRollup>> {
        let repo = self.repo(ctx).await?;
        StatusCheckRollup::of(ctx, &repo, &self.pull.head_sha).await
    }

    // Reviews

    async fn review_decision(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<PullRequestReviewDecision>> {
        let repo = self.repo(ctx).await?;
        let decision = Call::of(ctx)?
            .forge()
            .review_decision(&repo, &self.pull)
            .await?;
        Ok(decision.map(|decision| match decision {
            ReviewDecision::Approved => PullRequestReviewDecision::Approved,
            ReviewDecision::ChangesRequested => PullRequestReviewDecision::ChangesRequested,
        }))
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn reviews(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        author: Option<String>,
        states: Option<Vec<PullRequestReviewState>>,
    ) -> Result<Option<PullRequestReviewConnection>> {
        let args = PageArgs::new(after, before, first, last);
        let mut reviews = self.all_reviews(ctx, &self.repo(ctx).await?).await?;
        if let Some(author) = author {
            reviews.retain(|review| review.author.login.eq_ignore_ascii_case(&author));
        }
        if let Some(states) = states {
            let states: Vec<_> = states.into_iter().filter_map(review_state).collect();
            reviews.retain(|review| states.contains(&review.state));
        }
        self.review_page(ctx, &args, reviews).await
    }

    /// The last review of each reviewer, whatever it says.
    async fn latest_reviews(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<PullRequestReviewConnection>> {
        let args = PageArgs::new(after, before, first, last);
        let all = self.all_reviews(ctx, &self.repo(ctx).await?).await?;
        let is_last = |at: usize, review: &model::Review| {
            let mut later = all.iter().skip(at + 1);
            !later.any(|other| other.author.id == review.author.id)
        };
        let latest = all
            .iter()
            .enumerate()
            .filter(|(at, review)| is_last(*at, review));
        let latest = latest.map(|(_, review)| review.clone()).collect();
        self.review_page(ctx, &args, latest).await
    }

    /// The last review of each reviewer that approves or asks for changes.
    async fn latest_opinionated_reviews(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<PullRequestReviewConnection>> {
        let args = PageArgs::new(after, before, first, last);
        let call = Call::of(ctx)?;
        let repo = self.repo(ctx).await?;
        let number = self.pull.issue.number;
        let mut reviews = call
            .forge()
            .latest_reviews(&call.actor, &repo, number)
            .await?;
        reviews.retain(|review| review.state != ReviewState::Commented);
        self.review_page(ctx, &args, reviews).await
    }

    async fn review_requests(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<ReviewRequestConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let asked = window.cut(self.pull.requested_reviewers.clone());
        let view = |reviewer| ReviewRequest::new(&self.pull, reviewer);
        Ok(Some(ReviewRequestConnection::from(Page::new(asked, view))))
    }

    // What it shares with issues

    async fn assignees(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<UserConnection> {
        let args = PageArgs::new(after, before, first, last);
        issue::assignees(ctx, &self.pull.issue, &args)
    }

    pub(crate) async fn labels(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<LabelOrder>,
    ) -> Result<Option<LabelConnection>> {
        let args = PageArgs::new(after, before, first, last);
        issue::labels(ctx, &self.pull.issue, &args, order_by)
    }

    async fn comments(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<IssueCommentOrder>,
    ) -> Result<IssueCommentConnection> {
        let args = PageArgs::new(after, before, first, last);
        comment::list(ctx, &self.pull.issue, &args, order_by).await
    }

    pub(crate) async fn reaction_groups(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<ReactionGroup>>> {
        reaction::groups(ctx, ReactionSubject::Issue(self.pull.issue.id)).await
    }

    async fn project_items(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        include_archived: Option<bool>,
    ) -> Result<ProjectV2ItemConnection> {
        let args = PageArgs::new(after, before, first, last);
        project::items_of(
            ctx,
            &self.pull.issue,
            &args,
            include_archived.unwrap_or(true),
        )
        .await
    }

    /// Issues that the merge closes.
    async fn closing_issues_references(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<Option<IssueConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let repo = self.repo(ctx).await?;
        let issues = call
            .forge()
            .closing_issues(&call.actor, &repo, &self.pull)
            .await?;
        Ok(Some(IssueConnection::from(Page::new(
            window.cut(issues),
            Issue,
        ))))
    }

    async fn includes_created_edit(&self) -> bool {
        false
    }

    async fn viewer_did_author(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Call::of(ctx)?.actor.user.id == self.pull.issue.author.id)
    }

    pub(crate) async fn viewer_can_label(&self, ctx: &Context<'_>) -> Result<bool> {
        issue::can_triage(ctx, &self.pull.issue).await
    }

    pub(crate) async fn viewer_can_react(&self) -> bool {
        true
    }

    #[graphql(flatten)]
    async fn absent(&self) -> OfIssue {
        OfIssue
    }
}

/// The domain's word for a state.
pub(crate) fn model_state(state: PullRequestState) -> PullState {
    match state {
        PullRequestState::Open => PullState::Open,
        PullRequestState::Closed => PullState::Closed,
        PullRequestState::Merged => PullState::Merged,
    }
}

/// The domain's word for a state; it has no pending reviews.
fn review_state(state: PullRequestReviewState) -> Option<ReviewState> {
    match state {
        PullRequestReviewState::Approved => Some(ReviewState::Approved),
        PullRequestReviewState::ChangesRequested => Some(ReviewState::ChangesRequested),
        PullRequestReviewState::Commented => Some(ReviewState::Commented),
        PullRequestReviewState::Dismissed => Some(ReviewState::Dismissed),
        PullRequestReviewState::Pending => None,
    }
}
