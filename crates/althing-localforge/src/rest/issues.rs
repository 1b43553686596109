//! Issues, with their labels and assignees.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    association::Associations,
    body::{Body, null_empties},
    extract::{At, Filter, InRepo},
    failure::{Failure, Reply},
    media,
    page::Page,
    route::routes,
    view,
};
use crate::{
    forge::Refusal,
    model::{
        Issue, IssueFilter, IssuePatch, IssueState, Label, NewIssue, Number, Sort, StateReason,
        Timestamp,
    },
};

routes! {
    get "/repos/{owner}/{repo}/issues" => list;
    post "/repos/{owner}/{repo}/issues" => create;
    get "/repos/{owner}/{repo}/issues/{issue_number}" => get;
    patch "/repos/{owner}/{repo}/issues/{issue_number}" => edit;
    get "/repos/{owner}/{repo}/issues/{issue_number}/labels" => labels;
    post "/repos/{owner}/{repo}/issues/{issue_number}/labels" => add_labels;
    put "/repos/{owner}/{repo}/issues/{issue_number}/labels" => set_labels;
    delete "/repos/{owner}/{repo}/issues/{issue_number}/labels" => clear_labels;
    delete "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}" => remove_label;
    post "/repos/{owner}/{repo}/issues/{issue_number}/assignees" => add_assignees;
    delete "/repos/{owner}/{repo}/issues/{issue_number}/assignees" => remove_assignees;
}

#[derive(Deserialize)]
pub(super) struct IssuePath {
    pub(super) issue_number: Number,
}

/// `state` in queries.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wanted {
    #[default]
    Open,
    Closed,
    All,
}

/// `direction` in queries.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Direction {
    Asc,
    Desc,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Created,
    Updated,
    Comments,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    #[serde(default)]
    state: Wanted,
    #[serde(default)]
    labels: String,
    assignee: Option<String>,
    creator: Option<String>,
    mentioned: Option<String>,
    since: Option<Timestamp>,
    #[serde(default)]
    sort: Order,
    direction: Option<Direction>,
}

async fn list(at: InRepo, Filter(wanted): Filter<Listing>, page: Page) -> Reply {
    let filter = IssueFilter {
        is_pull: None,
        state: match wanted.state {
            Wanted::Open => Some(IssueState::Open),
            Wanted::Closed => Some(IssueState::Closed),
            Wanted::All => None,
        },
        labels: names(&wanted.labels),
        assignee: wanted.assignee,
        author: wanted.creator,
        mentioned: wanted.mentioned,
        since: wanted.since,
        sort: match wanted.sort {
            Order::Created => Sort::Created,
            Order::Updated => Sort::Updated,
            Order::Comments => Sort::Comments,
        },
        ascending: wanted.direction == Some(Direction::Asc),
    };
    let slice = at
        .forge
        .issues(&at.actor, &at.repo, &filter, page.window())
        .await?;
    let mut associations = Associations::new(&at.forge, &at.repo);
    let mut items = Vec::with_capacity(slice.items.len());
    for issue in &slice.items {
        items.push(view::issue(issue, associations.of(&issue.author).await?));
    }
    page.list(slice.total, items)
}

