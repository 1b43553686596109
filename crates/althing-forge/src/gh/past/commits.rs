//! The commits of the default branch, walked from parent to first parent.

mod answer;

use std::collections::BTreeMap;

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde_json::json;

use self::answer::{ChangeData, CommitNode, Data, Object};
use super::super::{
    api::{Document, MAX_PAGES},
    command::Gh,
};
use crate::{ForgeError, Partial, Past, PastCommit, Said};

const PAST_COMMITS: Document = Document {
    name: "PastCommits",
    text: include_str!("../documents/past_commits.graphql"),
};

const LAST_CHANGE: Document = Document {
    name: "LastChange",
    text: include_str!("../documents/last_change.graphql"),
};

/// What came to the default branch since a time, and who wrote it.
pub(in super::super) async fn read(
    gh: &Gh,
    repo: &RepoName,
    since: Timestamp,
    checks: bool,
) -> Result<Past, ForgeError> {
    // Later pages name the commit that the first one began at, so that a push in between moves
    // nothing.
    let (mut at, mut after) = ("HEAD".to_owned(), None);
    let mut walk: Option<Walk> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({
            "owner": repo.owner(),
            "name": repo.name(),
            "at": at,
            "after": after,
            "checks": checks,
        });
        let (data, asked) = gh.graphql::<Data>(&PAST_COMMITS, variables).await?;
        let missing = || asked.not_found(format!("{repo} has no commits, or there is no {repo}"));
        let repository = data.repository.ok_or_else(missing)?;
        let branch = repository.default_branch_ref.ok_or_else(missing)?.name;
        let Some(Object::Commit { oid, history }) = repository.object else {
            return Err(missing());
        };
        let here = repository.name_with_owner;
        at = oid.to_string();
        let walk = walk.get_or_insert_with(|| Walk::new(branch, here, oid, since, checks));
        let is_old = history.nodes.iter().all(|it| it.committed_date < since);
        walk.add(history.nodes);
        after = history.info.next(&asked)?;
        if is_old || after.is_none() {
            walk.is_whole = true;
            break;
        }
    }
    walk.map(Walk::finish).ok_or_else(|| PAST_COMMITS.endless())
}

/// When a commit last changed something below a path.
pub(in super::super) async fn last_change(
    gh: &Gh,
    repo: &RepoName,
    at: &Sha,
    path: &str,
) -> Result<Option<Timestamp>, ForgeError> {
    let variables = json!({
        "owner": repo.owner(),
        "name": repo.name(),
        "at": at,
        "path": path,
    });
    let (data, asked) = gh.graphql::<ChangeData>(&LAST_CHANGE, variables).await?;
    let commit = data.repository.and_then(|it| it.object);
    let commit = commit.ok_or_else(|| asked.not_found(format!("{repo} has no commit {at}")))?;
    Ok(commit.last())
}

/// The branch as far as it was read.
struct Walk {
    branch: String,
    here: RepoName,
    head: Sha,
    since: Timestamp,
    checks: bool,
    /// Commits that were read and not reached yet: the forge lists by time, not by descent.
    waiting: BTreeMap<Sha, CommitNode>,
    /// Where the first parents lead on.
    next: Option<Sha>,
    commits: Vec<PastCommit>,
    written: Partial<Said>,
    /// Whether some commit belongs to more pull requests than were listed.
    pulls_cut: bool,
    is_whole: bool,
}

impl Walk {
    fn new(branch: String, here: RepoName, head: Sha, since: Timestamp, checks: bool) -> Self {
        Self {
            branch,
            here,
            next: Some(head.clone()),
            head,
            since,
            checks,
            waiting: BTreeMap::new(),
            commits: Vec::new(),
            written: Partial {
                items: Vec::new(),
                complete: true,
            },
            pulls_cut: false,
            is_whole: false,
        }
    }

    fn add(&mut self, nodes: Vec<CommitNode>) {
        for node in nodes {
            if node.committed_date >= self.since {
                self.written.complete &= !node.authors.info.has_next_page;
                self.written.items.extend(node.written());
            }
            self.waiting.insert(node.oid.clone(), node);
        }
        while let Some(node) = self.next.take_if(|sha| self.waiting.contains_key(sha)) {
            let Some(node) = self.waiting.remove(&node) else {
                break;
            };
            self.next = node.first_parent();
            let pull = node.pull(&self.branch, &self.here);
            self.pulls_cut |= pull.is_none() && node.pulls_are_cut();
            self.commits.push(node.into_commit(pull, self.checks));
        }
    }

    fn finish(mut self) -> Past {
        // What stands on a commit of the period came in the period, whatever its own time says.
        let in_period = |commit: &PastCommit| commit.committed_at >= self.since;
        let count = self.commits.iter().rposition(in_period);
        self.commits.truncate(count.map_or(0, |last| last + 1));
        Past {
            branch: self.branch,
            head: self.head,
            commits: Partial {
                items: self.commits,
                complete: self.is_whole && !self.pulls_cut,
            },
            written: Partial {
                complete: self.written.complete && self.is_whole,
                items: self.written.items,
            },
        }
    }
}

#[cfg(test)]
mod tests;
