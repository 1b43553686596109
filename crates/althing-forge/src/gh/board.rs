//! Project boards: finding one, listing it, moving items.

use std::collections::BTreeMap;

use althing_diag::id::RepoName;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{
    api::{Document, MAX_PAGES},
    command::Gh,
    issue::Marked,
    wire::{Named, Nodes, Object, Page, StatusValue},
};
use crate::{
    Base, Board, BoardIssue, BoardName, ErrorKind, ForgeError, IssueNumber, IssueState, ItemId,
    Mark, MarksOf, OptionId, ProjectSelector, RepositoryId,
};

const BY_NUMBER: Document = Document {
    name: "BoardByNumber",
    text: include_str!("documents/board_by_number.graphql"),
};
const BY_TITLE: Document = Document {
    name: "BoardByTitle",
    text: include_str!("documents/board_by_title.graphql"),
};
const ISSUES: Document = Document {
    name: "BoardIssues",
    text: include_str!("documents/board_issues.graphql"),
};
const SET_STATUS: Document = Document {
    name: "SetStatus",
    text: include_str!("documents/set_status.graphql"),
};

/// The field that says where an item stands (B-180).
const STATUS_FIELD: &str = "Status";

/// The board with this name.
pub(super) async fn find(gh: &Gh, name: &BoardName) -> Result<Board, ForgeError> {
    match &name.project {
        ProjectSelector::Number(number) => by_number(gh, &name.owner, *number).await,
        ProjectSelector::Title(title) => by_title(gh, &name.owner, title).await,
    }
}

#[derive(Deserialize)]
struct Owned<T> {
    #[serde(rename = "repositoryOwner")]
    owner: Option<T>,
}

#[derive(Deserialize)]
struct OneProject {
    #[serde(rename = "projectV2")]
    project: Option<Project>,
}

