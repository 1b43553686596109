//! Git's own objects: trees, blobs, commits.

use serde::Deserialize;

use super::{
    body::Body,
    extract::{At, Filter, InRepo},
    failure::Reply,
    media,
    route::routes,
    view,
};
use crate::{
    forge::{LooseCommit, Refusal},
    model::Sha,
};

routes! {
    get "/repos/{owner}/{repo}/git/trees/{*tree_sha}" => tree;
    get "/repos/{owner}/{repo}/git/blobs/{file_sha}" => blob;
    post "/repos/{owner}/{repo}/git/commits" => create_commit;
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

/// Author and committer are whoever asks, now: what else may be said of them is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Creation {
    message: String,
    tree: String,
    #[serde(default)]
    parents: Vec<String>,
}

async fn create_commit(at: InRepo, Body(new): Body<Creation>) -> Reply {
    let id = |text: &String| {
        let wrong = |_| Refusal::unprocessable(format!("`{text}` is not the id of an object."));
        text.parse::<Sha>().map_err(wrong)
    };
    let new = LooseCommit {
        tree: id(&new.tree)?,
        parents: new.parents.iter().map(id).collect::<Result<_, _>>()?,
        message: new.message,
    };
    let sha = at.forge.create_commit(&at.actor, &at.repo, new).await?;
    let commit = at.forge.commit(&at.actor, &at.repo, sha.as_str()).await?;
    media::created(&view::git_commit(&commit, &at.name))
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
