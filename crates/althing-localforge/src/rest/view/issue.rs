//! Issues, comments, reactions.

use serde_json::{Value, json};

use super::{RepoAddress, extended, label, simple_user};
use crate::model::{Comment, Issue, IssueState, Reaction, StateReason, wire_time};

/// How an author stands to the repository, in GitHub's words (`OWNER`, `MEMBER`, …).
pub(in crate::rest) type Association = &'static str;

/// `issue`: an issue, or the issue side of a pull request.
pub(in crate::rest) fn issue(it: &Issue, association: Association) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(&it.repo);
    let number = it.number;
    let url = format!("{api}/issues/{number}");
    let assignees: Vec<Value> = it.assignees.iter().map(simple_user).collect();
    let labels: Vec<Value> = it.labels.iter().map(|one| label(one, &it.repo)).collect();
    let page = if it.is_pull {
        format!("{web}/pull/{number}")
    } else {
        format!("{web}/issues/{number}")
    };
    let whole = json!({
        "url": url,
        "repository_url": api,
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": page,
        "id": it.id.0,
        "node_id": it.node_id().to_string(),
        "number": number,
        "title": it.title,
        "user": simple_user(&it.author),
        "labels": labels,
        "state": state(it.state),
        "state_reason": it.state_reason.map(StateReason::name),
        "locked": false,
        "assignee": assignees.first(),
        "assignees": assignees,
        "milestone": null,
        "comments": it.comments,
        "created_at": wire_time(it.created_at),
        "updated_at": wire_time(it.updated_at),
        "closed_at": it.closed_at.map(wire_time),
        "closed_by": it.closed_by.as_ref().map(simple_user),
        "author_association": association,
        "active_lock_reason": null,
        "body": it.body,
        "performed_via_github_app": null,
        "timeline_url": format!("{url}/timeline"),
    });
    if !it.is_pull {
        return whole;
    }
    let pull = json!({
        "url": format!("{api}/pulls/{number}"),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
    });
    extended(whole, json!({ "pull_request": pull }))
}

/// `issue-search-result-item`: search ranks, and does not tell who closed.
pub(in crate::rest) fn found_issue(it: &Issue, association: Association) -> Value {
    let mut found = extended(issue(it, association), json!({ "score": 1.0 }));
    if let Value::Object(members) = &mut found {
        members.remove("closed_by");
    }
    found
}

/// The word for a state.
pub(in crate::rest) fn state(state: IssueState) -> &'static str {
    match state {
        IssueState::Open => "open",
        IssueState::Closed => "closed",
    }
}

/// `issue-comment`.
pub(in crate::rest) fn comment(it: &Comment, association: Association) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(&it.repo);
    let folder = if it.on_pull { "pull" } else { "issues" };
    json!({
        "url": format!("{api}/issues/comments/{}", it.id),
        "html_url": format!("{web}/{folder}/{}#issuecomment-{}", it.number, it.id),
        "issue_url": format!("{api}/issues/{}", it.number),
        "id": it.id.0,
        "node_id": it.node_id().to_string(),
        "user": simple_user(&it.author),
        "created_at": wire_time(it.created_at),
        "updated_at": wire_time(it.updated_at),
        "body": it.body,
        "author_association": association,
        "performed_via_github_app": null,
    })
}

/// `reaction`.
pub(in crate::rest) fn reaction(it: &Reaction) -> Value {
    json!({
        "id": it.id.0,
        "node_id": it.node_id().to_string(),
        "user": simple_user(&it.user),
        "content": it.content,
        "created_at": wire_time(it.created_at),
    })
}
