//! One issue: its state, its comments, its pull requests.

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::{
    api::{Document, MAX_PAGES},
    command::Gh,
    wire::{Actor, Named, Nodes, Object, Page, StatusValue},
};
use crate::{
    Board, BoardItem, Comment, CommentId, ErrorKind, ForgeError, IssueNumber, IssueSnapshot,
    IssueState, ItemId, Mark, PullNumber,
};

const ISSUE: Document = Document {
    name: "Issue",
    text: include_str!("documents/issue.graphql"),
};
const LINKED_PULLS: Document = Document {
    name: "LinkedPulls",
    text: include_str!("documents/linked_pulls.graphql"),
};

#[derive(Deserialize)]
struct Data<T> {
    repository: Option<Repository<T>>,
}

#[derive(Deserialize)]
struct Repository<T> {
    issue: Option<T>,
    #[serde(default)]
    mark: Option<Marked>,
    #[serde(default, rename = "defaultBranchRef")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct Branch {
    target: Head,
}

#[derive(Deserialize)]
struct Head {
    tree: Object,
}

/// What the ref asked for points to.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
pub(super) enum Marked {
    #[serde(rename_all = "camelCase")]
    Commit {
        oid: Sha,
        message: String,
        committed_date: Timestamp,
    },
    #[serde(other)]
    Other,
}