#[derive(Deserialize)]
struct Projects {
    #[serde(rename = "projectsV2")]
    projects: Page<Project>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
    number: u32,
    title: String,
    fields: Nodes<Field>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Field {
    #[serde(rename = "ProjectV2SingleSelectField")]
    SingleSelect {
        id: String,
        name: String,
        options: Vec<FieldOption>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct FieldOption {
    id: OptionId,
    name: String,
}

async fn by_number(gh: &Gh, owner: &str, number: u32) -> Result<Board, ForgeError> {
    let variables = json!({ "owner": owner, "number": number });
    let (data, asked) = gh
        .graphql::<Owned<OneProject>>(&BY_NUMBER, variables)
        .await?;
    data.owner
        .and_then(|owner| owner.project)
        .map(Board::from)
        .ok_or_else(|| asked.not_found(format!("{owner} has no project number {number}")))
}

async fn by_title(gh: &Gh, owner: &str, title: &str) -> Result<Board, ForgeError> {
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({ "owner": owner, "after": after });
        let (data, asked) = gh.graphql::<Owned<Projects>>(&BY_TITLE, variables).await?;
        let missing = || asked.not_found(format!("{owner} has no project titled `{title}`"));
        let Projects { projects } = data.owner.ok_or_else(missing)?;
        let found = projects.nodes.into_iter().find(|it| it.title == title);
        if let Some(project) = found {
            return Ok(project.into());
        }
        after = Some(projects.info.next(&asked)?.ok_or_else(missing)?);
    }
    Err(BY_TITLE.endless())
}

impl From<Project> for Board {
    fn from(project: Project) -> Self {
        let status = project
            .fields
            .nodes
            .into_iter()
            .find_map(|field| match field {
                Field::SingleSelect { id, name, options } if name == STATUS_FIELD => {
                    Some((id, options))
                }
                Field::SingleSelect { .. } | Field::Other => None,
            });
        let (status_field, options) = status.unzip();
        Self {
            project: project.id,
            number: project.number,
            title: project.title,
            status_field,
            options: options
                .unwrap_or_default()
                .into_iter()
                .map(|option| (option.name, option.id))
                .collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    node: Option<Node>,
    /// `None` when this account may not see it.
    repository: Option<WithRefs>,
    rate_limit: Option<RateLimit>,
}

#[derive(Deserialize)]
struct WithRefs {
    /// `None` when nothing is named so.
    refs: Option<Nodes<MarkRef>>,
}

#[derive(Deserialize)]
struct MarkRef {
    /// What follows the prefix that was asked for.
    name: String,
    target: Marked,
}

/// What polling costs, in points of the hour's budget.
#[derive(Deserialize)]
struct RateLimit {
    cost: u64,
    remaining: u64,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Node {
    #[serde(rename = "ProjectV2")]
    Project { items: Page<Item> },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: ItemId,
    is_archived: bool,
    #[serde(rename = "fieldValueByName")]
    status: Option<StatusValue>,
    /// `None` when this account may not see it.
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Content {
    Issue(Box<Issue>),
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issue {
    number: IssueNumber,
    title: String,
    body: String,
    url: String,
    state: IssueState,
    created_at: Timestamp,
    labels: Nodes<Named>,
    repository: Repository,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    id: RepositoryId,
    name_with_owner: RepoName,
    default_branch_ref: Option<Branch>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: Object,
}

/// Issues in some statuses. The forge is asked for all items, because its published schema
/// has no filter and its search index lags behind the board.
pub(super) async fn issues(
    gh: &Gh,
    board: &Board,
    statuses: &[&str],
    marks: MarksOf<'_>,
) -> Result<Vec<BoardIssue>, ForgeError> {
    let (folder, stem) = marks
        .stem
        .split_at(marks.stem.rfind('/').map_or(0, |at| at + 1));
    for status in statuses {
        option(board, status)?;
    }
    let mut found = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({
            "project": board.project,
            "after": after,
            "owner": marks.repo.owner(),
            "name": marks.repo.name(),
            "marks": folder,
        });
        let (data, asked) = gh.graphql::<Listing>(&ISSUES, variables).await?;
        if let Some(RateLimit { cost, remaining }) = data.rate_limit {
            tracing::debug!(cost, remaining, "points");
        }
        let Some(Node::Project { items }) = data.node else {
            return Err(asked.not_found(format!("`{}` is no project", board.project)));
        };
        let mut marked = data
            .repository
            .map_or_else(BTreeMap::new, |it| it.marks(stem));
        let listed = items.nodes.into_iter();
        found.extend(
            listed
                .filter_map(|item| item.issue_in(statuses))
                .map(|issue| {
                    let own = issue.repo == *marks.repo;
                    let mark = own.then(|| marked.remove(&issue.number)).flatten();
                    BoardIssue { mark, ..issue }
                }),
        );
        after = items.info.next(&asked)?;
        if after.is_none() {
            return Ok(found);
        }
    }
    Err(ISSUES.endless())
}

impl WithRefs {
    /// The marks by issue. What is named so and is no mark is nobody's.
    fn marks(self, stem: &str) -> BTreeMap<IssueNumber, Mark> {
        let nodes = self.refs.map(|refs| refs.nodes).unwrap_or_default();
        let mark = |it: MarkRef| {
            let number = it.name.strip_prefix(stem)?.parse().ok()?;
            Some((IssueNumber(number), Mark::try_from(it.target).ok()?))
        };
        nodes.into_iter().filter_map(mark).collect()
    }
}

impl Item {
    /// The issue, if it is in one of these statuses.
    fn issue_in(self, statuses: &[&str]) -> Option<BoardIssue> {
        let Some(Content::Issue(issue)) = self.content else {
            return None;
        };
        let status = self.status.and_then(|value| value.name)?;
        if !statuses.contains(&status.as_str()) || self.is_archived {
            return None;
        }
        let repo = issue.repository.name_with_owner;
        let Some(branch) = issue.repository.default_branch_ref else {
            tracing::warn!(%repo, issue = %issue.number, "left out: its repository is empty");
            return None;
        };
        Some(BoardIssue {
            item: self.id,
            status,
            repo,
            repository: issue.repository.id,
            number: issue.number,
            title: issue.title,
            body: issue.body,
            url: issue.url,
            state: issue.state,
            labels: issue.labels.names(),
            created_at: issue.created_at,
            base: Base {
                branch: branch.name,
                sha: branch.target.oid,
            },
            mark: None,
        })
    }
}

/// Moves an item (B-189).
pub(super) async fn set_status(
    gh: &Gh,
    board: &Board,
    item: &ItemId,
    status: &str,
) -> Result<(), ForgeError> {
    let (field, option) = option(board, status)?;
    let variables = json!({
        "project": board.project,
        "item": item,
        "field": field,
        "option": option,
    });
    gh.graphql::<serde::de::IgnoredAny>(&SET_STATUS, variables)
        .await?;
    Ok(())
}

/// The ids of the status field and of the option with this name.
fn option<'a>(board: &'a Board, status: &str) -> Result<(&'a str, &'a OptionId), ForgeError> {
    board
        .status_field
        .as_deref()
        .zip(board.options.get(status))
        .ok_or_else(|| ForgeError {
            kind: ErrorKind::NotFound,
            command: format!("status `{status}`"),
            message: format!("project `{}` has no such status", board.title),
        })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Board, Listing, Node, OneProject, Owned, option};
    use crate::{BoardIssue, ErrorKind};

    fn board() -> Board {
        let answer: Owned<OneProject> = serde_json::from_value(json!({
            "repositoryOwner": { "projectV2": {
                "id": "PVT_1", "number": 3, "title": "Bring-ups",
                "fields": { "nodes": [
                    { "__typename": "ProjectV2Field" },
                    { "__typename": "ProjectV2SingleSelectField", "id": "F_0", "name": "Size",
                      "options": [{ "id": "o9", "name": "ready" }] },
                    { "__typename": "ProjectV2IterationField" },
                    { "__typename": "ProjectV2SingleSelectField", "id": "F_1", "name": "Status",
                      "options": [{ "id": "o1", "name": "ready" }, { "id": "o2", "name": "done" }] },
                ] },
            } },
        }))
        .expect("true to the schema");
        answer
            .owner
            .and_then(|owner| owner.project)
            .expect("there")
            .into()
    }

    #[test]
    fn the_status_field_is_found_among_others() {
        insta::assert_debug_snapshot!(board(), @r#"
        Board {
            project: "PVT_1",
            number: 3,
            title: "Bring-ups",
            status_field: Some(
                "F_1",
            ),
            options: {
                "done": OptionId(
                    "o2",
                ),
                "ready": OptionId(
                    "o1",
                ),
            },
        }
        "#);
    }

    #[test]
    fn an_unknown_status_is_an_error_and_not_an_empty_list() {
        let error = option(&board(), "redy").expect_err("unknown");
        assert_eq!(error.kind, ErrorKind::NotFound);
        assert_eq!(option(&board(), "ready").expect("known").1.0, "o1");
    }

    fn item(number: u64, change: impl FnOnce(&mut Value)) -> Value {
        let mut item = json!({
            "id": format!("I_{number}"),
            "isArchived": false,
            "fieldValueByName": {
                "__typename": "ProjectV2ItemFieldSingleSelectValue", "name": "ready",
            },
            "content": {
                "__typename": "Issue", "number": number, "title": "t", "body": "b",
                "url": "https://github.com/o/r/issues/1", "state": "OPEN",
                "createdAt": "2026-01-02T03:04:05Z",
                "labels": { "nodes": [{ "name": "n150" }] },
                "repository": {
                    "id": "R_1", "nameWithOwner": "o/r",
                    "defaultBranchRef": { "name": "main", "target": { "oid": "a".repeat(40) } },
                },
            },
        });
        change(&mut item);
        item
    }

    fn ready(items: Vec<Value>) -> Vec<BoardIssue> {
        let answer: Listing = serde_json::from_value(json!({
            "node": {
                "__typename": "ProjectV2",
                "items": {
                    "nodes": items,
                    "pageInfo": { "hasNextPage": false, "endCursor": null },
                },
            },
            "rateLimit": { "cost": 1, "remaining": 4999 },
        }))
        .expect("true to the schema");
        let Some(Node::Project { items }) = answer.node else {
            panic!("a project");
        };
        items
            .nodes
            .into_iter()
            .filter_map(|item| item.issue_in(&["ready"]))
            .collect()
    }

    #[test]
    fn only_issues_in_the_status_are_listed() {
        let found = ready(vec![
            item(1, |_| {}),
            item(2, |it| it["content"]["state"] = "CLOSED".into()),
            item(3, |it| it["fieldValueByName"]["name"] = "done".into()),
            item(4, |it| it["fieldValueByName"] = Value::Null),
            item(5, |it| it["isArchived"] = true.into()),
            item(6, |it| it["content"] = Value::Null),
            item(7, |it| {
                it["content"] = json!({ "__typename": "DraftIssue" })
            }),
            item(8, |it| {
                it["content"]["repository"]["defaultBranchRef"] = Value::Null
            }),
        ]);
        insta::assert_debug_snapshot!(found);
    }
}
