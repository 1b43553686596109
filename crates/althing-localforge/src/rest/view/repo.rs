//! Repositories and labels.

use serde_json::{Map, Value, json};

use super::{RepoAddress, extended, permissions, simple_user};
use crate::model::{AccountKind, Label, Repo, RepoName, wire_time};

/// Members that are addresses below the repository's own.
const ADDRESSES: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    (
        "notifications_url",
        "/notifications{?since,all,participating}",
    ),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// `repository`, which also satisfies `minimal-repository`.
pub(in crate::rest) fn repo(repo: &Repo, open_issues: u64) -> Value {
    let full_name = repo.full_name();
    let RepoAddress { api, web } = RepoAddress::new(&full_name);
    let addresses: Map<String, Value> = ADDRESSES
        .iter()
        .map(|(name, suffix)| ((*name).to_owned(), json!(format!("{api}{suffix}"))))
        .collect();
    let facts = json!({
        "url": api,
        "html_url": web,
        "git_url": format!("git://github.com/{full_name}.git"),
        "ssh_url": format!("git@github.com:{full_name}.git"),
        "clone_url": format!("{web}.git"),
        "svn_url": web,
        "id": repo.id.0,
        "node_id": repo.node_id().to_string(),
        "name": repo.name,
        "full_name": full_name,
        "private": repo.private,
        "visibility": if repo.private { "private" } else { "public" },
        "owner": simple_user(&repo.owner),
        "description": repo.description,
        "default_branch": repo.default_branch,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "created_at": wire_time(repo.created_at),
        "updated_at": wire_time(repo.updated_at),
        "pushed_at": wire_time(repo.pushed_at),
        "permissions": permissions(Some(repo.permission)),
    });
    extended(extended(features(), facts), Value::Object(addresses))
}

/// Features: which there are here, and that the others are absent.
fn features() -> Value {
    json!({
        "mirror_url": null,
        "homepage": null,
        "fork": false,
        "language": null,
        "license": null,
        "topics": [],
        "size": 0,
        "forks": 0,
        "forks_count": 0,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "is_template": false,
        "has_issues": true,
        "has_projects": true,
        "has_downloads": false,
        "has_wiki": false,
        "has_pages": false,
        "has_discussions": false,
        "archived": false,
        "disabled": false,
        "allow_forking": false,
        "web_commit_signoff_required": false,
    })
}

/// `full-repository`.
pub(in crate::rest) fn full_repo(it: &Repo, open_issues: u64) -> Value {
    let mut full = extended(
        repo(it, open_issues),
        json!({
            "allow_merge_commit": it.allow_merge,
            "allow_squash_merge": it.allow_squash,
            "allow_rebase_merge": it.allow_rebase,
            "allow_auto_merge": false,
            "allow_update_branch": false,
            "delete_branch_on_merge": it.delete_branch_on_merge,
            "network_count": 0,
            "subscribers_count": 0,
        }),
    );
    if it.owner.kind == AccountKind::Organization {
        full = extended(full, json!({ "organization": simple_user(&it.owner) }));
    }
    full
}

/// `label`.
pub(in crate::rest) fn label(label: &Label, repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    json!({
        "id": label.id.0,
        "node_id": label.node_id().to_string(),
        "url": format!("{api}/labels/{}", percent(&label.name)),
        "name": label.name,
        "color": label.color,
        "default": false,
        "description": label.description,
    })
}

/// One path segment of an address.
pub(in crate::rest) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_label_with_spaces_and_slashes_has_an_address() {
        assert_eq!(super::percent("a/b ü"), "a%2Fb%20%C3%BC");
    }
}
