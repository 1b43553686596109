//! Issues.

use async_graphql::{Context, ID, Interface, Object, Result, Union};

use super::{
    absent::OfIssue,
    actor::{Actor, User, UserConnection},
    call::Call,
    comment::{self, IssueCommentConnection},
    enums::{
        CommentAuthorAssociation, IssueCommentOrder, IssueState, IssueStateReason, LabelOrder,
    },
    label::{Label, LabelConnection},
    page::{Page, PageArgs, connection},
    project::{self, ProjectV2ItemConnection},
    pull::{PullRequest, PullRequestConnection},
    reaction::{self, ReactionGroup},
    repository::{Repository, sort_labels},
    scalar::{DateTime, Html, Uri, escaped},
};
use crate::model::{self, Permission, PullState, ReactionSubject, StateReason, WEB_URL};

/// An issue.
pub(crate) struct Issue(pub(crate) model::Issue);

/// What a number names.
#[derive(Union)]
pub(crate) enum IssueOrPullRequest {
    Issue(Issue),
    PullRequest(PullRequest),
}

/// What can bear labels.
#[derive(Interface)]
#[graphql(
    field(
        name = "labels",
        ty = "Option<LabelConnection>",
        arg(name = "after", ty = "Option<String>"),
        arg(name = "before", ty = "Option<String>"),
        arg(name = "first", ty = "Option<i32>"),
        arg(name = "last", ty = "Option<i32>"),
        arg(name = "order_by", ty = "Option<LabelOrder>")
    ),
    field(name = "viewer_can_label", ty = "bool")
)]
pub(crate) enum Labelable {
    Issue(Issue),
    PullRequest(PullRequest),
}

connection!(IssueConnection, IssueEdge, Issue);

#[Object]
impl Issue {
    pub(crate) async fn id(&self) -> ID {
        self.0.node_id().to_string().into()
    }

    pub(crate) async fn database_id(&self) -> Option<i64> {
        Some(self.0.id.0)
    }

    async fn number(&self) -> i64 {
        self.0.number
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn body(&self) -> &str {
        &self.0.body
    }

    async fn body_text(&self) -> &str {
        &self.0.body
    }

    #[graphql(name = "bodyHTML")]
    async fn body_html(&self) -> Html {
        escaped(&self.0.body)
    }

    async fn url(&self) -> Uri {
        Uri(format!("{WEB_URL}{}", path(&self.0)))
    }

    async fn resource_path(&self) -> Uri {
        Uri(path(&self.0))
    }

    async fn state(&self) -> IssueState {
        match self.0.state {
            model::IssueState::Open => IssueState::Open,
            model::IssueState::Closed => IssueState::Closed,
        }
    }

    async fn state_reason(&self) -> Option<IssueStateReason> {
        self.0.state_reason.map(|reason| match reason {
            StateReason::Completed => IssueStateReason::Completed,
            StateReason::NotPlanned => IssueStateReason::NotPlanned,
            StateReason::Reopened => IssueStateReason::Reopened,
        })
    }

    async fn closed(&self) -> bool {
        self.0.state == model::IssueState::Closed
    }

    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    async fn author(&self) -> Option<Actor> {
        Some(self.0.author.clone().into())
    }

    async fn author_association(&self, ctx: &Context<'_>) -> Result<CommentAuthorAssociation> {
        author_association(ctx, &self.0).await
    }

    async fn repository(&self, ctx: &Context<'_>) -> Result<Repository> {
        Ok(Repository(Call::of(ctx)?.repo(self.0.repo_id).await?))
    }

    async fn assignees(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Result<UserConnection> {
        let args = PageArgs::new(after, before, first, last);
        assignees(ctx, &self.0, &args)
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
        labels(ctx, &self.0, &args, order_by)
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
        comment::list(ctx, &self.0, &args, order_by).await
    }

    pub(crate) async fn reaction_groups(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<ReactionGroup>>> {
        reaction::groups(ctx, ReactionSubject::Issue(self.0.id)).await
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
        project::items_of(ctx, &self.0, &args, include_archived.unwrap_or(true)).await
    }

    /// Pull requests that would close this issue, or did. Those closed without merge are left
    /// out unless asked for.
    async fn closed_by_pull_requests_references(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        before: Option<String>,
        first: Option<i32>,
        last: Option<i32>,
        include_closed_prs: Option<bool>,
    ) -> Result<Option<PullRequestConnection>> {
        let window = PageArgs::new(after, before, first, last).window(ctx)?;
        let call = Call::of(ctx)?;
        let repo = call.repo(self.0.repo_id).await?;
        let mut pulls = call
            .forge()
            .linked_pulls(&call.actor, &repo, &self.0)
            .await?;
        if !include_closed_prs.unwrap_or(false) {
            pulls.retain(|pull| pull.state() != PullState::Closed);
        }
        Ok(Some(PullRequestConnection::from(Page::new(
            window.cut(pulls),
            PullRequest::new,
        ))))
    }

    async fn includes_created_edit(&self) -> bool {
        false
    }

    async fn viewer_did_author(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Call::of(ctx)?.actor.user.id == self.0.author.id)
    }

    pub(crate) async fn viewer_can_label(&self, ctx: &Context<'_>) -> Result<bool> {
        can_triage(ctx, &self.0).await
    }

    pub(crate) async fn viewer_can_react(&self) -> bool {
        true
    }

    // What no issue is here

    async fn is_pinned(&self) -> Option<bool> {
        Some(false)
    }

    #[graphql(flatten)]
    async fn absent(&self) -> OfIssue {
        OfIssue
    }
}

// Shared by issues and pull requests

/// Address of an issue or pull request, without host.
pub(crate) fn path(issue: &model::Issue) -> String {
    let kind = if issue.is_pull { "pull" } else { "issues" };
    format!("/{}/{kind}/{}", issue.repo, issue.number)
}

pub(crate) async fn author_association(
    ctx: &Context<'_>,
    issue: &model::Issue,
) -> Result<CommentAuthorAssociation> {
    let call = Call::of(ctx)?;
    let repo = call.repo(issue.repo_id).await?;
    Ok(call.association(&repo, &issue.author).await?)
}

pub(crate) fn assignees(
    ctx: &Context<'_>,
    issue: &model::Issue,
    args: &PageArgs,
) -> Result<UserConnection> {
    let slice = args.window(ctx)?.cut(issue.assignees.clone());
    Ok(UserConnection::from(Page::new(slice, User)))
}

pub(crate) fn labels(
    ctx: &Context<'_>,
    issue: &model::Issue,
    args: &PageArgs,
    order: Option<LabelOrder>,
) -> Result<Option<LabelConnection>> {
    let mut labels = issue.labels.clone();
    sort_labels(&mut labels, order);
    let slice = args.window(ctx)?.cut(labels);
    let view = |label| Label::new(&issue.repo, label);
    Ok(Some(LabelConnection::from(Page::new(slice, view))))
}

pub(crate) async fn can_triage(ctx: &Context<'_>, issue: &model::Issue) -> Result<bool> {
    let repo = Call::of(ctx)?.repo(issue.repo_id).await?;
    Ok(repo.permission >= Permission::Triage)
}