impl<T> Data<T> {
    fn issue(self) -> Option<T> {
        self.repository?.issue
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Issue {
    state: IssueState,
    labels: Nodes<Named>,
    project_items: Page<Item>,
    comments: Comments,
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

#[derive(Deserialize)]
struct Comments {
    nodes: Vec<CommentNode>,
    #[serde(rename = "pageInfo")]
    info: PageBefore,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageBefore {
    has_previous_page: bool,
    start_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentNode {
    database_id: CommentId,
    body: String,
    created_at: Timestamp,
    last_edited_at: Option<Timestamp>,
    author: Option<Actor>,
}

/// The issue with its latest ten comments, or the ten before a cursor (B-153).
pub(super) async fn read(
    gh: &Gh,
    (board, repo): (&Board, &RepoName),
    number: IssueNumber,
    mark: &str,
    before: Option<&str>,
) -> Result<IssueSnapshot, ForgeError> {
    let variables = json!({
        "owner": repo.owner(),
        "name": repo.name(),
        "number": number,
        "mark": mark,
        "before": before,
    });
    let (mut data, asked) = gh.graphql::<Data<Issue>>(&ISSUE, variables).await?;
    let repository = data.repository.as_mut();
    let (mark, branch) = repository.map_or((None, None), |it| (it.mark.take(), it.branch.take()));
    let tree = branch.map(|branch| branch.target.tree.oid);
    let mark = match mark.map(Mark::try_from).transpose() {
        Ok(mark) => mark,
        Err(message) => return Err(asked.error(ErrorKind::Answer, message)),
    };
    let issue = data
        .issue()
        .ok_or_else(|| asked.not_found(format!("{repo} has no issue {number}")))?;
    issue
        .on(board, asked.at)
        .map(|snapshot| IssueSnapshot {
            mark,
            tree,
            ..snapshot
        })
        .map_err(|message| asked.error(ErrorKind::Answer, message))
}

impl TryFrom<Marked> for Mark {
    type Error = &'static str;

    fn try_from(marked: Marked) -> Result<Self, Self::Error> {
        match marked {
            Marked::Commit {
                oid: id,
                message: text,
                committed_date: at,
            } => Ok(Mark { id, text, at }),
            Marked::Other => Err("the ref of the mark points to something that is no commit"),
        }
    }
}

impl Issue {
    fn on(self, board: &Board, at: Timestamp) -> Result<IssueSnapshot, &'static str> {
        let mut items = self.project_items.nodes.into_iter();
        let item = items.find(|item| item.project.id == board.project);
        if item.is_none() && self.project_items.info.has_next_page {
            return Err("the issue is on more boards than can be looked through");
        }
        let PageBefore {
            has_previous_page,
            start_cursor,
        } = self.comments.info;
        if has_previous_page && start_cursor.is_none() {
            return Err("unexpected answer: earlier comments without a cursor");
        }
        let mut comments: Vec<Comment> = self.comments.nodes.into_iter().map(Into::into).collect();
        comments.sort_by_key(|comment| comment.id);
        Ok(IssueSnapshot {
            at,
            state: self.state,
            labels: self.labels.names(),
            item: item.map(|item| BoardItem {
                id: item.id,
                status: item.status.and_then(|value| value.name),
            }),
            comments,
            earlier: start_cursor.filter(|_| has_previous_page),
            mark: None,
            tree: None,
        })
    }
}

impl From<CommentNode> for Comment {
    fn from(node: CommentNode) -> Self {
        Self {
            id: node.database_id,
            author: node.author.and_then(Actor::account),
            body: node.body,
            created_at: node.created_at,
            edited_at: node.last_edited_at,
        }
    }
}

#[derive(Deserialize)]
struct Opened {
    number: IssueNumber,
}

/// Opens an issue.
pub(super) async fn open(
    gh: &Gh,
    repo: &RepoName,
    title: &str,
    body: &str,
) -> Result<IssueNumber, ForgeError> {
    let path = format!("repos/{repo}/issues");
    let body = json!({ "title": title, "body": body });
    let (response, asked) = gh.rest("POST", &path, Some(&body), &[]).await?;
    let Opened { number } = asked.decode(&response.body)?;
    Ok(number)
}

#[derive(Deserialize)]
struct Linked {
    #[serde(rename = "closedByPullRequestsReferences")]
    pulls: Page<LinkedPull>,
}

#[derive(Deserialize)]
struct LinkedPull {
    number: PullNumber,
    repository: LinkedRepository,
}

#[derive(Deserialize)]
struct LinkedRepository {
    #[serde(rename = "nameWithOwner")]
    name: RepoName,
}

/// Pull requests of the same repository that close the issue.
pub(super) async fn linked_pulls(
    gh: &Gh,
    repo: &RepoName,
    issue: IssueNumber,
) -> Result<Vec<PullNumber>, ForgeError> {
    let mut numbers = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({
            "owner": repo.owner(),
            "name": repo.name(),
            "number": issue,
            "after": after,
        });
        let (data, asked) = gh.graphql::<Data<Linked>>(&LINKED_PULLS, variables).await?;
        let Linked { pulls } = data
            .issue()
            .ok_or_else(|| asked.not_found(format!("{repo} has no issue {issue}")))?;
        let here = pulls
            .nodes
            .into_iter()
            .filter(|pull| pull.repository.name == *repo);
        numbers.extend(here.map(|pull| pull.number));
        after = pulls.info.next(&asked)?;
        if after.is_none() {
            return Ok(numbers);
        }
    }
    Err(LINKED_PULLS.endless())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Data, Issue, Linked};
    use crate::{Board, IssueSnapshot};

    #[expect(clippy::unwrap_in_result, reason = "a test fails by panicking")]
    fn snapshot(change: impl FnOnce(&mut Value)) -> Result<IssueSnapshot, &'static str> {
        let comment = |id: u64, author: Value| {
            json!({ "databaseId": id, "body": format!("comment {id}"),
                    "createdAt": "2026-01-02T03:04:05Z", "author": author })
        };
        let mut issue = json!({
            "state": "OPEN",
            "labels": { "nodes": [{ "name": "n150" }, { "name": "lb" }] },
            "projectItems": {
                "nodes": [
                    { "id": "I_other", "project": { "id": "P_other" }, "fieldValueByName": null },
                    { "id": "I_1", "project": { "id": "P_1" }, "fieldValueByName": {
                        "__typename": "ProjectV2ItemFieldSingleSelectValue", "name": "ready" } },
                ],
                "pageInfo": { "hasNextPage": false, "endCursor": null },
            },
            "comments": {
                "nodes": [
                    comment(31, json!({ "__typename": "User", "login": "ada", "databaseId": 7 })),
                    comment(30, json!({ "__typename": "EnterpriseUserAccount", "login": "x" })),
                    comment(32, Value::Null),
                ],
                "pageInfo": { "hasPreviousPage": true, "startCursor": "C" },
            },
        });
        change(&mut issue);
        let answer = json!({ "repository": { "issue": issue } });
        let data: Data<Issue> = serde_json::from_value(answer).expect("true to the schema");
        let board = Board {
            project: "P_1".to_owned(),
            number: 1,
            title: "Bring-ups".to_owned(),
            status_field: None,
            options: BTreeMap::new(),
        };
        let at = jiff::Timestamp::UNIX_EPOCH;
        data.issue().expect("there").on(&board, at)
    }

    #[test]
    fn the_item_of_the_board_asked_for_and_comments_by_number() {
        let snapshot = snapshot(|_| {}).expect("well formed");
        let item = snapshot.item.expect("on the board");
        assert_eq!(
            (item.id.0.as_str(), item.status.as_deref()),
            ("I_1", Some("ready"))
        );
        let comments: Vec<(u64, Option<u64>)> = snapshot
            .comments
            .iter()
            .map(|it| (it.id.0, it.author.as_ref().map(|author| author.id.0)))
            .collect();
        assert_eq!(comments, [(30, None), (31, Some(7)), (32, None)]);
        assert_eq!(snapshot.earlier.as_deref(), Some("C"));
        assert_eq!(snapshot.labels, ["n150", "lb"]);
    }

    #[test]
    fn an_issue_off_the_board_has_no_item_unless_the_list_was_cut() {
        let off = |cut: bool| {
            snapshot(|it| {
                it["projectItems"] = json!({
                    "nodes": [], "pageInfo": { "hasNextPage": cut, "endCursor": "Y" },
                });
            })
        };
        assert_eq!(off(false).expect("well formed").item, None);
        assert!(off(true).is_err());
    }

    #[test]
    fn without_earlier_comments_there_is_no_cursor() {
        let all = snapshot(|it| it["comments"]["pageInfo"]["hasPreviousPage"] = false.into());
        assert_eq!(all.expect("well formed").earlier, None);
        let lost = snapshot(|it| it["comments"]["pageInfo"]["startCursor"] = Value::Null);
        assert!(lost.is_err());
    }

    #[test]
    fn an_issue_that_is_not_there_is_none() {
        for answer in [
            json!({ "repository": null }),
            json!({ "repository": { "issue": null } }),
        ] {
            let data: Data<Linked> = serde_json::from_value(answer).expect("true to the schema");
            assert!(data.issue().is_none());
        }
    }
}