/// Names separated by commas.
fn names(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

async fn get(at: InRepo, At(path): At<IssuePath>) -> Reply {
    let issue = at
        .forge
        .issue(&at.actor, &at.repo, path.issue_number)
        .await?;
    media::ok(&render(&at, &issue).await?)
}

#[derive(Deserialize)]
struct Creation {
    title: String,
    body: Option<String>,
    #[serde(default)]
    labels: Vec<LabelName>,
    #[serde(default)]
    assignees: Vec<String>,
    assignee: Option<String>,
}

/// A label by name, or by an object that has one.
#[derive(Deserialize)]
#[serde(untagged)]
enum LabelName {
    Text(String),
    Object { name: String },
}

impl From<LabelName> for String {
    fn from(label: LabelName) -> String {
        match label {
            LabelName::Text(name) | LabelName::Object { name } => name,
        }
    }
}

async fn create(at: InRepo, Body(body): Body<Creation>) -> Reply {
    let new = NewIssue {
        title: body.title,
        body: body.body.unwrap_or_default(),
        labels: body.labels.into_iter().map(String::from).collect(),
        assignees: body.assignees.into_iter().chain(body.assignee).collect(),
    };
    let issue = at.forge.create_issue(&at.actor, &at.repo, new).await?;
    media::created(&render(&at, &issue).await?)
}

#[derive(Deserialize)]
struct Change {
    title: Option<String>,
    #[serde(default, deserialize_with = "null_empties")]
    body: Option<String>,
    state: Option<NewState>,
    #[serde(default, deserialize_with = "reason")]
    state_reason: Option<StateReason>,
    labels: Option<Vec<LabelName>>,
    assignees: Option<Vec<String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NewState {
    Open,
    Closed,
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StateReason>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    StateReason::parse(&word)
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom(format!("{word} is not a state reason")))
}

async fn edit(at: InRepo, At(path): At<IssuePath>, Body(body): Body<Change>) -> Reply {
    let labels = body
        .labels
        .map(|labels| labels.into_iter().map(String::from).collect());
    let reason = body.state_reason;
    let patch = IssuePatch {
        title: body.title,
        body: body.body,
        state: body.state.map(|state| match state {
            NewState::Open => (IssueState::Open, reason),
            NewState::Closed => (IssueState::Closed, reason),
        }),
        labels,
        assignees: body.assignees,
    };
    let issue = at
        .forge
        .edit_issue(&at.actor, &at.repo, path.issue_number, patch)
        .await?;
    media::ok(&render(&at, &issue).await?)
}

async fn labels(at: InRepo, At(path): At<IssuePath>, page: Page) -> Reply {
    let issue = at
        .forge
        .issue(&at.actor, &at.repo, path.issue_number)
        .await?;
    page.render(page.cut(issue.labels), |label| view::label(label, &at.name))
}

#[derive(Deserialize)]
struct Labels {
    #[serde(default)]
    labels: Vec<LabelName>,
}

async fn add_labels(at: InRepo, At(path): At<IssuePath>, Body(body): Body<Labels>) -> Reply {
    let add: Vec<String> = body.labels.into_iter().map(String::from).collect();
    let issue = at
        .forge
        .change_labels(&at.actor, &at.repo, path.issue_number, &add, &[])
        .await?;
    label_list(&at, &issue)
}

async fn set_labels(at: InRepo, At(path): At<IssuePath>, Body(body): Body<Labels>) -> Reply {
    let labels = body.labels.into_iter().map(String::from).collect();
    let issue = replace_labels(&at, path.issue_number, labels).await?;
    label_list(&at, &issue)
}

async fn clear_labels(at: InRepo, At(path): At<IssuePath>) -> Reply {
    replace_labels(&at, path.issue_number, Vec::new()).await?;
    media::no_content()
}

async fn replace_labels(
    at: &InRepo,
    number: Number,
    labels: Vec<String>,
) -> Result<Issue, Failure> {
    let patch = IssuePatch {
        labels: Some(labels),
        ..IssuePatch::default()
    };
    Ok(at
        .forge
        .edit_issue(&at.actor, &at.repo, number, patch)
        .await?)
}

#[derive(Deserialize)]
struct LabelPath {
    issue_number: Number,
    name: String,
}

async fn remove_label(at: InRepo, At(path): At<LabelPath>) -> Reply {
    let before = at
        .forge
        .issue(&at.actor, &at.repo, path.issue_number)
        .await?;
    let is_named = |label: &Label| label.name.eq_ignore_ascii_case(&path.name);
    if !before.labels.iter().any(is_named) {
        return Err(Refusal::not_found().into());
    }
    let remove = [path.name];
    let issue = at
        .forge
        .change_labels(&at.actor, &at.repo, path.issue_number, &[], &remove)
        .await?;
    label_list(&at, &issue)
}

fn label_list(at: &InRepo, issue: &Issue) -> Reply {
    let labels = issue.labels.iter();
    media::ok(&labels.map(|label| view::label(label, &at.name)).collect())
}

#[derive(Deserialize)]
struct Assignees {
    #[serde(default)]
    assignees: Vec<String>,
}

async fn add_assignees(at: InRepo, At(path): At<IssuePath>, Body(body): Body<Assignees>) -> Reply {
    let issue = at
        .forge
        .change_assignees(&at.actor, &at.repo, path.issue_number, &body.assignees, &[])
        .await?;
    media::created(&render(&at, &issue).await?)
}

async fn remove_assignees(
    at: InRepo,
    At(path): At<IssuePath>,
    Body(body): Body<Assignees>,
) -> Reply {
    let issue = at
        .forge
        .change_assignees(&at.actor, &at.repo, path.issue_number, &[], &body.assignees)
        .await?;
    media::ok(&render(&at, &issue).await?)
}

async fn render(at: &InRepo, issue: &Issue) -> Result<Value, Failure> {
    let association = Associations::new(&at.forge, &at.repo)
        .of(&issue.author)
        .await?;
    Ok(view::issue(issue, association))
}

#[cfg(test)]
mod tests {
    #[test]
    fn label_names_are_separated_by_commas() {
        assert_eq!(super::names("a, b c,"), ["a", "b c"]);
        assert!(super::names("").is_empty());
    }
}
