//! Git refs and statuses of commits.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;
use serde_json::json;

use super::{
    api::encoded_path,
    command::Gh,
    mutation::{self, Step},
};
use crate::{CommitStatus, ErrorKind, ForgeError, NewMark, RefCreation, RefSwap, RepositoryId};

/// Where a ref points to that is to be deleted.
const NOWHERE: &str = "0000000000000000000000000000000000000000";

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// Creates a ref; the forge does it for one caller only.
pub(super) async fn create(
    gh: &Gh,
    repo: &RepoName,
    name: &str,
    target: &Sha,
) -> Result<RefCreation, ForgeError> {
    let body = json!({ "ref": name, "sha": target });
    let path = format!("repos/{repo}/git/refs");
    let (response, asked) = gh.rest("POST", &path, Some(&body), &[422]).await?;
    if response.is_success() {
        return Ok(RefCreation::Created);
    }
    // 422 also says that the name or the commit is wrong.
    let Refusal { message } = asked.decode(&response.body)?;
    if message.to_lowercase().contains("already exists") {
        Ok(RefCreation::Exists)
    } else {
        Err(asked.error(ErrorKind::Conflict, message))
    }
}

#[derive(Deserialize)]
struct Made {
    sha: Sha,
}

/// Without author and committer the commit is this account's, now by the clock of the server.
pub(super) async fn create_mark(
    gh: &Gh,
    repo: &RepoName,
    mark: &NewMark,
) -> Result<Sha, ForgeError> {
    let parents: Vec<&Sha> = mark.over.iter().collect();
    let body = json!({ "message": mark.text, "tree": mark.tree, "parents": parents });
    let path = format!("repos/{repo}/git/commits");
    let (response, asked) = gh.rest("POST", &path, Some(&body), &[]).await?;
    let Made { sha } = asked.decode(&response.body)?;
    Ok(sha)
}

/// `updateRefs` is the one operation of GitHub that compares what a ref points to: deleting over
/// REST deletes whatever is there, and a fast-forward cannot delete. A replacement is never
/// forced, so a mark that is not made on top of `from` is refused too.
pub(super) async fn swap(
    gh: &Gh,
    repository: &RepositoryId,
    name: &str,
    from: &Sha,
    to: Option<&Sha>,
) -> Result<RefSwap, ForgeError> {
    let update = json!({
        "name": name,
        "beforeOid": from,
        "afterOid": to.map_or(NOWHERE, Sha::as_str),
        "force": to.is_none(),
    });
    let step = Step {
        mutation: mutation::UPDATE_REFS,
        input: json!({ "repositoryId": repository, "refUpdates": [update] }),
    };
    let ends = gh.mutate("SwapRef", &[step]).await?;
    match ends.into_iter().next() {
        Some(Err(error)) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::NotFound) => {
            Ok(RefSwap::Refused)
        }
        Some(Err(error)) => Err(error),
        Some(Ok(_)) | None => Ok(RefSwap::Swapped),
    }
}

pub(super) async fn delete(gh: &Gh, repo: &RepoName, name: &str) -> Result<(), ForgeError> {
    let encoded = name.strip_prefix("refs/").and_then(encoded_path);
    let Some(encoded) = encoded else {
        return Err(ForgeError {
            kind: ErrorKind::NotFound,
            command: "delete ref".to_owned(),
            message: format!("`{name}` is not the full name of a ref"),
        });
    };
    let path = format!("repos/{repo}/git/refs/{encoded}");
    gh.rest("DELETE", &path, None, &[]).await?;
    Ok(())
}

pub(super) async fn set_commit_status(
    gh: &Gh,
    repo: &RepoName,
    commit: &Sha,
    status: &CommitStatus,
) -> Result<(), ForgeError> {
    let path = format!("repos/{repo}/statuses/{commit}");
    let body = json!({
        "state": status.state,
        "context": status.context,
        "description": status.description,
    });
    gh.rest("POST", &path, Some(&body), &[]).await?;
    Ok(())
}
