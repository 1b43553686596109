//! Comments on issues and pull requests.

use async_graphql::{Context, ID, Object, Result};

use super::{
    actor::Actor,
    call::Call,
    enums::{CommentAuthorAssociation, IssueCommentOrder},
    issue::Issue,
    page::{Page, PageArgs, connection},
    pull::PullRequest,
    reaction::{self, ReactionGroup},
    repository::Repository,
    scalar::{BigInt, DateTime, Html, Uri, escaped},
};
use crate::model::{self, Permission, ReactionSubject, Repo, WEB_URL, Window};

/// A comment.
pub(crate) struct IssueComment {
    repo: Repo,
    comment: model::Comment,
}

impl IssueComment {
    pub(crate) fn new(repo: Repo, comment: model::Comment) -> Self {
        Self { repo, comment }
    }

    fn path(&self) -> String {
        let kind = if self.comment.on_pull {
            "pull"
        } else {
            "issues"
        };
        let comment = &self.comment;
        format!(
            "/{}/{kind}/{}#issuecomment-{}",
            comment.repo, comment.number, comment.id
        )
    }
}

connection!(IssueCommentConnection, IssueCommentEdge, IssueComment);

#[Object]
impl IssueComment {
    pub(crate) async fn id(&self) -> ID {
        self.comment.node_id().to_string().into()
    }

    pub(crate) async fn database_id(&self) -> Option<i64> {
        Some(self.comment.id.0)
    }

    async fn full_database_id(&self) -> Option<BigInt> {
        Some(BigInt(self.comment.id.to_string()))
    }

    async fn author(&self) -> Option<Actor> {
        Some(self.comment.author.clone().into())
    }

    async fn author_association(&self, ctx: &Context<'_>) -> Result<CommentAuthorAssociation> {
        Ok(Call::of(ctx)?
            .association(&self.repo, &self.comment.author)
            .await?)
    }

    async fn body(&self) -> &str {
        &self.comment.body
    }

    async fn body_text(&self) -> &str {
        &self.comment.body
    }

    #[graphql(name = "bodyHTML")]
    async fn body_html(&self) -> Html {
        escaped(&self.comment.body)
    }

    async fn created_at(&self) -> DateTime {
        self.comment.created_at.into()
    }

    async fn updated_at(&self) -> DateTime {
        self.comment.updated_at.into()
    }

    async fn last_edited_at(&self) -> Option<DateTime> {
        self.comment
            .edited()
            .then(|| self.comment.updated_at.into())
    }

    async fn includes_created_edit(&self) -> bool {
        self.comment.edited()
    }

    async fn is_minimized(&self) -> bool {
        false
    }

    async fn minimized_reason(&self) -> Option<&str> {
        None
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

    /// The issue; of a comment on a pull request its issue side.
    async fn issue(&self, ctx: &Context<'_>) -> Result<Issue> {
        let call = Call::of(ctx)?;
        let number = self.comment.number;
        Ok(Issue(
            call.forge().issue(&call.actor, &self.repo, number).await?,
        ))
    }

    async fn pull_request(&self, ctx: &Context<'_>) -> Option<Result<PullRequest>> {
        let read = async {
            let call = Call::of(ctx)?;
            let number = self.comment.number;
            let pull = call.forge().pull(&call.actor, &self.repo, number).await?;
            Ok(PullRequest::new(pull))
        };
        if self.comment.on_pull {
            Some(read.await)
        } else {
            None
        }
    }

    pub(crate) async fn reaction_groups(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<ReactionGroup>>> {
        reaction::groups(ctx, ReactionSubject::Comment(self.comment.id)).await
    }

    pub(crate) async fn viewer_can_react(&self) -> bool {
        true
    }

    async fn viewer_did_author(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(Call::of(ctx)?.actor.user.id == self.comment.author.id)
    }

    async fn viewer_can_update(&self, ctx: &Context<'_>) -> Result<bool> {
        self.viewer_can_change(ctx)
    }

    async fn viewer_can_delete(&self, ctx: &Context<'_>) -> Result<bool> {
        self.viewer_can_change(ctx)
    }
}

impl IssueComment {
    fn viewer_can_change(&self, ctx: &Context<'_>) -> Result<bool> {
        let viewer = Call::of(ctx)?.actor.user.id;
        Ok(self.repo.permission >= Permission::Write || viewer == self.comment.author.id)
    }
}

/// The comments of an issue or pull request, oldest first unless ordered.
pub(crate) async fn list(
    ctx: &Context<'_>,
    issue: &model::Issue,
    args: &PageArgs,
    order: Option<IssueCommentOrder>,
) -> Result<IssueCommentConnection> {
    let window = args.window(ctx)?;
    let call = Call::of(ctx)?;
    let repo = call.repo(issue.repo_id).await?;
    let read = |window| {
        call.forge()
            .comments(&call.actor, &repo, issue.number, None, window)
    };
    let slice = match order {
        None => read(window).await?,
        Some(order) => {
            let mut comments = read(Window::ALL).await?.items;
            comments.sort_by_key(|comment| comment.updated_at);
            order.direction.turn(&mut comments);
            window.cut(comments)
        }
    };
    let view = |comment| IssueComment::new(repo.clone(), comment);
    Ok(IssueCommentConnection::from(Page::new(slice, view)))
}
