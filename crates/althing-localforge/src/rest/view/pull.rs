//! Pull requests and reviews.

use serde_json::{Value, json};

use super::{Association, RepoAddress, extended, label, simple_user, state};
use crate::model::{Mergeable, Pull, RepoName, Review, Sha, wire_time};

/// `pull-request-simple`: a pull request in a list. `home` is the repository's own form.
pub(in crate::rest) fn pull(it: &Pull, home: &Value, association: Association) -> Value {
    let issue = &it.issue;
    let RepoAddress { api, web } = RepoAddress::new(&issue.repo);
    let number = issue.number;
    let url = format!("{api}/pulls/{number}");
    let page = format!("{web}/pull/{number}");
    let issue_url = format!("{api}/issues/{number}");
    let statuses = format!("{api}/statuses/{}", it.head_sha);
    let assignees: Vec<Value> = issue.assignees.iter().map(simple_user).collect();
    let labels: Vec<Value> = issue
        .labels
        .iter()
        .map(|one| label(one, &issue.repo))
        .collect();
    let reviewers: Vec<Value> = it.requested_reviewers.iter().map(simple_user).collect();
    let merged = it.merged.as_ref();
    let links = json!({
        "self": { "href": url },
        "html": { "href": page },
        "issue": { "href": issue_url },
        "comments": { "href": format!("{issue_url}/comments") },
        "review_comments": { "href": format!("{url}/comments") },
        "review_comment": { "href": format!("{api}/pulls/comments{{/number}}") },
        "commits": { "href": format!("{url}/commits") },
        "statuses": { "href": statuses },
    });
    json!({
        "url": url,
        "id": issue.id.0,
        "node_id": issue.node_id().to_string(),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue_url,
        "commits_url": format!("{url}/commits"),
        "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{api}/pulls/comments{{/number}}"),
        "comments_url": format!("{issue_url}/comments"),
        "statuses_url": statuses,
        "number": number,
        "state": state(issue.state),
        "locked": false,
        "active_lock_reason": null,
        "title": issue.title,
        "user": simple_user(&issue.author),
        "body": issue.body,
        "labels": labels,
        "milestone": null,
        "created_at": wire_time(issue.created_at),
        "updated_at": wire_time(issue.updated_at),
        "closed_at": issue.closed_at.map(wire_time),
        "merged_at": merged.map(|merged| wire_time(merged.at)),
        "merge_commit_sha": merged.map(|merged| &merged.commit),
        "assignee": assignees.first(),
        "assignees": assignees,
        "requested_reviewers": reviewers,
        "requested_teams": [],
        "head": side(&it.head, &it.head_sha, issue.repo.owner(), home),
        "base": side(&it.base, &it.base_sha, issue.repo.owner(), home),
        "_links": links,
        "author_association": association,
        "auto_merge": null,
        "draft": it.draft,
    })
}

/// Head or base; both are branches of one repository.
fn side(branch: &str, sha: &Sha, owner: &str, home: &Value) -> Value {
    json!({
        "label": format!("{owner}:{branch}"),
        "ref": branch,
        "sha": sha,
        "user": home["owner"],
        "repo": home,
    })
}

/// What only the full form of a pull request tells.
pub(in crate::rest) struct PullDetails {
    /// Whether it merges cleanly.
    pub(in crate::rest) mergeable: Mergeable,
    /// How many commits.
    pub(in crate::rest) commits: u64,
    /// Added lines.
    pub(in crate::rest) additions: u64,
    /// Removed lines.
    pub(in crate::rest) deletions: u64,
    /// How many files.
    pub(in crate::rest) changed_files: u64,
}

/// `pull-request`, from the form in lists.
pub(in crate::rest) fn full_pull(simple: Value, it: &Pull, details: &PullDetails) -> Value {
    let mergeable = match details.mergeable {
        Mergeable::Clean => Some(true),
        Mergeable::Conflicting => Some(false),
        Mergeable::Unknown => None,
    };
    let mergeable_state = match details.mergeable {
        Mergeable::Clean if it.draft => "draft",
        Mergeable::Clean => "clean",
        Mergeable::Conflicting => "dirty",
        Mergeable::Unknown => "unknown",
    };
    let merged_by = it.merged.as_ref().map(|merged| simple_user(&merged.by));
    extended(
        simple,
        json!({
            "merged": it.merged.is_some(),
            "mergeable": mergeable,
            "rebaseable": mergeable,
            "mergeable_state": mergeable_state,
            "merged_by": merged_by,
            "comments": it.issue.comments,
            "review_comments": 0,
            "maintainer_can_modify": false,
            "commits": details.commits,
            "additions": details.additions,
            "deletions": details.deletions,
            "changed_files": details.changed_files,
        }),
    )
}

/// `pull-request-review`.
pub(in crate::rest) fn review(
    it: &Review,
    number: i64,
    repo: &RepoName,
    association: Association,
) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let page = format!("{web}/pull/{number}#pullrequestreview-{}", it.id);
    let pull = format!("{api}/pulls/{number}");
    json!({
        "id": it.id.0,
        "node_id": it.node_id().to_string(),
        "user": simple_user(&it.author),
        "body": it.body,
        "state": it.state.name(),
        "html_url": page,
        "pull_request_url": pull,
        "_links": { "html": { "href": page }, "pull_request": { "href": pull } },
        "submitted_at": wire_time(it.submitted_at),
        "commit_id": it.commit,
        "author_association": association,
    })
}
