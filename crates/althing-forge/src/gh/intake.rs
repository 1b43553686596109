//! Every issue of a repository, and new ones.

use althing_diag::id::RepoName;
use serde::Deserialize;
use serde_json::json;

use super::{
    api::{Document, MAX_PAGES},
    command::Gh,
    wire::{Actor, Named, Nodes, Object, Page, StatusValue},
};
use crate::{
    Base, Board, BoardItem, ErrorKind, Filed, FiledIssue, Filings, ForgeError, IssueNode,
    IssueNumber, IssueState, ItemId, NewIssue,
};

const ALL_ISSUES: Document = Document {
    name: "AllIssues",
    text: include_str!("documents/all_issues.graphql"),
};
const ADD_TO_BOARD: Document = Document {
    name: "AddToBoard",
    text: include_str!("documents/add_to_board.graphql"),
};

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    default_branch_ref: Option<Branch>,
    issues: Page<Issue>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: Object,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issue {
    id: IssueNode,
    number: IssueNumber,
    body: String,
    state: IssueState,
    author: Option<Actor>,
    labels: Option<Nodes<Named>>,
    project_items: Nodes<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: ItemId,
    project: Project,
    #[serde(rename = "fieldValueByName")]
    status: Option<StatusValue>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
}

/// All issues, oldest first.
pub(super) async fn list(gh: &Gh, board: &Board, repo: &RepoName) -> Result<Filings, ForgeError> {
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "after": after });
        let (data, asked) = gh.graphql::<Data>(&ALL_ISSUES, variables).await?;
        let Some(repository) = data.repository else {
            return Err(asked.not_found(format!("there is no repository {repo}")));
        };
        let (issues, branch) = (repository.issues, repository.default_branch_ref);
        found.extend(issues.nodes.into_iter().map(|issue| issue.on(board)));
        after = issues.info.next(&asked)?;
        if after.is_none() {
            return Ok(Filings {
                issues: found,
                base: branch.map(|branch| Base {
                    branch: branch.name,
                    sha: branch.target.oid,
                }),
            });
        }
    }
    Err(ALL_ISSUES.endless())
}

impl Issue {
    fn on(self, board: &Board) -> FiledIssue {
        let mut items = self.project_items.nodes.into_iter();
        let item = items.find(|item| item.project.id == board.project);
        FiledIssue {
            node: self.id,
            number: self.number,
            body: self.body,
            state: self.state,
            author: self.author.and_then(Actor::account),
            labels: self.labels.map(Nodes::names).unwrap_or_default(),
            item: item.map(|item| BoardItem {
                id: item.id,
                status: item.status.and_then(|value| value.name),
            }),
        }
    }
}

#[derive(Deserialize)]
struct Opened {
    number: IssueNumber,
    node_id: IssueNode,
}

/// Files an issue, over REST, which makes labels that are not there.
pub(super) async fn file(gh: &Gh, repo: &RepoName, new: &NewIssue) -> Result<Filed, ForgeError> {
    let path = format!("repos/{repo}/issues");
    let body = json!({ "title": new.title, "body": new.body, "labels": new.labels });
    let (response, asked) = gh.rest("POST", &path, Some(&body), &[]).await?;
    let Opened { number, node_id } = asked.decode(&response.body)?;
    Ok(Filed {
        node: node_id,
        number,
    })
}

#[derive(Deserialize)]
struct Added {
    #[serde(rename = "addProjectV2ItemById")]
    payload: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    item: Option<NewItem>,
}

#[derive(Deserialize)]
struct NewItem {
    id: ItemId,
}

/// Puts an issue on a board.
pub(super) async fn add_to_board(
    gh: &Gh,
    board: &Board,
    issue: &IssueNode,
) -> Result<ItemId, ForgeError> {
    let variables = json!({ "project": board.project, "issue": issue });
    let (added, asked) = gh.graphql::<Added>(&ADD_TO_BOARD, variables).await?;
    let item = added.payload.and_then(|payload| payload.item);
    item.map(|item| item.id)
        .ok_or_else(|| asked.error(ErrorKind::Answer, "unexpected answer: no item"))
}
