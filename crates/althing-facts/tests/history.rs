//! A repository's history, gathered through the real `gh` from a real forge.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use althing_diag::id::{Account, UserId};
use althing_facts::{Wanted, history};
use althing_forge::{GhConfig, GhForge};
use althing_gate::{CheckState, History, PullState, ReviewState};
use althing_testkit::{TestForge, clean};
use jiff::{Timestamp, ToSpan};

const SEED: &str = "
users:
  - { login: maintainer, id: 1001, email: maintainer@example.org, token: gho_m }
  - { login: reviewer, id: 1002, email: reviewer@example.org, token: gho_r }
  - { login: contributor, id: 1003, email: contributor@example.org, token: gho_c }
  - { login: absent, id: 1004, email: absent@example.org, token: gho_a }
repositories:
  - name: maintainer/models
    from: models
    collaborators: { reviewer: write, contributor: write, absent: write }
    labels: [{ name: bug }]
    issues:
      - { title: Stale, author: contributor, created-at: 2026-01-02T03:04:05Z }
      - { title: Cared for, author: reviewer, labels: [bug], assignees: [maintainer], body: red }
";

const FILES: &[(&str, &str)] = &[
    ("models/README.md", "Models\n"),
    ("models/CODEOWNERS", "* @maintainer\n"),
    ("models/models/alpha/model.py", "x = 1\n"),
];

struct World {
    kit: TestForge,
    tree: PathBuf,
}

impl World {
    fn new() -> Self {
        let kit = TestForge::start(Path::new("/nonexistent"), SEED, FILES);
        let bare = kit.root().join("git/maintainer/models.git");
        let tree = kit.folder().join("tree");
        let mut clone = clean("git", kit.folder());
        clone.args(["clone", "--quiet"]).args([&bare, &tree]);
        assert!(clone.status().unwrap().success());
        Self { kit, tree }
    }

    fn git(&self, user: &str, args: &[&str]) -> String {
        let mut git = clean("git", self.kit.folder());
        git.current_dir(&self.tree).args(args);
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), user);
            git.env(format!("GIT_{role}_EMAIL"), format!("{user}@example.org"));
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn gh(&self, user: &str, args: &[&str]) {
        self.kit.gh_text(user, args);
    }

    /// Commits a file on a branch from `main` as it is now; the commit.
    fn push(&self, user: &str, branch: &str, path: &str) -> String {
        self.git(user, &["fetch", "--quiet", "origin"]);
        self.git(user, &["checkout", "--quiet", "-B", branch, "origin/main"]);
        std::fs::write(self.tree.join(path), user).unwrap();
        self.git(user, &["add", "--all"]);
        self.git(user, &["commit", "--quiet", "-m", path]);
        self.git(user, &["push", "--quiet", "origin", branch]);
        self.git(user, &["rev-parse", "HEAD"])
    }

    fn open(&self, user: &str, branch: &str) {
        let to = ["--base", "main", "--head", branch];
        let text = ["--title", branch, "--body", ""];
        let args = ["pr", "create", "-R", "maintainer/models"];
        self.gh(user, &[&args[..], &to, &text].concat());
    }

    fn pr(&self, user: &str, act: &str, branch: &str, flag: &str) {
        self.gh(user, &["pr", act, branch, "-R", "maintainer/models", flag]);
    }

    fn report(&self, path: &str, fields: &[&str]) {
        let path = format!("repos/maintainer/models/{path}");
        let fields = fields.iter().flat_map(|field| ["-f", field]);
        let args: Vec<&str> = ["api", &path].into_iter().chain(fields).collect();
        self.gh("maintainer", &args);
    }

    fn history(&self, wanted: &Wanted) -> History {
        let path = std::env::var_os("PATH").map(|path| (OsString::from("PATH"), path));
        let variables = self.kit.variables("maintainer").into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let forge = GhForge::new(GhConfig {
            environment: path.into_iter().chain(variables).collect(),
            ..GhConfig::default()
        });
        let repo = "maintainer/models".parse().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(history(&forge, &repo, wanted)).unwrap()
    }
}

fn wanted() -> Wanted {
    let now = Timestamp::now();
    Wanted {
        since: now.checked_sub(24.hours()).unwrap(),
        until: now,
        files: ["CODEOWNERS", "CODEOWNERS.md"].map(str::to_owned).into(),
        people: [1001, 1002, 1003, 1004].map(UserId).into(),
        folders: ["models".to_owned()].into(),
    }
}

fn login(account: Option<&Account>) -> &str {
    account.map_or("", |account| account.login.as_str())
}

