//! The folders below a path.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;
use serde_json::json;

use super::super::{api::Document, command::Gh};
use crate::ForgeError;

const FOLDERS: Document = Document {
    name: "Folders",
    text: include_str!("../documents/folders.graphql"),
};

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    object: Option<Object>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Object {
    Tree {
        entries: Option<Vec<Entry>>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Names of the folders directly below a path; none if it is no folder.
pub(in super::super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    at: &Sha,
    path: &str,
) -> Result<Vec<String>, ForgeError> {
    let variables = json!({
        "owner": repo.owner(),
        "name": repo.name(),
        "folder": format!("{at}:{path}"),
    });
    let (data, asked) = gh.graphql::<Data>(&FOLDERS, variables).await?;
    let repository = data
        .repository
        .ok_or_else(|| asked.not_found(format!("there is no repository {repo}")))?;
    let entries = match repository.object {
        Some(Object::Tree { entries }) => entries.unwrap_or_default(),
        Some(Object::Other) | None => Vec::new(),
    };
    let folders = entries.into_iter().filter(|entry| entry.kind == "tree");
    Ok(folders.map(|entry| entry.name).collect())
}
