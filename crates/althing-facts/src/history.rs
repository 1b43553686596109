//! From a repository on the forge to the facts that reports rest on.

mod activity;
mod gaps;

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::id::{RepoName, UserId};
use althing_forge::{
    Chronicle, ErrorKind, Forge, ForgeError, IssueState, Partial, Past, PastCheck, PastCommit,
    PastIssue, PastPull, PullState,
};
use althing_gate::{Build, History, Issue, Landed, Module, Pull, PullReview, Remark};
use jiff::Timestamp;

use self::gaps::Gaps;
use crate::convert;

/// Commits that are looked at one by one for one reason before the rest is left out and named.
const MOST_LOOKED_AT: usize = 300;

/// What reports ask about a repository.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Beginning of the period.
    pub since: Timestamp,
    /// Its end: now.
    pub until: Timestamp,
    /// Files of the default branch whose text is wanted, by path.
    pub files: BTreeSet<String>,
    /// People whose last activity is wanted. It is looked for in the period and no further back.
    pub people: BTreeSet<UserId>,
    /// Folders of which each folder below is a module, without a slash at the end.
    pub folders: BTreeSet<String>,
}

/// Observes a repository over a period. A short one is 5 requests; a longer one what
/// [`Chronicle`] says. 1 more for every commit that no pull request brought, 2 for every commit
/// with statuses, 1 for every file, folder of modules and module.
///
/// # Errors
/// When the forge does not answer or the default branch cannot be read. What else it refuses or
/// cuts is no error but a gap.
pub async fn history(
    forge: &(impl Forge + Chronicle),
    repo: &RepoName,
    wanted: &Wanted,
) -> Result<History, ForgeError> {
    let mut gathering = Gathering {
        forge,
        repo,
        wanted,
        gaps: Gaps::default(),
    };
    let past = gathering.past().await?;
    let pulls = forge.past_pulls(repo, wanted.since).await;
    let pulls = gathering.gaps.list("pulls", pulls)?;
    let issues = forge.past_issues(repo, wanted.since).await;
    let issues = gathering.gaps.list("issues", issues)?;
    let activity = activity::last(&wanted.people, &past, &pulls, &issues);

    gathering.gaps.of_past(&past);
    gathering.gaps.of_pulls(&pulls);
    gathering.gaps.of_issues(&issues);
    let builds = gathering.builds(&past.commits.items).await?;
    let commits = gathering.landed(&past.commits.items, &pulls).await?;
    let files = gathering.files(&past).await?;
    let modules = gathering.modules(&past).await?;

    let since = wanted.since;
    let is_told = |closed: Option<Timestamp>| closed.is_some_and(|at| at >= since);
    let pulls = pulls.iter().filter(|pull| {
        let is_open = pull.state == PullState::Open;
        pull.base_branch == past.branch && (is_open || is_told(pull.closed_at))
    });
    let issues = issues
        .iter()
        .filter(|issue| issue.state == IssueState::Open || is_told(issue.closed_at));
    Ok(History {
        pulls: pulls.map(pull).collect(),
        issues: issues.map(issue).collect(),
        branch: past.branch,
        since,
        until: wanted.until,
        commits,
        builds,
        files,
        activity,
        modules,
        gaps: gathering.gaps.named(),
    })
}

struct Gathering<'a, F> {
    forge: &'a F,
    repo: &'a RepoName,
    wanted: &'a Wanted,
    gaps: Gaps,
}

