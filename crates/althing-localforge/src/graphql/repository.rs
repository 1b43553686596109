//! Repositories.

mod fixed;

use async_graphql::{Context, ID, Object, Result};

use super::{
    actor::{RepositoryOwner, User, UserConnection},
    call::Call,
    enums::{
        IssueFilters, IssueOrder, IssueOrderField, IssueState, LabelOrder, LabelOrderField,
        ProjectV2Order, PullRequestMergeMethod, PullRequestState, RepositoryPermission,
        RepositoryVisibility,
    },
    error::{is_missing, not_found},
    git::{self, GitObject, Ref, RefConnection},
    issue::{Issue, IssueConnection, IssueOrPullRequest},
    label::{Label, LabelConnection},
    page::{Page, PageArgs, connection},
    project::{self, ProjectV2Connection},
    pull::{self, PullRequest, PullRequestConnection},
    scalar::{DateTime, GitObjectId, GitSshRemote, Uri},
};
use crate::{
    forge::{Missing, Refusal},
    model::{self, IssueFilter, PullFilter, Repo, Sort, WEB_URL, Window},
};
use fixed::Fixed;

/// A repository as the viewer sees it.
#[derive(Clone)]
pub(crate) struct Repository(pub(crate) Repo);

connection!(RepositoryConnection, RepositoryEdge, Repository);

#[Object]
impl Repository {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn name_with_owner(&self) -> String {
        self.0.full_name()
    }

