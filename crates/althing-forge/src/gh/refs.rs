//! Git refs and statuses of commits.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;
use serde_json::json;

use super::{api::encoded_path, command::Gh};
use crate::{CommitStatus, ErrorKind, ForgeError, RefCreation};

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
