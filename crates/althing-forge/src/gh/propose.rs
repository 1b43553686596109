//! Changes to files, as a pull request from a branch of their own.

use althing_diag::id::{RepoName, Sha};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{
    api::{Asked, Document},
    command::Gh,
    mutation::{self, Step},
    wire::{Nodes, Object},
};
use crate::{ErrorKind, ForgeError, Proposal, Proposed, PullNumber, PullState};

const BRANCH: Document = Document {
    name: "Branch",
    text: include_str!("documents/branch.graphql"),
};

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    id: String,
    base: Option<Object>,
    head: Option<Object>,
    pull_requests: Nodes<PullAnswer>,
}

#[derive(Deserialize)]
struct PullAnswer {
    number: PullNumber,
    url: String,
    state: PullState,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    pull_request: Option<PullAnswer>,
}

/// Looks at how far an earlier try has come, and does the rest in one request: the branch, one
/// commit on it, the pull request.
pub(super) async fn propose(
    gh: &Gh,
    repo: &RepoName,
    proposal: &Proposal,
) -> Result<Proposed, ForgeError> {
    let (repository, asked) = look(gh, repo, proposal).await?;
    if let Some(pull) = repository.pull_requests.nodes.into_iter().next() {
        return Ok(pull.into());
    }
    let Some(base) = repository.base else {
        return Err(asked.not_found(format!("{repo} has no branch {}", proposal.base.branch)));
    };
    let start = &proposal.base.sha;
    let head = repository.head.map(|head| head.oid);

    let mut steps = Vec::new();
    if head.is_none() {
        steps.push(Step {
            mutation: mutation::CREATE_REF,
            input: json!({
                "repositoryId": repository.id,
                "name": format!("refs/heads/{}", proposal.branch),
                "oid": start,
            }),
        });
    }
    // The branch is nobody else's: a head that is on the base is an earlier try that came no
    // further, any other head is its commit.
    if head.as_ref().is_none_or(|head| head == start) {
        steps.push(commit(repo, proposal, start));
    } else if head.as_ref() == Some(&base.oid) {
        let message = format!("{} has moved on meanwhile", proposal.base.branch);
        return Err(asked.error(ErrorKind::Conflict, message));
    }
    steps.push(Step {
        mutation: mutation::CREATE_PULL,
        input: json!({
            "repositoryId": repository.id,
            "baseRefName": proposal.base.branch,
            "headRefName": proposal.branch,
            "title": proposal.title,
            "body": proposal.body,
        }),
    });
    finish(gh, &steps, &asked).await
}

async fn look(
    gh: &Gh,
    repo: &RepoName,
    proposal: &Proposal,
) -> Result<(Repository, Asked), ForgeError> {
    let variables = json!({
        "owner": repo.owner(),
        "name": repo.name(),
        "base": format!("refs/heads/{}", proposal.base.branch),
        "head": format!("refs/heads/{}", proposal.branch),
        "branch": proposal.branch,
    });
    let (data, asked) = gh.graphql::<Data>(&BRANCH, variables).await?;
    match data.repository {
        Some(repository) => Ok((repository, asked)),
        None => Err(asked.not_found(format!("there is no repository {repo}"))),
    }
}

fn commit(repo: &RepoName, proposal: &Proposal, head: &Sha) -> Step {
    let (mut additions, mut deletions) = (Vec::new(), Vec::new());
    for file in &proposal.files {
        match &file.text {
            Some(text) => {
                let contents = BASE64_STANDARD.encode(text);
                additions.push(json!({ "path": file.path, "contents": contents }));
            }
            None => deletions.push(json!({ "path": file.path })),
        }
    }
    Step {
        mutation: mutation::COMMIT,
        input: json!({
            "branch": { "repositoryNameWithOwner": repo, "branchName": proposal.branch },
            "expectedHeadOid": head,
            "message": { "headline": proposal.title },
            "fileChanges": { "additions": additions, "deletions": deletions },
        }),
    }
}

/// The steps depend on each other: the first that fails is why the last could not be done.
async fn finish(gh: &Gh, steps: &[Step], asked: &Asked) -> Result<Proposed, ForgeError> {
    let mut opened = None;
    for end in gh.mutate("Propose", steps).await? {
        let (answer, _) = end?;
        opened = serde_json::from_value::<Opened>(answer)
            .ok()
            .and_then(|answer| answer.pull_request);
    }
    opened
        .map(Proposed::from)
        .ok_or_else(|| asked.error(ErrorKind::Answer, "unexpected answer: no pull request"))
}

impl From<PullAnswer> for Proposed {
    fn from(pull: PullAnswer) -> Self {
        Self {
            number: pull.number,
            url: pull.url,
            state: pull.state,
        }
    }
}
