//! The default branch of a repository.

use althing_diag::id::RepoName;
use serde::Deserialize;
use serde_json::json;

use super::{api::Document, command::Gh, wire::Object};
use crate::{Base, ForgeError};

const BASE: Document = Document {
    name: "Base",
    text: include_str!("documents/base.graphql"),
};

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    #[serde(rename = "defaultBranchRef")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: Object,
}

/// The branch and its head; an empty repository has none.
pub(super) async fn read(gh: &Gh, repo: &RepoName) -> Result<Base, ForgeError> {
    let variables = json!({ "owner": repo.owner(), "name": repo.name() });
    let (data, asked) = gh.graphql::<Data>(&BASE, variables).await?;
    let branch = data.repository.and_then(|repository| repository.branch);
    let branch =
        branch.ok_or_else(|| asked.not_found(format!("{repo} is not there, or has no branch")))?;
    Ok(Base {
        branch: branch.name,
        sha: branch.target.oid,
    })
}
