//! Reactions: give and take back.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::payload;
use crate::{
    graphql::{
        call::{Call, database_id},
        enums::ReactionContent,
        error::not_found,
        node::{self, Node},
        reaction::{Reactable, Reaction, rest_name},
    },
    model::{CommentId, IssueId, NodeKind, ReactionSubject},
};

/// Mutations of reactions.
#[derive(Default)]
pub(crate) struct ReactionMutation;

#[derive(InputObject)]
struct AddReactionInput {
    client_mutation_id: Option<String>,
    content: ReactionContent,
    subject_id: ID,
}

#[derive(InputObject)]
struct RemoveReactionInput {
    client_mutation_id: Option<String>,
    content: ReactionContent,
    subject_id: ID,
}

payload!(AddReactionPayload {
    reaction: Reaction,
    subject: Reactable,
});
payload!(RemoveReactionPayload {
    reaction: Reaction,
    subject: Reactable,
});

#[Object]
impl ReactionMutation {
    async fn add_reaction(
        &self,
        ctx: &Context<'_>,
        input: AddReactionInput,
    ) -> Option<Result<AddReactionPayload>> {
        let add = async {
            let call = Call::of(ctx)?;
            let on = subject(&input.subject_id)?;
            let content = rest_name(input.content);
            let (reaction, _) = call.forge().add_reaction(&call.actor, on, content).await?;
            Ok(AddReactionPayload {
                client_mutation_id: input.client_mutation_id,
                reaction: Some(Reaction(reaction)),
                subject: Some(reactable(ctx, &input.subject_id).await?),
            })
        };
        Some(add.await)
    }

    async fn remove_reaction(
        &self,
        ctx: &Context<'_>,
        input: RemoveReactionInput,
    ) -> Option<Result<RemoveReactionPayload>> {
        let remove = async {
            let call = Call::of(ctx)?;
            let (forge, actor) = (call.forge(), &call.actor);
            let on = subject(&input.subject_id)?;
            let content = rest_name(input.content);
            let reactions = forge.reactions(actor, on).await?;
            let own = reactions
                .into_iter()
                .find(|given| given.user.id == actor.user.id && given.content == content)
                .ok_or_else(|| not_found("Could not find the reaction to remove."))?;
            forge.remove_reaction(actor, on, own.id).await?;
            Ok(RemoveReactionPayload {
                client_mutation_id: input.client_mutation_id,
                reaction: Some(Reaction(own)),
                subject: Some(reactable(ctx, &input.subject_id).await?),
            })
        };
        Some(remove.await)
    }
}

fn subject(id: &ID) -> Result<ReactionSubject> {
    if let Ok(comment) = database_id(id, &[NodeKind::IssueComment]) {
        return Ok(ReactionSubject::Comment(CommentId(comment)));
    }
    let issue = database_id(id, &[NodeKind::Issue, NodeKind::PullRequest])?;
    Ok(ReactionSubject::Issue(IssueId(issue)))
}

async fn reactable(ctx: &Context<'_>, id: &ID) -> Result<Reactable> {
    let node = node::find(ctx, id).await?;
    if let Node::Issue(issue) = node {
        Ok(Reactable::Issue(issue))
    } else if let Node::PullRequest(pull) = node {
        Ok(Reactable::PullRequest(pull))
    } else if let Node::IssueComment(comment) = node {
        Ok(Reactable::IssueComment(comment))
    } else {
        Err(not_found("Could not resolve to a Reactable."))
    }
}
