//! Refs, branches, commits, changed files.

use serde_json::{Value, json};

use super::{RepoAddress, extended, percent, simple_user};
use crate::model::{
    ChangeKind, ChangedFile, Commit, Comparison, GitRef, RepoName, Sha, Signature, wire_time,
};

/// `git-ref`.
pub(in crate::rest) fn git_ref(it: &GitRef, repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    json!({
        "ref": it.name,
        "node_id": format!("REF_{repo}:{}", it.name),
        "url": format!("{api}/git/{}", path(&it.name)),
        "object": {
            "type": it.kind,
            "sha": it.sha,
            "url": format!("{api}/git/{}s/{}", it.kind, it.sha),
        },
    })
}

/// `short-branch`.
pub(in crate::rest) fn short_branch(name: &str, sha: &Sha, repo: &RepoName) -> Value {
    let RepoAddress { api, .. } = RepoAddress::new(repo);
    json!({
        "name": name,
        "commit": { "sha": sha, "url": format!("{api}/commits/{sha}") },
        "protected": false,
    })
}

/// `branch-with-protection`; nothing is protected here.
pub(in crate::rest) fn branch(name: &str, head: &Commit, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let url = format!("{api}/branches/{}", path(name));
    json!({
        "name": name,
        "commit": commit(head, repo),
        "_links": { "self": url, "html": format!("{web}/tree/{}", path(name)) },
        "protected": false,
        "protection": { "enabled": false },
        "protection_url": format!("{url}/protection"),
    })
}

/// `commit`, without its files.
pub(in crate::rest) fn commit(it: &Commit, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let sha = &it.sha;
    let url = format!("{api}/commits/{sha}");
    json!({
        "sha": sha,
        "node_id": format!("C_{sha}"),
        "commit": {
            "author": git_user(&it.author),
            "committer": git_user(&it.committer),
            "message": it.message,
            "tree": { "sha": it.tree, "url": format!("{api}/git/trees/{}", it.tree) },
            "url": format!("{api}/git/commits/{sha}"),
            "comment_count": 0,
            "verification": unsigned(),
        },
        "url": url,
        "html_url": format!("{web}/commit/{sha}"),
        "comments_url": format!("{url}/comments"),
        "author": it.author.account.as_ref().map(simple_user),
        "committer": it.committer.account.as_ref().map(simple_user),
        "parents": parents(it, &format!("{api}/commits"), &web),
    })
}

/// `git-commit`: the commit as git stores it.
pub(in crate::rest) fn git_commit(it: &Commit, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let sha = &it.sha;
    json!({
        "sha": sha,
        "node_id": format!("C_{sha}"),
        "url": format!("{api}/git/commits/{sha}"),
        "html_url": format!("{web}/commit/{sha}"),
        "author": git_user(&it.author),
        "committer": git_user(&it.committer),
        "message": it.message,
        "tree": { "sha": it.tree, "url": format!("{api}/git/trees/{}", it.tree) },
        "parents": parents(it, &format!("{api}/git/commits"), &web),
        "verification": unsigned(),
    })
}

fn parents(it: &Commit, below: &str, web: &str) -> Vec<Value> {
    it.parents
        .iter()
        .map(|parent| {
            json!({
                "sha": parent,
                "url": format!("{below}/{parent}"),
                "html_url": format!("{web}/commit/{parent}"),
            })
        })
        .collect()
}

/// Signatures are not looked at.
fn unsigned() -> Value {
    json!({
        "verified": false,
        "reason": "unsigned",
        "signature": null,
        "payload": null,
        "verified_at": null,
    })
}

/// `commit`, with its files.
pub(in crate::rest) fn full_commit(it: &Commit, files: &[ChangedFile], repo: &RepoName) -> Value {
    let additions: u64 = files.iter().map(|file| file.additions).sum();
    let deletions: u64 = files.iter().map(|file| file.deletions).sum();
    let entries: Vec<Value> = files
        .iter()
        .map(|file| changed_file(file, &it.sha, repo))
        .collect();
    extended(
        commit(it, repo),
        json!({
            "stats": {
                "additions": additions,
                "deletions": deletions,
                "total": additions + deletions,
            },
            "files": entries,
        }),
    )
}

/// `commit-comparison`.
pub(in crate::rest) fn comparison(it: &Comparison, basehead: &str, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let page = format!("{web}/compare/{}", path(basehead));
    let ahead = it.commits.len();
    let head = it.commits.last().unwrap_or(&it.merge_base);
    let commits: Vec<Value> = it.commits.iter().map(|one| commit(one, repo)).collect();
    let files: Vec<Value> = it
        .files
        .iter()
        .map(|file| changed_file(file, &head.sha, repo))
        .collect();
    json!({
        "url": format!("{api}/compare/{}", path(basehead)),
        "html_url": page,
        "permalink_url": format!("{web}/compare/{}...{}", it.base.sha, head.sha),
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "base_commit": commit(&it.base, repo),
        "merge_base_commit": commit(&it.merge_base, repo),
        "status": match (ahead, it.behind) {
            (0, 0) => "identical",
            (_, 0) => "ahead",
            (0, _) => "behind",
            _ => "diverged",
        },
        "ahead_by": ahead,
        "behind_by": it.behind,
        "total_commits": ahead,
        "commits": commits,
        "files": files,
    })
}

/// `diff-entry`: a file as changed by `commit`.
pub(in crate::rest) fn changed_file(file: &ChangedFile, commit: &Sha, repo: &RepoName) -> Value {
    let RepoAddress { api, web } = RepoAddress::new(repo);
    let place = path(&file.path);
    let mut entry = json!({
        "sha": file.blob,
        "filename": file.path,
        "status": match file.kind {
            ChangeKind::Added => "added",
            ChangeKind::Modified => "modified",
            ChangeKind::Removed => "removed",
            ChangeKind::Renamed => "renamed",
        },
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": format!("{web}/blob/{commit}/{place}"),
        "raw_url": format!("{web}/raw/{commit}/{place}"),
        "contents_url": format!("{api}/contents/{place}?ref={commit}"),
    });
    if let Some(patch) = &file.patch {
        entry = extended(entry, json!({ "patch": patch }));
    }
    if let Some(previous) = &file.previous {
        entry = extended(entry, json!({ "previous_filename": previous }));
    }
    entry
}

fn git_user(it: &Signature) -> Value {
    json!({ "name": it.name, "email": it.email, "date": wire_time(it.at) })
}

/// Several path segments of an address.
pub(in crate::rest) fn path(text: &str) -> String {
    text.split('/').map(percent).collect::<Vec<_>>().join("/")
}
