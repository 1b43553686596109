//! A pull request with all its lists, page by page.

mod answer;
mod checks;
mod list;

use althing_diag::id::RepoName;
use serde_json::{Value, json};

use self::{
    answer::{CommitNode, Data, FileNode, PullHead, PullNode},
    checks::{Context, latest},
    list::List,
};
use super::{
    api::{Asked, Document},
    command::Gh,
    renames,
    wire::Actor,
};
use crate::{Commit, ErrorKind, ForgeError, IssueNumber, Partial, Pull, PullNumber, Review};

const PULL: Document = Document {
    name: "Pull",
    text: include_str!("documents/pull.graphql"),
};

/// Pages that are read before lists count as cut. GitHub itself lists no more than 3,000 files.
const MAX_PAGES: usize = 30;

/// Everything about a pull request. Fails as transient when its head moves while it is read.
pub(super) async fn read(gh: &Gh, repo: &RepoName, number: PullNumber) -> Result<Pull, ForgeError> {
    let mut reading = Reading::default();
    for _ in 0..MAX_PAGES {
        let variables = reading.variables(repo, number);
        let (data, asked) = gh.graphql::<Data>(&PULL, variables).await?;
        let pull = data
            .repository
            .and_then(|repository| repository.pull)
            .ok_or_else(|| asked.not_found(format!("{repo} has no pull request {number}")))?;
        reading.add(repo, pull, &asked)?;
        if reading.is_finished() {
            break;
        }
    }
    let old_names = match reading.renames() {
        Some((head, renamed)) => {
            let (base, head) = (&head.base_ref_oid, &head.head_ref_oid);
            renames::old_names(gh, repo, base, head, &renamed).await?
        }
        None => Partial {
            items: Vec::new(),
            complete: true,
        },
    };
    reading.finish(old_names)
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    head: Option<PullHead>,
    files: List<FileNode>,
    commits: List<Commit>,
    reviews: List<Review>,
    checks: List<Context>,
    closes: List<IssueNumber>,
    /// Whether some commit has more authors than were listed.
    authors_cut: bool,
}

impl Reading {
    fn variables(&self, repo: &RepoName, number: PullNumber) -> Value {
        json!({
            "owner": repo.owner(),
            "name": repo.name(),
            "number": number,
            "files": self.files.is_wanted(),
            "filesAfter": self.files.cursor(),
            "commits": self.commits.is_wanted(),
            "commitsAfter": self.commits.cursor(),
            "reviews": self.reviews.is_wanted(),
            "reviewsAfter": self.reviews.cursor(),
            "checks": self.checks.is_wanted(),
            "checksAfter": self.checks.cursor(),
            "closes": self.closes.is_wanted(),
            "closesAfter": self.closes.cursor(),
        })
    }

    fn is_finished(&self) -> bool {
        !(self.files.is_wanted()
            || self.commits.is_wanted()
            || self.reviews.is_wanted()
            || self.checks.is_wanted()
            || self.closes.is_wanted())
    }

    fn add(&mut self, repo: &RepoName, pull: PullNode, asked: &Asked) -> Result<(), ForgeError> {
        let moved = || asked.error(ErrorKind::Transient, "its head moved while it was read");
        let before = self.head.replace(pull.head.clone());
        if before.is_some_and(|before| before.head_ref_oid != pull.head.head_ref_oid) {
            return Err(moved());
        }
        if let Some(page) = pull.files {
            self.files.add(page.nodes, page.info, asked)?;
        }
        if let Some(page) = pull.commits {
            let commits: Vec<CommitNode> = page.nodes.into_iter().map(|node| node.commit).collect();
            self.authors_cut |= commits.iter().any(|it| it.authors.info.has_next_page);
            let commits = commits.into_iter().map(Commit::from);
            self.commits.add(commits, page.info, asked)?;
        }
        if let Some(page) = pull.reviews {
            let reviews = page.nodes.into_iter().map(Review::from);
            self.reviews.add(reviews, page.info, asked)?;
        }
        if let Some(page) = pull.closing_issues_references {
            let here = page
                .nodes
                .into_iter()
                .filter(|it| it.repository.name == *repo);
            self.closes
                .add(here.map(|it| it.number), page.info, asked)?;
        }
        if let Some(list) = pull.head_commit {
            // A request without commits has no checks either.
            let node = list.nodes.into_iter().next();
            if node
                .as_ref()
                .is_some_and(|it| it.commit.oid != pull.head.head_ref_oid)
            {
                return Err(moved());
            }
            match node.and_then(|node| node.commit.status_check_rollup) {
                Some(rollup) => {
                    let page = rollup.contexts;
                    self.checks.add(page.nodes, page.info, asked)?;
                }
                None => self.checks.end(),
            }
        }
        Ok(())
    }

    /// The paths of renamed files, with what tells their old names.
    fn renames(&self) -> Option<(&PullHead, Vec<String>)> {
        let renamed = self.files.items.iter();
        let renamed: Vec<String> = renamed
            .filter(|file| file.change_type == "RENAMED")
            .map(|file| file.path.clone())
            .collect();
        let head = self.head.as_ref()?;
        (!renamed.is_empty()).then_some((head, renamed))
    }

    /// The pull request, with the old names of renamed files added to the new ones.
    fn finish(self, old_names: Partial<String>) -> Result<Pull, ForgeError> {
        let head = self.head.ok_or_else(|| ForgeError {
            kind: ErrorKind::Answer,
            command: PULL.name.to_owned(),
            message: "nothing was read".to_owned(),
        })?;
        let files = self.files.partial();
        let paths = files.items.into_iter().map(|file| file.path);
        let mut commits = self.commits.partial();
        commits.complete &= !self.authors_cut;
        let checks = self.checks.partial();
        Ok(Pull {
            number: head.number,
            title: head.title,
            url: head.url,
            state: head.state,
            draft: head.is_draft,
            author: head.author.and_then(Actor::account),
            base_branch: head.base_ref_name,
            head_branch: head.head_ref_name,
            head: head.head_ref_oid,
            mergeable: head.mergeable,
            merge_commit: head.merge_commit.map(|commit| commit.oid),
            files: Partial {
                items: paths.chain(old_names.items).collect(),
                complete: files.complete && old_names.complete,
            },
            commits,
            reviews: self.reviews.partial(),
            checks: Partial {
                items: latest(checks.items),
                complete: checks.complete,
            },
            closes: self.closes.items,
        })
    }
}

#[cfg(test)]
mod tests;
