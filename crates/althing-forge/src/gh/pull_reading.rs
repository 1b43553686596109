//! A pull request with all its lists, page by page.

use std::collections::BTreeMap;

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    api::{Asked, Document},
    command::Gh,
    wire::{Actor, Object, Page, PageInfo},
};
use crate::{
    Check, CheckState, Commit, CommitPerson, ErrorKind, ForgeError, IssueNumber, Mergeable,
    Partial, Pull, PullNumber, PullState, Review, ReviewState,
};

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
    reading.finish()
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    #[serde(rename = "pullRequest")]
    pull: Option<PullNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullNode {
    #[serde(flatten)]
    head: PullHead,
    files: Option<Page<FileNode>>,
    commits: Option<Page<PullCommitNode>>,
    reviews: Option<Page<ReviewNode>>,
    head_commit: Option<HeadCommit>,
    closing_issues_references: Option<Page<ClosedIssue>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullHead {
    number: PullNumber,
    title: String,
    url: String,
    state: PullState,
    is_draft: bool,
    author: Option<Actor>,
    base_ref_name: String,
    head_ref_name: String,
    head_ref_oid: Sha,
    mergeable: Mergeable,
    merge_commit: Option<Object>,
}

#[derive(Deserialize)]
struct FileNode {
    path: String,
}

#[derive(Deserialize)]
struct PullCommitNode {
    commit: CommitNode,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommitNode {
    oid: Sha,
    committed_via_web: bool,
    authors: Page<Person>,
    committer: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    email: Option<String>,
    user: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewNode {
    state: ReviewState,
    submitted_at: Option<Timestamp>,
    author: Option<Actor>,
    commit: Option<Object>,
}

#[derive(Deserialize)]
struct HeadCommit {
    nodes: Vec<HeadCommitNode>,
}

#[derive(Deserialize)]
struct HeadCommitNode {
    commit: CheckedCommit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckedCommit {
    oid: Sha,
    status_check_rollup: Option<Rollup>,
}

#[derive(Deserialize)]
struct Rollup {
    contexts: Page<Context>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum Context {
    #[serde(rename_all = "camelCase")]
    CheckRun {
        database_id: Option<u64>,
        name: String,
        status: String,
        conclusion: Option<String>,
        check_suite: Suite,
    },
    StatusContext {
        context: String,
        state: String,
        creator: Option<Login>,
    },
}

#[derive(Deserialize)]
struct Suite {
    app: Option<App>,
}

#[derive(Deserialize)]
struct App {
    slug: String,
}

#[derive(Deserialize)]
struct Login {
    login: String,
}

#[derive(Deserialize)]
struct ClosedIssue {
    number: IssueNumber,
    repository: ClosedIn,
}

#[derive(Deserialize)]
struct ClosedIn {
    #[serde(rename = "nameWithOwner")]
    name: RepoName,
}

/// How far one list was read.
#[derive(Default)]
enum Progress {
    #[default]
    NotBegun,
    Until(String),
    End,
}

struct List<T> {
    items: Vec<T>,
    progress: Progress,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            progress: Progress::default(),
        }
    }
}

impl<T> List<T> {
    fn is_wanted(&self) -> bool {
        !matches!(self.progress, Progress::End)
    }

    fn cursor(&self) -> Option<&str> {
        match &self.progress {
            Progress::Until(cursor) => Some(cursor),
            Progress::NotBegun | Progress::End => None,
        }
    }

    fn add(
        &mut self,
        items: impl IntoIterator<Item = T>,
        info: PageInfo,
        asked: &Asked,
    ) -> Result<(), ForgeError> {
        self.items.extend(items);
        self.progress = info.next(asked)?.map_or(Progress::End, Progress::Until);
        Ok(())
    }

    fn partial(self) -> Partial<T> {
        Partial {
            complete: matches!(self.progress, Progress::End),
            items: self.items,
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    head: Option<PullHead>,
    files: List<String>,
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
            let paths = page.nodes.into_iter().map(|file| file.path);
            self.files.add(paths, page.info, asked)?;
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
        for node in pull.head_commit.into_iter().flat_map(|list| list.nodes) {
            if node.commit.oid != pull.head.head_ref_oid {
                return Err(moved());
            }
            match node.commit.status_check_rollup {
                Some(Rollup { contexts }) => {
                    self.checks.add(contexts.nodes, contexts.info, asked)?;
                }
                None => self.checks.progress = Progress::End,
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Pull, ForgeError> {
        let head = self.head.ok_or_else(|| ForgeError {
            kind: ErrorKind::Answer,
            command: PULL.name.to_owned(),
            message: "nothing was read".to_owned(),
        })?;
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
            files: self.files.partial(),
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

impl From<CommitNode> for Commit {
    fn from(node: CommitNode) -> Self {
        // A commit made on the web has the forge itself as its committer.
        let committer = node.committer.filter(|_| !node.committed_via_web);
        let people = node.authors.nodes.into_iter().chain(committer);
        Self {
            sha: node.oid,
            people: people.map(CommitPerson::from).collect(),
        }
    }
}

impl From<Person> for CommitPerson {
    fn from(person: Person) -> Self {
        Self {
            account: person.user.and_then(Actor::account),
            email: person.email.unwrap_or_default(),
        }
    }
}

impl From<ReviewNode> for Review {
    fn from(node: ReviewNode) -> Self {
        Self {
            author: node.author.and_then(Actor::account),
            state: node.state,
            commit: node.commit.map(|commit| commit.oid),
            submitted_at: node.submitted_at,
        }
    }
}

/// One check per name and reporter: of repeated check runs the last one. Statuses come from
/// the forge as the last of each context.
fn latest(contexts: Vec<Context>) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut runs: BTreeMap<(String, Option<String>), (u64, CheckState)> = BTreeMap::new();
    for context in contexts {
        match context {
            Context::StatusContext {
                context,
                state,
                creator,
            } => checks.push(Check {
                name: context,
                state: status_state(&state),
                reporter: creator.map(|creator| creator.login),
            }),
            Context::CheckRun {
                database_id,
                name,
                status,
                conclusion,
                check_suite,
            } => {
                let reporter = check_suite.app.map(|app| app.slug);
                let run = (
                    database_id.unwrap_or_default(),
                    run_state(&status, conclusion.as_deref()),
                );
                let known = runs.entry((name, reporter)).or_insert(run);
                if run.0 >= known.0 {
                    *known = run;
                }
            }
        }
    }
    checks.extend(
        runs.into_iter()
            .map(|((name, reporter), (_, state))| Check {
                name,
                state,
                reporter,
            }),
    );
    checks
}

/// What is not known to be green or open is red.
fn status_state(state: &str) -> CheckState {
    match state {
        "SUCCESS" => CheckState::Success,
        "PENDING" | "EXPECTED" => CheckState::Pending,
        _ => CheckState::Failure,
    }
}

/// Neutral and skipped runs showed nothing, so they are not green.
fn run_state(status: &str, conclusion: Option<&str>) -> CheckState {
    match (status, conclusion) {
        ("COMPLETED", Some("SUCCESS")) => CheckState::Success,
        ("COMPLETED", _) => CheckState::Failure,
        _ => CheckState::Pending,
    }
}
