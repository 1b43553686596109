//! Branches: create one, commit to one.

use async_graphql::{Context, ID, InputObject, Object, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::payload;
use crate::{
    forge::{self, BranchCommit, Refusal},
    graphql::{
        call::{Call, database_id},
        commit::Commit,
        error::unprocessable,
        git::Ref,
        scalar::{Base64String, GitObjectId, GitRefname},
    },
    model::{NodeKind, RepoId, RepoName, Sha},
};

/// Mutations of branches.
#[derive(Default)]
pub(crate) struct BranchMutation;

#[derive(InputObject)]
struct CreateRefInput {
    client_mutation_id: Option<String>,
    name: String,
    oid: GitObjectId,
    repository_id: ID,
}

#[derive(InputObject)]
struct UpdateRefsInput {
    client_mutation_id: Option<String>,
    ref_updates: Vec<RefUpdate>,
    repository_id: ID,
}

#[derive(InputObject)]
struct RefUpdate {
    after_oid: GitObjectId,
    before_oid: Option<GitObjectId>,
    #[graphql(default_with = "Some(false)")]
    force: Option<bool>,
    name: GitRefname,
}

#[derive(InputObject)]
struct CreateCommitOnBranchInput {
    branch: CommittableBranch,
    client_mutation_id: Option<String>,
    expected_head_oid: GitObjectId,
    file_changes: Option<FileChanges>,
    message: CommitMessage,
}

/// A branch by name; branches have no ids here.
#[derive(InputObject)]
struct CommittableBranch {
    branch_name: Option<String>,
    repository_name_with_owner: Option<String>,
}

#[derive(InputObject)]
struct CommitMessage {
    body: Option<String>,
    headline: String,
}

#[derive(InputObject)]
struct FileChanges {
    additions: Option<Vec<FileAddition>>,
    deletions: Option<Vec<FileDeletion>>,
}

#[derive(InputObject)]
struct FileAddition {
    contents: Base64String,
    path: String,
}

#[derive(InputObject)]
struct FileDeletion {
    path: String,
}

payload!(CreateRefPayload { r#ref: Ref });
payload!(UpdateRefsPayload {});
payload!(CreateCommitOnBranchPayload {
    commit: Commit,
    r#ref: Ref,
});

#[Object]
impl BranchMutation {
    async fn create_ref(
        &self,
        ctx: &Context<'_>,
        input: CreateRefInput,
    ) -> Option<Result<CreateRefPayload>> {
        let create = async {
            let call = Call::of(ctx)?;
            let repo = RepoId(database_id(&input.repository_id, &[NodeKind::Repository])?);
            let repo = call.repo(repo).await?;
            let created = call
                .forge()
                .create_ref(&call.actor, &repo, &input.name, &input.oid.0)
                .await?;
            Ok(CreateRefPayload {
                client_mutation_id: input.client_mutation_id,
                r#ref: Some(Ref::new(repo, created)),
            })
        };
        Some(create.await)
    }

    async fn update_refs(
        &self,
        ctx: &Context<'_>,
        input: UpdateRefsInput,
    ) -> Option<Result<UpdateRefsPayload>> {
        let update = async {
            let call = Call::of(ctx)?;
            let repo = RepoId(database_id(&input.repository_id, &[NodeKind::Repository])?);
            let repo = call.repo(repo).await?;
            let mut updates = Vec::new();
            for update in input.ref_updates {
                updates.push(forge::RefUpdate {
                    name: update.name.0,
                    before: update.before_oid.as_ref().map(object_id).transpose()?,
                    after: object_id(&update.after_oid)?,
                    force: update.force.unwrap_or_default(),
                });
            }
            call.forge().update_refs(&repo, &updates).await?;
            Ok(UpdateRefsPayload {
                client_mutation_id: input.client_mutation_id,
            })
        };
        Some(update.await)
    }

    async fn create_commit_on_branch(
        &self,
        ctx: &Context<'_>,
        input: CreateCommitOnBranchInput,
    ) -> Option<Result<CreateCommitOnBranchPayload>> {
        let commit = async {
            let call = Call::of(ctx)?;
            let (Some(branch), Some(repo)) = (
                input.branch.branch_name,
                input.branch.repository_name_with_owner,
            ) else {
                return Err(unprocessable("Name the branch and its repository."));
            };
            let repo: RepoName = repo.parse().map_err(|_| Refusal::not_found())?;
            let (forge, actor) = (call.forge(), &call.actor);
            let repo = forge.repo(actor, repo.owner(), repo.name()).await?;
            let branch = branch.trim_start_matches("refs/heads/").to_owned();
            let (additions, deletions) = match input.file_changes {
                Some(changes) => (changes.additions, changes.deletions),
                None => (None, None),
            };
            let new = BranchCommit {
                expected_head: object_id(&input.expected_head_oid)?,
                message: message(&input.message),
                additions: decoded(additions.unwrap_or_default())?,
                deletions: deletions
                    .unwrap_or_default()
                    .into_iter()
                    .map(|file| file.path)
                    .collect(),
                branch: branch.clone(),
            };
            let sha = forge.commit_on_branch(actor, &repo, new).await?;
            let name = format!("refs/heads/{branch}");
            let found = forge.git_ref(actor, &repo, &name).await?;
            Ok(CreateCommitOnBranchPayload {
                client_mutation_id: input.client_mutation_id,
                commit: Some(Commit::named(repo.clone(), sha)),
                r#ref: Some(Ref::new(repo, found)),
            })
        };
        Some(commit.await)
    }
}

fn object_id(id: &GitObjectId) -> Result<Sha> {
    let wrong = |_| unprocessable(format!("`{}` is not the id of an object.", id.0));
    id.0.parse().map_err(wrong)
}

fn message(message: &CommitMessage) -> String {
    let body = message.body.as_deref().unwrap_or_default();
    format!("{}\n\n{body}", message.headline)
        .trim_end()
        .to_owned()
}

fn decoded(files: Vec<FileAddition>) -> Result<Vec<(String, Vec<u8>)>> {
    let decode = |file: FileAddition| {
        let bytes = BASE64_STANDARD.decode(&file.contents.0);
        let wrong = |_| unprocessable(format!("The contents of {} are not base64.", file.path));
        Ok((file.path.clone(), bytes.map_err(wrong)?))
    };
    files.into_iter().map(decode).collect()
}
