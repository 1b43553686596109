//! Acts on an issue or pull request.

use althing_diag::id::RepoName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    api::Asked,
    command::Gh,
    mutation::{self, Step},
};
use crate::{
    Act, Acted, CommentId, CommentNode, ErrorKind, ForgeError, IssueNumber, Posted, Topic,
    TopicKind, TopicState,
};

/// Carries acts out in one request, except for labels that must be made first.
pub(super) async fn perform(
    gh: &Gh,
    repo: &RepoName,
    topic: &Topic,
    acts: &[Act],
) -> Result<Vec<Result<Acted, ForgeError>>, ForgeError> {
    let plans: Vec<Plan> = acts.iter().map(|act| plan(topic, act)).collect();
    let (mut steps, mut ways) = (Vec::new(), Vec::new());
    for plan in plans {
        ways.push(match plan {
            Plan::Nothing => Way::Done,
            Plan::NewLabels(names) => Way::NewLabels(names),
            Plan::Step(step) => {
                steps.push(step);
                Way::Step
            }
        });
    }
    let ends = if steps.is_empty() {
        Vec::new()
    } else {
        gh.mutate("Act", &steps).await?
    };
    let mut ends = ends.into_iter();
    let mut acted = Vec::with_capacity(ways.len());
    for way in ways {
        acted.push(match way {
            Way::Done => Ok(Acted::Done),
            Way::NewLabels(names) => add_labels(gh, repo, topic.number, &names).await,
            Way::Step => ends.next().map_or(Ok(Acted::Done), |end| {
                end.and_then(|(answer, asked)| acted_by(answer, &asked))
            }),
        });
    }
    Ok(acted)
}

/// What an act comes to, given what the topic shows.
enum Plan {
    Nothing,
    Step(Step),
    /// Labels of which one at least has no id yet.
    NewLabels(Vec<String>),
}

enum Way {
    Done,
    Step,
    NewLabels(Vec<String>),
}

fn plan(topic: &Topic, act: &Act) -> Plan {
    let is_issue = topic.kind == TopicKind::Issue;
    let (mutation, input) = match act {
        Act::Comment { body } => (
            mutation::ADD_COMMENT,
            json!({ "subjectId": topic.node, "body": body }),
        ),
        Act::Edit { comment, body } => (
            mutation::UPDATE_COMMENT,
            json!({ "id": comment, "body": body }),
        ),
        Act::AddLabels(names) => {
            let missing = |name: &&String| !has_label(topic, name);
            let names: Vec<String> = names.iter().filter(missing).cloned().collect();
            let Some(ids) = label_ids(topic, &names) else {
                return Plan::NewLabels(names);
            };
            if ids.is_empty() {
                return Plan::Nothing;
            }
            (
                mutation::ADD_LABELS,
                json!({ "labelableId": topic.node, "labelIds": ids }),
            )
        }
        Act::RemoveLabels(names) => {
            let there = |name: &&String| has_label(topic, name);
            let names: Vec<String> = names.iter().filter(there).cloned().collect();
            let ids = label_ids(topic, &names).unwrap_or_default();
            if ids.is_empty() {
                return Plan::Nothing;
            }
            (
                mutation::REMOVE_LABELS,
                json!({ "labelableId": topic.node, "labelIds": ids }),
            )
        }
        Act::Close if topic.state != TopicState::Open => return Plan::Nothing,
        Act::Close if is_issue => (mutation::CLOSE_ISSUE, json!({ "issueId": topic.node })),
        Act::Close => (mutation::CLOSE_PULL, json!({ "pullRequestId": topic.node })),
        Act::Reopen if topic.state != TopicState::Closed => return Plan::Nothing,
        Act::Reopen if is_issue => (mutation::REOPEN_ISSUE, json!({ "issueId": topic.node })),
        Act::Reopen => (
            mutation::REOPEN_PULL,
            json!({ "pullRequestId": topic.node }),
        ),
    };
    Plan::Step(Step { mutation, input })
}

/// Labels are one whatever the case of their letters.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn has_label(topic: &Topic, name: &str) -> bool {
    topic.labels.iter().any(|label| same(label, name))
}

/// The ids of labels; `None` when one is not known.
fn label_ids<'a>(topic: &'a Topic, names: &[String]) -> Option<Vec<&'a String>> {
    let id = |name: &String| {
        let mut known = topic.known_labels.iter();
        known.find(|(label, _)| same(label, name)).map(|(_, id)| id)
    };
    names.iter().map(id).collect()
}

/// By name, over REST, which makes labels that are not there.
async fn add_labels(
    gh: &Gh,
    repo: &RepoName,
    number: IssueNumber,
    names: &[String],
) -> Result<Acted, ForgeError> {
    let path = format!("repos/{repo}/issues/{number}/labels");
    let body = json!({ "labels": names });
    gh.rest("POST", &path, Some(&body), &[]).await?;
    Ok(Acted::Done)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    comment_edge: Option<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    node: Option<CommentAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentAnswer {
    id: CommentNode,
    database_id: CommentId,
    url: String,
}

fn acted_by(answer: Value, asked: &Asked) -> Result<Acted, ForgeError> {
    let answer: Answer = serde_json::from_value(answer)
        .map_err(|error| asked.error(ErrorKind::Answer, format!("unexpected answer: {error}")))?;
    Ok(match answer.comment_edge.and_then(|edge| edge.node) {
        Some(comment) => Acted::Posted(Posted {
            id: comment.database_id,
            node: comment.id,
            url: comment.url,
        }),
        None => Acted::Done,
    })
}
