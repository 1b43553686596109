//! A forge with people, a board and a repository, and the requests that each act costs.

use std::{
    collections::BTreeMap, ffi::OsString, future::Future, path::Path, process::Command, thread,
};

use althing_diag::id::{RepoName, Sha};
use althing_forge::{Board, BoardName, Forge, GhConfig, GhForge, MarksOf, ProjectSelector};
use althing_testkit::{Faults, TestForge, clean};

const SEED: &str = "
users:
  - { login: ada, id: 1001, email: ada@example.org, token: gho_ada }
  - { login: bob, id: 1002, email: bob@example.org, token: gho_bob }
  - { login: eve, id: 1003, email: eve@example.org, token: gho_eve }
repositories:
  - name: ada/models
    from: models
    collaborators: { bob: write, eve: read }
    labels: [{ name: n150 }]
    issues:
      - { title: First, author: ada, labels: [n150], created-at: 2026-01-02T03:04:05Z, body: one }
      - { title: Second, author: ada, created-at: 2026-01-03T03:04:05Z }
      - { title: Third, author: ada }
projects:
  - owner: ada
    number: 1
    title: Bring-ups
    writers: [bob]
    fields: { Status: [ready, in progress, in review, done] }
    items:
      - { issue: 'ada/models#1', status: ready }
      - { issue: 'ada/models#2', status: in progress }
  - { owner: ada, number: 5, title: Plain, writers: [bob], fields: {} }
";

const FILES: &[(&str, &str)] = &[
    ("models/README.md", "Models\n"),
    ("models/.althing/charter.yaml", "charter: 1\n"),
];

/// The stage of one test.
pub(crate) struct World {
    pub(crate) kit: TestForge,
    pub(crate) repo: RepoName,
}

impl World {
    /// What marks an issue of the repository.
    pub(crate) fn marks(&self) -> MarksOf<'_> {
        MarksOf {
            repo: &self.repo,
            stem: "refs/althing/claims/issue-",
        }
    }

    pub(crate) fn new() -> Self {
        Self::with_faults(Faults::none())
    }

    pub(crate) fn with_faults(faults: Faults) -> Self {
        // Nothing here goes through git's ssh.
        let program = Path::new("/nonexistent");
        Self {
            kit: aside(|| TestForge::start_with_faults(program, SEED, FILES, faults)),
            repo: "ada/models".parse().unwrap(),
        }
    }

    /// The adapter as `user`, with nothing of this machine's environment but the path.
    pub(crate) fn forge(&self, user: &str) -> GhForge {
        GhForge::new(self.config(user))
    }

    pub(crate) fn config(&self, user: &str) -> GhConfig {
        let path = std::env::var_os("PATH").map(|path| (OsString::from("PATH"), path));
        let variables = aside(|| self.kit.variables(user)).into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        GhConfig {
            environment: path.into_iter().chain(variables).collect(),
            ..GhConfig::default()
        }
    }

    /// Runs `gh` by hand and returns what it prints.
    pub(crate) fn gh(&self, user: &str, args: &[&str]) -> String {
        aside(|| self.kit.gh_text(user, args))
    }

    pub(crate) async fn board(&self) -> Board {
        let name = BoardName {
            owner: "ada".to_owned(),
            project: ProjectSelector::Number(1),
        };
        self.forge("ada").board(&name).await.unwrap()
    }

    /// What `act` returns, once it has been shown to cost `requests`.
    pub(crate) async fn costs<T>(&self, requests: u64, act: impl Future<Output = T>) -> T {
        let before = self.requests();
        let value = act.await;
        let after = self.requests();
        let made: BTreeMap<&String, u64> = after
            .iter()
            .map(|(operation, count)| (operation, count - before.get(operation).unwrap_or(&0)))
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(made.values().sum::<u64>(), requests, "{made:?}");
        value
    }

    /// Requests so far by operation. Asking does not count.
    fn requests(&self) -> BTreeMap<String, u64> {
        let stats = self.gh("ada", &["api", "/_althing/stats"]);
        let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
        let mut requests = BTreeMap::new();
        for entry in stats["requests"].as_array().unwrap() {
            let operation = entry["operation"].as_str().unwrap().to_owned();
            *requests.entry(operation).or_default() += entry["count"].as_u64().unwrap();
        }
        requests
    }

    /// Commits a change to the repository's files on a branch of its own and returns the
    /// commit. Git works on the bare repository itself, whose branches the forge reads.
    pub(crate) fn push(&self, branch: &str, author: &str, change: impl FnOnce(&Path)) -> Sha {
        let bare = self.kit.root().join("git/ada/models.git");
        let tree = self.kit.folder().join(branch.replace('/', "-"));
        if !tree.exists() {
            let done = clean("git", self.kit.folder())
                .args(["clone", "--quiet"])
                .args([&bare, &tree])
                .status();
            assert!(done.unwrap().success());
        }
        change(&tree);
        let email = format!("{author}@example.org");
        for args in [
            &["checkout", "--quiet", "-B", branch][..],
            &["add", "--all"],
            &["commit", "--quiet", "-m", "Change"],
            &["push", "--quiet", "--force", "origin", "HEAD"],
        ] {
            let mut git = clean("git", self.kit.folder());
            git.current_dir(&tree).args(args);
            for role in ["AUTHOR", "COMMITTER"] {
                git.env(format!("GIT_{role}_NAME"), author);
                git.env(format!("GIT_{role}_EMAIL"), &email);
            }
            assert!(git.status().unwrap().success(), "{args:?}");
        }
        let mut head = Command::new("git");
        head.current_dir(&tree).args(["rev-parse", "HEAD"]);
        let head = String::from_utf8(head.output().unwrap().stdout).unwrap();
        head.trim().parse().unwrap()
    }

    /// The head of a branch as the forge tells it.
    pub(crate) fn head_of(&self, branch: &str) -> Sha {
        let path = format!("repos/ada/models/git/ref/heads/{branch}");
        let sha = self.gh("ada", &["api", &path, "--jq", ".object.sha"]);
        sha.parse().unwrap()
    }
}

/// Runs what waits on a runtime of its own, which it may not within ours.
fn aside<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(act).join().unwrap())
}