    async fn owner(&self) -> RepositoryOwner {
        self.0.owner.clone().into()
    }

    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}/{}", self.0.full_name()))
    }

    async fn resource_path(&self) -> Uri {
        Uri(format!("/{}", self.0.full_name()))
    }

    async fn ssh_url(&self) -> GitSshRemote {
        GitSshRemote(format!("git@github.com:{}.git", self.0.full_name()))
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    async fn pushed_at(&self) -> Option<DateTime> {
        Some(self.0.pushed_at.into())
    }

    // What may be done, and by whom

    async fn visibility(&self) -> RepositoryVisibility {
        if self.0.private {
            RepositoryVisibility::Private
        } else {
            RepositoryVisibility::Public
        }
    }

    async fn is_private(&self) -> bool {
        self.0.private
    }

    async fn viewer_permission(&self) -> Option<RepositoryPermission> {
        Some(match self.0.permission {
            model::Permission::Read => RepositoryPermission::Read,
            model::Permission::Triage => RepositoryPermission::Triage,
            model::Permission::Write => RepositoryPermission::Write,
            model::Permission::Maintain => RepositoryPermission::Maintain,
            model::Permission::Admin => RepositoryPermission::Admin,
        })
    }

    async fn viewer_can_administer(&self) -> bool {
        self.0.permission == model::Permission::Admin
    }

    async fn merge_commit_allowed(&self) -> bool {
        self.0.allow_merge
    }

    async fn squash_merge_allowed(&self) -> bool {
        self.0.allow_squash
    }

    async fn rebase_merge_allowed(&self) -> bool {
        self.0.allow_rebase
    }

    async fn auto_merge_allowed(&self) -> bool {
        false
    }

    async fn delete_branch_on_merge(&self) -> bool {
        self.0.delete_branch_on_merge
    }

    async fn viewer_default_merge_method(&self) -> PullRequestMergeMethod {
        if self.0.allow_merge {
            PullRequestMergeMethod::Merge
        } else if self.0.allow_squash {
            PullRequestMergeMethod::Squash
        } else {
            PullRequestMergeMethod::Rebase
        }
    }

    async fn viewer_default_commit_email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(Call::of(ctx)?.actor.user.email.clone())
    }

    async fn viewer_possible_commit_emails(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<String>>> {
        Ok(Some(
            Call::of(ctx)?.actor.user.email.iter().cloned().collect(),
        ))
    }

    // Branches and files

    async fn is_empty(&self, ctx: &Context<'_>) -> Result<bool> {
        let forge = Call::of(ctx)?.forge();
        let head = forge.branch_sha(&self.0, &self.0.default_branch).await?;
        Ok(head.is_none())
    }

    async fn default_branch_ref(&self, ctx: &Context<'_>) -> Option<Result<Ref>> {
        git::branch(ctx, &self.0, &self.0.default_branch)
            .await
            .transpose()
    }

    #[graphql(name = "ref")]
    async fn git_ref(&self, ctx: &Context<'_>, qualified_name: String) -> Option<Result<Ref>> {
        git::named_ref(ctx, &self.0, &qualified_name)
            .await
            .transpose()
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn refs(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        ref_prefix: String,
        query: Option<String>,
    ) -> Result<Option<RefConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let mut refs = call.forge().refs(&call.actor, &self.0, &ref_prefix).await?;
        if let Some(query) = query {
            refs.retain(|found| found.name.contains(&query));
        }
        let view = |found| Ref::new(self.0.clone(), found);
        Ok(Some(RefConnection::from(Page::new(window.cut(refs), view))))
    }

    async fn object(
        &self,
        ctx: &Context<'_>,
        expression: Option<String>,
        oid: Option<GitObjectId>,
    ) -> Option<Result<GitObject>> {
        let rev = expression.or(oid.map(|oid| oid.0))?;
        git::object(ctx, &self.0, &rev).await.transpose()
    }

    // Issues and pull requests

    async fn issue(&self, ctx: &Context<'_>, number: i64) -> Option<Result<Issue>> {
        let found = async {
            match numbered(ctx, &self.0, number).await? {
                IssueOrPullRequest::Issue(issue) => Ok(issue),
                IssueOrPullRequest::PullRequest(_) => {
                    Err(Refusal::NotFound(Missing::Issue(number)).into())
                }
            }
        };
        Some(found.await)
    }

    async fn pull_request(&self, ctx: &Context<'_>, number: i64) -> Option<Result<PullRequest>> {
        let found = async {
            let call = Call::of(ctx)?;
            let pull = call.forge().pull(&call.actor, &self.0, number).await?;
            Ok(PullRequest::new(pull))
        };
        Some(found.await)
    }

    async fn issue_or_pull_request(
        &self,
        ctx: &Context<'_>,
        number: i64,
    ) -> Option<Result<IssueOrPullRequest>> {
        let found = numbered(ctx, &self.0, number).await;
        Some(found.map_err(|error| {
            if is_missing(&error) {
                not_found(format!(
                    "Could not resolve to an issue or pull request with the number of {number}."
                ))
            } else {
                error
            }
        }))
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn issues(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        filter_by: Option<IssueFilters>,
        labels: Option<Vec<String>>,
        order_by: Option<IssueOrder>,
        states: Option<Vec<IssueState>>,
    ) -> Result<IssueConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let by = filter_by.unwrap_or_default();
        let (sort, ascending) = issue_order(order_by);
        let filter = IssueFilter {
            is_pull: Some(false),
            state: one_state(states.or(by.states)),
            labels: labels.or(by.labels).unwrap_or_default(),
            assignee: by.assignee,
            author: by.created_by,
            mentioned: by.mentioned,
            since: by.since.map(|since| since.0),
            sort,
            ascending,
        };
        let call = Call::of(ctx)?;
        let issues = call
            .forge()
            .issues(&call.actor, &self.0, &filter, window)
            .await?;
        Ok(IssueConnection::from(Page::new(issues, Issue)))
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn pull_requests(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        base_ref_name: Option<String>,
        head_ref_name: Option<String>,
        labels: Option<Vec<String>>,
        order_by: Option<IssueOrder>,
        states: Option<Vec<PullRequestState>>,
    ) -> Result<PullRequestConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let (sort, ascending) = issue_order(order_by);
        let filter = PullFilter {
            states: states
                .unwrap_or_default()
                .into_iter()
                .map(pull::model_state)
                .collect(),
            head: head_ref_name,
            base: base_ref_name,
            labels: labels.unwrap_or_default(),
            sort,
            ascending,
        };
        let call = Call::of(ctx)?;
        let pulls = call
            .forge()
            .pulls(&call.actor, &self.0, &filter, window)
            .await?;
        Ok(PullRequestConnection::from(Page::new(
            pulls,
            PullRequest::new,
        )))
    }

    async fn label(&self, ctx: &Context<'_>, name: String) -> Option<Result<Label>> {
        let found = async {
            let call = Call::of(ctx)?;
            match call.forge().label(&call.actor, &self.0, &name).await {
                Ok(label) => Ok(Some(Label::new(self.0.full_name(), label))),
                Err(Refusal::NotFound(_)) => Ok(None),
                Err(refusal) => Err(refusal.into()),
            }
        };
        found.await.transpose()
    }

    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn labels(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<LabelOrder>,
        query: Option<String>,
    ) -> Result<Option<LabelConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let mut labels = call
            .forge()
            .labels(&call.actor, &self.0, Window::ALL)
            .await?
            .items;
        let query = query.unwrap_or_default().to_lowercase();
        labels.retain(|label| {
            let description = label.description.as_deref().unwrap_or("");
            label.name.to_lowercase().contains(&query)
                || description.to_lowercase().contains(&query)
        });
        sort_labels(&mut labels, order_by);
        let view = |label| Label::new(self.0.full_name(), label);
        Ok(Some(LabelConnection::from(Page::new(
            window.cut(labels),
            view,
        ))))
    }

    async fn assignable_users(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<UserConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        self.people(ctx, window).await
    }

    async fn mentionable_users(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<UserConnection> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        self.people(ctx, window).await
    }

    /// Boards are kept by owners here: all of the owner's count as linked to the repository.
    #[graphql(name = "projectsV2")]
    #[expect(clippy::too_many_arguments, reason = "GitHub's arguments")]
    async fn projects_v2(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        order_by: Option<ProjectV2Order>,
        query: Option<String>,
    ) -> Result<ProjectV2Connection> {
        let args = PageArgs::new(after, before, first, last);
        project::list(ctx, &self.0.owner, args, order_by, query).await
    }

    #[graphql(flatten)]
    async fn fixed(&self) -> Fixed<'_> {
        Fixed(&self.0)
    }
}

