//! Everything that changes something. Each mutation is one domain operation.

mod branch;
mod comment;
mod field;
mod issue;
mod merge;
mod project;
mod pull;
mod reaction;
mod repository;
mod review;

use async_graphql::{ID, MergedObject, Result};

use super::{
    call::{Call, database_id},
    error::no_node,
    node,
    pull::PullRequest,
};
use crate::model::{self, IssueId, LabelId, NodeKind, Repo};

/// Changing.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(
    issue::IssueMutation,
    comment::CommentMutation,
    reaction::ReactionMutation,
    pull::PullMutation,
    merge::MergeMutation,
    review::ReviewMutation,
    repository::RepositoryMutation,
    project::ProjectMutation,
    field::FieldMutation,
    branch::BranchMutation,
);

/// Declares a mutation's answer: GitHub returns the client's own id beside what changed.
macro_rules! payload {
    ($name:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $name {
            client_mutation_id: Option<String>,
            $($field: Option<$kind>,)*
        }
    };
}
use payload;

/// The issue or pull request with a node id, and its repository.
async fn subject(call: &Call, id: &ID) -> Result<(Repo, model::Issue)> {
    let id = database_id(id, &[NodeKind::Issue, NodeKind::PullRequest])?;
    Ok(call.forge().issue_by_id(&call.actor, IssueId(id)).await?)
}

/// The pull request with a node id, and its repository.
async fn pull(call: &Call, id: &ID) -> Result<(Repo, model::Pull)> {
    let id = database_id(id, &[NodeKind::PullRequest])?;
    let found: PullRequest = node::pull(call, IssueId(id)).await?;
    let repo = call.repo(found.pull.issue.repo_id).await?;
    Ok((repo, found.pull))
}

/// The logins of users by node id.
async fn logins(call: &Call, ids: &[ID]) -> Result<Vec<String>> {
    let mut logins = Vec::with_capacity(ids.len());
    for id in ids {
        let id = model::AccountId(database_id(id, &[NodeKind::User])?);
        logins.push(call.forge().account_by_id(id).await?.login);
    }
    Ok(logins)
}

/// The names of labels by node id.
async fn label_names(call: &Call, ids: &[ID]) -> Result<Vec<String>> {
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        let id = LabelId(database_id(id, &[NodeKind::Label])?);
        let (_, label) = call.forge().label_by_id(&call.actor, id).await?;
        names.push(label.name);
    }
    Ok(names)
}

/// Refuses a milestone or classic project: there are none that could be meant. gh sends an empty
/// list of projects beside boards.
fn nothing_absent(milestone: Option<ID>, projects: Option<Vec<ID>>) -> Result<()> {
    match milestone.or_else(|| projects.and_then(|mut projects| projects.pop())) {
        Some(id) => Err(no_node(&id)),
        None => Ok(()),
    }
}
