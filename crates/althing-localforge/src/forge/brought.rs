//! Which pull requests brought which commits.

use std::{collections::HashMap, sync::Arc};

use super::{Actor, Answer, Forge, refs::parse_sha};
use crate::model::{Pull, PullFilter, PullState, Repo, Sha, Window};

/// How many ranges of commits are remembered before all are forgotten.
const REMEMBERED_RANGES: usize = 4096;

/// Commits by what `git rev-list` was asked for.
pub(super) type Ranges = HashMap<Vec<String>, Arc<[Sha]>>;

/// The pull requests of a repository by the commits that they brought or would bring.
#[derive(Debug)]
pub struct Brought {
    pulls: Vec<Pull>,
    by_commit: HashMap<Sha, Vec<usize>>,
}

impl Brought {
    /// The pull requests that belong to a commit, oldest first.
    pub fn by(&self, commit: &Sha) -> Vec<Pull> {
        let places = self.by_commit.get(commit).into_iter().flatten();
        places
            .filter_map(|place| self.pulls.get(*place).cloned())
            .collect()
    }
}

impl Forge {
    /// Pull requests by commit: merged ones by what they brought to their base, open ones by what
    /// they would, as far as the default branch does not have it.
    pub async fn brought(&self, actor: &Actor, repo: &Repo) -> Answer<Brought> {
        let filter = PullFilter {
            states: vec![PullState::Merged, PullState::Open],
            ascending: true,
            ..PullFilter::default()
        };
        let pulls = self.pulls(actor, repo, &filter, Window::ALL).await?.items;
        let default = self.branch_sha(repo, &repo.default_branch).await?;
        let mut by_commit: HashMap<Sha, Vec<usize>> = HashMap::new();
        for (place, pull) in pulls.iter().enumerate() {
            for commit in self
                .range(repo, range_of(pull, default.as_ref()))
                .await?
                .iter()
            {
                by_commit.entry(commit.clone()).or_default().push(place);
            }
        }
        Ok(Brought { pulls, by_commit })
    }

    async fn range(&self, repo: &Repo, range: Vec<String>) -> Answer<Arc<[Sha]>> {
        let known = self.remembered_ranges().get(&range).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let args = ["rev-list", "--end-of-options"].into_iter();
        let args = args.chain(range.iter().map(String::as_str));
        let listed = self.git(repo).text(args).await?;
        let commits = listed
            .lines()
            .map(parse_sha)
            .collect::<Answer<Arc<[Sha]>>>()?;
        let mut memory = self.remembered_ranges();
        if memory.len() >= REMEMBERED_RANGES {
            memory.clear();
        }
        memory.insert(range, Arc::clone(&commits));
        Ok(commits)
    }

    fn remembered_ranges(&self) -> std::sync::MutexGuard<'_, Ranges> {
        // What a panicking holder left is still true: entries are facts about commits.
        self.ranges
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What `git rev-list` is asked for: the tip, and what it does not count.
fn range_of(pull: &Pull, default: Option<&Sha>) -> Vec<String> {
    let not = |sha: &Sha| format!("^{sha}");
    match &pull.merged {
        Some(merged) => vec![merged.commit.to_string(), not(&pull.base_sha)],
        None => [pull.head_sha.to_string(), not(&pull.base_sha)]
            .into_iter()
            .chain(default.map(not))
            .collect(),
    }
}
