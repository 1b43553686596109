//! Git's own objects: trees, blobs, commits.

use serde::Deserialize;

use super::{
    extract::{At, Filter, InRepo},
    failure::Reply,
    media,
    route::routes,
    view,
};
use crate::{forge::Refusal, model::Sha};

routes! {
    get "/repos/{owner}/{repo}/git/trees/{*tree_sha}" => tree;
    get "/repos/{owner}/{repo}/git/blobs/{file_sha}" => blob;
    get "/repos/{owner}/{repo}/git/commits/{commit_sha}" => commit;
}

/// The id of a tree, or a commit or ref that has one.
#[derive(Deserialize)]
struct TreePath {
    tree_sha: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Depth {
    /// Any value means yes, as on GitHub.
    recursive: Option<String>,
}

async fn tree(at: InRepo, At(path): At<TreePath>, Filter(depth): Filter<Depth>) -> Reply {
    let recursive = depth.recursive.is_some();
    let (sha, entries) = at
        .forge
        .tree(&at.actor, &at.repo, &path.tree_sha, recursive)
        .await?;
    media::ok(&view::tree(&sha, &entries, &at.name))
}

#[derive(Deserialize)]
struct BlobPath {
    file_sha: String,
}

async fn blob(at: InRepo, At(path): At<BlobPath>) -> Reply {
    let bytes = at.forge.blob(&at.actor, &at.repo, &path.file_sha).await?;
    media::ok(&view::blob(&path.file_sha, &bytes, &at.name))
}

#[derive(Deserialize)]
struct CommitPath {
    commit_sha: String,
}

async fn commit(at: InRepo, At(path): At<CommitPath>) -> Reply {
    let sha: Sha = path.commit_sha.parse().map_err(|_| Refusal::not_found())?;
    let commit = at.forge.commit(&at.actor, &at.repo, sha.as_str()).await?;
    media::ok(&view::git_commit(&commit, &at.name))
}
