//! Comments: write, change, delete.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{payload, subject};
use crate::{
    graphql::{
        call::{Call, database_id},
        comment::{IssueComment, IssueCommentEdge},
        issue::Issue,
        node::Node,
        page::cursor_behind,
        pull::PullRequest,
    },
    model::{CommentId, NodeKind},
};

/// Mutations of comments.
#[derive(Default)]
pub(crate) struct CommentMutation;

#[derive(InputObject)]
struct AddCommentInput {
    body: String,
    client_mutation_id: Option<String>,
    subject_id: ID,
}

#[derive(InputObject)]
struct UpdateIssueCommentInput {
    body: String,
    client_mutation_id: Option<String>,
    id: ID,
}

#[derive(InputObject)]
struct DeleteIssueCommentInput {
    client_mutation_id: Option<String>,
    id: ID,
}

payload!(AddCommentPayload {
    comment_edge: IssueCommentEdge,
    subject: Node,
});
payload!(UpdateIssueCommentPayload {
    issue_comment: IssueComment,
});

#[derive(SimpleObject)]
struct DeleteIssueCommentPayload {
    client_mutation_id: Option<String>,
}

#[Object]
impl CommentMutation {
    async fn add_comment(
        &self,
        ctx: &Context<'_>,
        input: AddCommentInput,
    ) -> Option<Result<AddCommentPayload>> {
        let add = async {
            let call = Call::of(ctx)?;
            let (forge, actor) = (call.forge(), &call.actor);
            let (repo, issue) = subject(call, &input.subject_id).await?;
            let comment = forge
                .create_comment(actor, &repo, issue.number, &input.body)
                .await?;
            let cursor = cursor_behind(issue.comments);
            let (_, issue) = forge.issue_by_id(actor, issue.id).await?;
            let subject = if issue.is_pull {
                let pull = forge.pull_of(actor, &repo, issue).await?;
                Node::PullRequest(PullRequest::new(pull))
            } else {
                Node::Issue(Issue(issue))
            };
            Ok(AddCommentPayload {
                client_mutation_id: input.client_mutation_id,
                comment_edge: Some(IssueCommentEdge {
                    cursor,
                    node: IssueComment::new(repo, comment),
                }),
                subject: Some(subject),
            })
        };
        Some(add.await)
    }

    async fn update_issue_comment(
        &self,
        ctx: &Context<'_>,
        input: UpdateIssueCommentInput,
    ) -> Option<Result<UpdateIssueCommentPayload>> {
        let update = async {
            let call = Call::of(ctx)?;
            let id = CommentId(database_id(&input.id, &[NodeKind::IssueComment])?);
            let comment = call
                .forge()
                .edit_comment(&call.actor, id, &input.body)
                .await?;
            let (repo, _) = call.forge().comment_by_id(&call.actor, id).await?;
            Ok(UpdateIssueCommentPayload {
                client_mutation_id: input.client_mutation_id,
                issue_comment: Some(IssueComment::new(repo, comment)),
            })
        };
        Some(update.await)
    }

    async fn delete_issue_comment(
        &self,
        ctx: &Context<'_>,
        input: DeleteIssueCommentInput,
    ) -> Option<Result<DeleteIssueCommentPayload>> {
        let delete = async {
            let call = Call::of(ctx)?;
            let id = CommentId(database_id(&input.id, &[NodeKind::IssueComment])?);
            call.forge().delete_comment(&call.actor, id).await?;
            Ok(DeleteIssueCommentPayload {
                client_mutation_id: input.client_mutation_id,
            })
        };
        Some(delete.await)
    }
}
