//! Labels, boards and their field, as a fleet is set up.

use std::collections::BTreeSet;

use althing_diag::id::RepoName;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use super::{
    api::{Document, MAX_PAGES},
    command::Gh,
    wire::{Named, Page},
};
use crate::{Board, ErrorKind, ForgeError, NewLabel, Premises, StatusField, StatusOption};

const PREMISES: Document = Document {
    name: "Premises",
    text: include_str!("documents/premises.graphql"),
};
const BOARD_FIELDS: Document = Document {
    name: "BoardFields",
    text: include_str!("documents/board_fields.graphql"),
};
const CREATE_BOARD: Document = Document {
    name: "CreateBoard",
    text: include_str!("documents/create_board.graphql"),
};
const CREATE_STATUS: Document = Document {
    name: "CreateStatus",
    text: include_str!("documents/create_status.graphql"),
};
const REPLACE_OPTIONS: Document = Document {
    name: "ReplaceOptions",
    text: include_str!("documents/replace_options.graphql"),
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    repository_owner: Option<Owner>,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Owner {
    id: String,
}

#[derive(Deserialize)]
struct Repository {
    labels: Option<Page<Named>>,
}

/// Owner and labels.
pub(super) async fn premises(gh: &Gh, repo: &RepoName) -> Result<Premises, ForgeError> {
    let mut labels = BTreeSet::new();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "after": after });
        let (data, asked) = gh.graphql::<Data>(&PREMISES, variables).await?;
        let (Some(owner), Some(repository)) = (data.repository_owner, data.repository) else {
            return Err(asked.not_found(format!("there is no repository {repo}")));
        };
        after = match repository.labels {
            Some(page) => {
                labels.extend(page.nodes.into_iter().map(|label| label.name));
                page.info.next(&asked)?
            }
            None => None,
        };
        if after.is_none() {
            let owner = owner.id;
            return Ok(Premises { owner, labels });
        }
    }
    Err(PREMISES.endless())
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    errors: Vec<Wrong>,
    message: String,
}

#[derive(Deserialize)]
struct Wrong {
    code: Option<String>,
}

/// 422 also says that name or colour are wrong.
pub(super) async fn create_label(
    gh: &Gh,
    repo: &RepoName,
    label: &NewLabel,
) -> Result<(), ForgeError> {
    let path = format!("repos/{repo}/labels");
    let (response, asked) = gh.rest("POST", &path, Some(&json!(label)), &[422]).await?;
    if response.is_success() {
        return Ok(());
    }
    let Refusal { errors, message } = asked.decode(&response.body)?;
    let there = |wrong: &Wrong| wrong.code.as_deref() == Some("already_exists");
    if errors.iter().any(there) {
        Ok(())
    } else {
        Err(asked.error(ErrorKind::Conflict, message))
    }
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "createProjectV2")]
    created: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "projectV2")]
    project: Option<Numbered>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u32,
}

/// A board for an owner.
pub(super) async fn create_board(gh: &Gh, owner: &str, title: &str) -> Result<u32, ForgeError> {
    let variables = json!({ "owner": owner, "title": title });
    let (data, asked) = gh.graphql::<Created>(&CREATE_BOARD, variables).await?;
    let made = data.created.and_then(|made| made.project);
    made.map(|project| project.number)
        .ok_or_else(|| asked.error(ErrorKind::Answer, "unexpected answer: no project"))
}

#[derive(Deserialize)]
struct Fields {
    node: Option<Node>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Node {
    #[serde(rename = "ProjectV2")]
    Project {
        url: String,
        items: Count,
        field: Option<Field>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    total_count: u64,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Field {
    #[serde(rename = "ProjectV2SingleSelectField")]
    SingleSelect {
        id: String,
        options: Vec<StatusOption>,
    },
    #[serde(other)]
    Other,
}

/// The field with its options in full.
pub(super) async fn status_field(gh: &Gh, board: &Board) -> Result<StatusField, ForgeError> {
    let variables = json!({ "project": board.project });
    let (data, asked) = gh.graphql::<Fields>(&BOARD_FIELDS, variables).await?;
    let Some(Node::Project { url, items, field }) = data.node else {
        return Err(asked.not_found(format!("`{}` is no project", board.project)));
    };
    let field = match field {
        Some(Field::SingleSelect { id, options }) => Some((id, options)),
        Some(Field::Other) | None => None,
    };
    let items = items.total_count;
    Ok(StatusField { url, items, field })
}

/// The field where there is none.
pub(super) async fn create_status_field(
    gh: &Gh,
    board: &Board,
    options: &[StatusOption],
) -> Result<(), ForgeError> {
    let variables = json!({ "project": board.project, "options": options });
    gh.graphql::<IgnoredAny>(&CREATE_STATUS, variables).await?;
    Ok(())
}

/// All options of a field.
pub(super) async fn replace_options(
    gh: &Gh,
    field: &str,
    options: &[StatusOption],
) -> Result<(), ForgeError> {
    let variables = json!({ "field": field, "options": options });
    gh.graphql::<IgnoredAny>(&REPLACE_OPTIONS, variables)
        .await?;
    Ok(())
}
