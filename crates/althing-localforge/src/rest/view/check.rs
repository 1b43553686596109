//! Commit statuses and check runs.

use serde_json::{Value, json};

use super::{RepoAddress, WEB, avatar, extended, simple_user};
use crate::model::{
    Account, CheckRun, CombinedStatus, CommitStatus, NodeId, NodeKind, RepoName, Sha, wire_time,
};

/// `status`.
pub(in crate::rest) fn status(it: &CommitStatus, repo: &RepoName) -> Value {
    extended(
        simple_status(it, repo),
        json!({ "creator": simple_user(&it.creator) }),
    )
}

fn simple_status(it: &CommitStatus, repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    json!({
        "url": format!("{api}/statuses/{}", it.sha),
        "avatar_url": avatar(&it.creator),
        "id": it.id.0,
        "node_id": it.node_id().to_string(),
        "state": it.state.name(),
        "description": it.description,
        "target_url": it.target_url,
        "context": it.context,
        "created_at": wire_time(it.created_at),
        "updated_at": wire_time(it.created_at),
    })
}

/// `combined-commit-status`; `page` holds the part of the statuses that was asked for.
pub(in crate::rest) fn combined_status(
    combined: &CombinedStatus,
    page: &[CommitStatus],
    sha: &Sha,
    home: &Value,
    repo: &RepoName,
) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    let statuses: Vec<Value> = page.iter().map(|one| simple_status(one, repo)).collect();
    json!({
        "state": combined.state.name(),
        "statuses": statuses,
        "sha": sha,
        "total_count": combined.statuses.len(),
        "repository": home,
        "commit_url": format!("{api}/commits/{sha}"),
        "url": format!("{api}/commits/{sha}/status"),
    })
}

/// `check-run`. Only apps create check runs on GitHub; here the reporter stands in for its app.
pub(in crate::rest) fn check_run(run: &CheckRun, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let url = format!("{api}/check-runs/{}", run.id);
    let page = format!("{web}/runs/{}", run.id);
    json!({
        "id": run.id.0,
        "head_sha": run.sha,
        "node_id": run.node_id().to_string(),
        "external_id": run.external_id.as_deref().unwrap_or(""),
        "url": url,
        "html_url": page,
        "details_url": run.details_url.as_ref().unwrap_or(&page),
        "status": run.status.name(),
        "conclusion": run.conclusion,
        "started_at": wire_time(run.started_at),
        "completed_at": run.completed_at.map(wire_time),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": 0,
            "annotations_url": format!("{url}/annotations"),
        },
        "name": run.name,
        "check_suite": { "id": run.id.0 },
        "app": app(&run.creator),
        "pull_requests": [],
    })
}

fn app(creator: &Account) -> Value {
    let at = wire_time(creator.created_at);
    let page = format!("{WEB}/apps/{}", creator.login);
    json!({
        "id": creator.id.0,
        "slug": creator.login,
        "node_id": NodeId::new(NodeKind::User, creator.id.0).to_string(),
        "owner": simple_user(creator),
        "name": creator.login,
        "description": null,
        "external_url": page,
        "html_url": page,
        "created_at": at,
        "updated_at": at,
        "permissions": { "checks": "write" },
        "events": [],
    })
}