impl Repository {
    async fn people(&self, ctx: &Context<'_>, window: Window) -> Result<UserConnection> {
        let call = Call::of(ctx)?;
        let users = call
            .forge()
            .assignable_users(&call.actor, &self.0, window)
            .await?;
        Ok(UserConnection::from(Page::new(users, User)))
    }
}

/// The issue or pull request with a number.
pub(crate) async fn numbered(
    ctx: &Context<'_>,
    repo: &Repo,
    number: i64,
) -> Result<IssueOrPullRequest> {
    let call = Call::of(ctx)?;
    let issue = call.forge().issue(&call.actor, repo, number).await?;
    if !issue.is_pull {
        return Ok(IssueOrPullRequest::Issue(Issue(issue)));
    }
    let pull = call.forge().pull(&call.actor, repo, number).await?;
    Ok(IssueOrPullRequest::PullRequest(PullRequest::new(pull)))
}

fn issue_order(order: Option<IssueOrder>) -> (Sort, bool) {
    let Some(order) = order else {
        return (Sort::Created, true);
    };
    let sort = match order.field {
        IssueOrderField::Comments => Sort::Comments,
        IssueOrderField::CreatedAt => Sort::Created,
        IssueOrderField::UpdatedAt => Sort::Updated,
    };
    (sort, order.direction == super::enums::OrderDirection::Asc)
}

/// The one state that is wanted; `None` for both.
fn one_state(states: Option<Vec<IssueState>>) -> Option<model::IssueState> {
    let states = states.unwrap_or_default();
    let open = states.contains(&IssueState::Open);
    let closed = states.contains(&IssueState::Closed);
    match (open, closed) {
        (true, false) => Some(model::IssueState::Open),
        (false, true) => Some(model::IssueState::Closed),
        (true, true) | (false, false) => None,
    }
}

/// Puts labels in the order asked for; without one in that of their creation.
pub(crate) fn sort_labels(labels: &mut [model::Label], order: Option<LabelOrder>) {
    match order.map(|order| order.field) {
        Some(LabelOrderField::Name) => labels.sort_by_cached_key(|label| label.name.to_lowercase()),
        Some(LabelOrderField::CreatedAt) | None => {
            labels.sort_by_key(|label| (label.created_at, label.id));
        }
    }
    if let Some(order) = order {
        order.direction.turn(labels);
    }
}