#[test]
fn a_repository_becomes_the_facts_of_its_history() {
    let world = World::new();
    let direct = world.push("contributor", "main", "direct.md");
    world.push("contributor", "reviewed", "reviewed.py");
    world.open("contributor", "reviewed");
    world.pr("reviewer", "review", "reviewed", "--approve");
    world.pr("maintainer", "merge", "reviewed", "--squash");
    world.push("contributor", "unreviewed", "unreviewed.py");
    world.open("contributor", "unreviewed");
    world.pr("contributor", "merge", "unreviewed", "--merge");
    world.push("contributor", "waiting", "waiting.py");
    world.open("contributor", "waiting");
    let run = [
        &format!("head_sha={direct}")[..],
        "name=build",
        "status=completed",
    ];
    for end in ["conclusion=failure", "conclusion=success"] {
        world.report("check-runs", &[&run[..], &[end]].concat());
    }
    let status = format!("statuses/{direct}");
    world.report(&status, &["state=error", "context=deploy"]);

    let history = world.history(&wanted());
    assert_eq!(history.gaps, []);
    assert_eq!(history.branch, "main");

    let landed = history.commits.iter();
    let landed: Vec<_> = landed
        .map(|it| (it.pull, it.paths.join(" "), login(it.author.as_ref())))
        .collect();
    // Numbers go on behind those of the issues.
    let expected = [
        (Some(4), "unreviewed.py", "contributor"),
        (Some(3), "reviewed.py", "contributor"),
        (None, "direct.md", "contributor"),
        (
            None,
            "CODEOWNERS README.md models/alpha/model.py",
            "maintainer",
        ),
    ];
    let expected = expected.map(|(pull, paths, by)| (pull, paths.to_owned(), by));
    assert_eq!(landed, expected);

    let pulls = history.pulls.iter().map(|it| {
        let reviews: Vec<_> = it.reviews.iter().map(|it| it.state).collect();
        let merged = login(it.merged_by.as_ref());
        (it.number, it.state, merged, reviews, it.paths.join(" "))
    });
    let (merged, open) = (PullState::Merged, PullState::Open);
    let approved = vec![ReviewState::Approved];
    let expected = [
        (3, merged, "maintainer", approved, "reviewed.py".to_owned()),
        (4, merged, "contributor", vec![], "unreviewed.py".to_owned()),
        (5, open, "", vec![], "waiting.py".to_owned()),
    ];
    assert_eq!(pulls.collect::<Vec<_>>(), expected);

    let issues = history.issues.iter();
    let issues: Vec<_> = issues
        .map(|it| (it.number, it.open, it.labels.join(" "), it.assignees.len()))
        .collect();
    let labels = |labels: &str| labels.to_owned();
    assert_eq!(
        issues,
        [(1, true, labels(""), 0), (2, true, labels("bug"), 1)]
    );
    let stale = history.issues.first().unwrap();
    assert_eq!(stale.created, "2026-01-02T03:04:05Z".parse().unwrap());

    let mut builds: Vec<_> = history.builds.iter().collect();
    builds.sort_by_key(|build| &build.name);
    let builds: Vec<_> = builds
        .iter()
        .map(|it| (it.sha.as_str(), it.name.as_str(), it.state))
        .collect();
    let (red, green) = (CheckState::Failure, CheckState::Success);
    let direct = direct.as_str();
    let expected = [("build", red), ("build", green), ("deploy", red)];
    assert_eq!(builds, expected.map(|(name, state)| (direct, name, state)));

    assert_eq!(
        history.files["CODEOWNERS"].as_deref(),
        Some("* @maintainer\n")
    );
    assert_eq!(history.files["CODEOWNERS.md"], None);
    let modules = history.modules.iter();
    let modules: Vec<_> = modules
        .map(|it| (it.name.as_str(), it.path.as_str()))
        .collect();
    assert_eq!(modules, [("alpha", "models/alpha")]);
    assert!(history.modules.iter().all(|it| it.updated.is_some()));

    let active = |id| history.activity[&UserId(id)].is_some();
    assert_eq!([1001, 1002, 1003].map(active), [true; 3]);
    assert!(!active(1004), "was asked about and did nothing");
}

#[test]
fn what_cannot_be_read_is_a_gap_and_the_rest_is_told() {
    let world = World::new();
    let mut wanted = wanted();
    // A folder has no text.
    wanted.files = ["CODEOWNERS", "models"].map(str::to_owned).into();
    let history = world.history(&wanted);
    let gaps: Vec<&str> = history.gaps.iter().map(|it| it.facts.as_str()).collect();
    assert_eq!(gaps, ["files"]);
    assert_eq!(history.files.len(), 1);
    assert_eq!(history.issues.len(), 2);
}