impl<F: Forge + Chronicle> Gathering<'_, F> {
    /// The default branch, without its checks if those are refused.
    async fn past(&mut self) -> Result<Past, ForgeError> {
        let since = self.wanted.since;
        match self.forge.past(self.repo, since, true).await {
            Err(error) if error.kind == ErrorKind::Forbidden => {
                self.gaps.add("builds", error.to_string());
                self.forge.past(self.repo, since, false).await
            }
            other => other,
        }
    }

    async fn landed(
        &mut self,
        commits: &[PastCommit],
        pulls: &[PastPull],
    ) -> Result<Vec<Landed>, ForgeError> {
        let of_pulls: BTreeMap<_, _> = pulls.iter().map(|pull| (pull.number, pull)).collect();
        let mut looked_at = 0;
        let mut landed = Vec::new();
        for commit in commits {
            let pull = commit.pull.and_then(|number| of_pulls.get(&number));
            let paths = match pull {
                Some(pull) => {
                    let paths = Ok(pull.paths.clone());
                    self.gaps
                        .of_commit("commits", "changed paths", commit, paths)?
                }
                None if looked_at < MOST_LOOKED_AT => {
                    looked_at += 1;
                    let paths = self.forge.changed_paths(self.repo, &commit.sha).await;
                    self.gaps
                        .of_commit("commits", "changed paths", commit, paths)?
                }
                None => self
                    .gaps
                    .of_commit("commits", "changed paths", commit, Ok(cut()))?,
            };
            landed.push(Landed {
                sha: commit.sha.clone(),
                author: commit.author.clone(),
                committed: commit.committed_at,
                title: commit.title.clone(),
                paths,
                pull: commit.pull.map(|number| number.0),
            });
        }
        Ok(landed)
    }

    async fn builds(&mut self, commits: &[PastCommit]) -> Result<Vec<Build>, ForgeError> {
        let mut looked_at = 0;
        let mut builds = Vec::new();
        for commit in commits {
            let attempts = match &commit.checks {
                PastCheck::Unasked => Vec::new(),
                PastCheck::All(attempts) => attempts.clone(),
                PastCheck::More if looked_at < MOST_LOOKED_AT => {
                    looked_at += 1;
                    let attempts = self.forge.attempts(self.repo, &commit.sha).await;
                    self.gaps.of_commit("builds", "checks", commit, attempts)?
                }
                PastCheck::More => self.gaps.of_commit("builds", "checks", commit, Ok(cut()))?,
            };
            builds.extend(attempts.into_iter().map(|attempt| Build {
                sha: commit.sha.clone(),
                name: attempt.name,
                state: convert::check_state(attempt.state),
                at: attempt.at.unwrap_or(commit.committed_at),
            }));
        }
        Ok(builds)
    }

    async fn files(&mut self, past: &Past) -> Result<BTreeMap<String, Option<String>>, ForgeError> {
        let mut files = BTreeMap::new();
        for path in &self.wanted.files {
            let file = self.forge.file(self.repo, path, past.head.as_str()).await;
            if let Some(file) = self.gaps.one("files", path, file)? {
                files.insert(path.clone(), file.text);
            }
        }
        Ok(files)
    }

    async fn modules(&mut self, past: &Past) -> Result<Vec<Module>, ForgeError> {
        let mut modules = Vec::new();
        for folder in &self.wanted.folders {
            let names = self.forge.folders(self.repo, &past.head, folder).await;
            for name in self.gaps.one("modules", folder, names)?.unwrap_or_default() {
                let path = format!("{folder}/{name}");
                if modules.len() == MOST_LOOKED_AT {
                    self.gaps.of_module(&path);
                    continue;
                }
                let updated = self.forge.last_change(self.repo, &past.head, &path).await;
                if let Some(updated) = self.gaps.one("modules", &path, updated)? {
                    modules.push(Module {
                        name,
                        path,
                        updated,
                    });
                }
            }
        }
        Ok(modules)
    }
}

fn pull(pull: &PastPull) -> Pull {
    let reviews = pull.reviews.items.iter().map(|review| PullReview {
        author: review.author.clone(),
        state: convert::review_state(review.state),
        at: review.at,
    });
    let comments = pull.comments.items.iter().map(|said| Remark {
        author: said.author.clone(),
        at: said.at,
    });
    Pull {
        number: pull.number.0,
        title: pull.title.clone(),
        author: pull.author.clone(),
        state: convert::pull_state(pull.state),
        draft: pull.draft,
        created: pull.created_at,
        updated: pull.updated_at,
        merged: pull.merged_at,
        merged_by: pull.merged_by.clone(),
        paths: pull.paths.items.clone(),
        reviews: reviews.collect(),
        comments: comments.collect(),
        url: pull.url.clone(),
    }
}

fn issue(issue: &PastIssue) -> Issue {
    Issue {
        number: issue.number.0,
        title: issue.title.clone(),
        body: issue.body.clone(),
        author: issue.author.clone(),
        open: issue.state == IssueState::Open,
        created: issue.created_at,
        updated: issue.updated_at,
        labels: issue.labels.items.clone(),
        assignees: issue.assignees.items.clone(),
        url: issue.url.clone(),
    }
}

fn cut<T>() -> Partial<T> {
    Partial {
        items: Vec::new(),
        complete: false,
    }
}
