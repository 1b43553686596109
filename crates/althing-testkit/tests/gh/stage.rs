//! A forge with two people and an organization, and the ways tests look at it.

use std::{fs, path::Path};

use althing_testkit::TestForge;
use serde_json::Value;

pub(super) const REPO: [&str; 2] = ["-R", "acme/models"];

const SEED: &str = "
users:
  - { login: ada, id: 1001, name: Ada, email: ada@example.org, token: token-ada }
  - { login: rob, id: 1002, email: rob@example.org, token: token-rob }
  - { login: eve, id: 1003, email: eve@example.org, token: token-eve }
organizations:
  - { login: acme, admins: [ada], members: [rob], teams: [{ name: Reviewers, members: [rob] }] }
repositories:
  - name: acme/models
    from: models
    collaborators: { rob: write }
    labels: [{ name: n150, color: 0e8a16, description: An accelerator }, { name: bug, color: d73a4a }]
    issues:
      - { title: First, body: Text, labels: [n150], author: ada, assignees: [rob], created-at: 2026-01-02T03:04:05Z }
      - { title: Second, author: rob, created-at: 2026-01-03T03:04:05Z }
  - { name: acme/secret, private: true, issues: [{ title: Hidden, author: ada }] }
projects:
  - owner: acme
    title: Board
    number: 1
    fields: { Status: [ready, in progress, done] }
    writers: [rob]
    items: [{ issue: acme/models#1, status: ready }]
";

/// ada owns the organization, rob writes to its repository, eve is a stranger.
pub(super) fn start() -> TestForge {
    let program = Path::new(env!("CARGO_BIN_EXE_althing-testkit"));
    let files = [
        ("models/README.md", "# Models\n"),
        ("models/src/a.txt", "one\n"),
    ];
    TestForge::start(program, SEED, &files)
}

/// What `gh ARGS` prints, as JSON.
pub(super) fn json(forge: &TestForge, user: &str, args: &[&str]) -> Value {
    let text = forge.gh_text(user, args);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"))
}

/// What `gh ARGS` says when it fails, as it must.
pub(super) fn refused(forge: &TestForge, user: &str, args: &[&str]) -> String {
    let output = forge.gh(user).args(args).output().unwrap();
    assert!(!output.status.success(), "{args:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}

/// The answer to a GraphQL document with texts as variables, given as `name=value`.
pub(super) fn graphql(forge: &TestForge, user: &str, document: &str, variables: &[&str]) -> Value {
    let document = format!("query={document}");
    let mut args = vec!["api", "graphql", "-f", &document];
    for variable in variables {
        // Not `-F`: it makes a number of an option's id that happens to be all digits.
        args.extend(["-f", variable]);
    }
    json(forge, user, &args)
}

/// Clones the repository to `folder` as `user` and pushes `branch` with one commit that writes
/// `text` to `file`.
pub(super) fn push(forge: &TestForge, user: &str, branch: &str, file: &str, text: &str) {
    let folder = format!("{user}-{branch}");
    let git = |folder: &str, args: &[&str]| forge.git_text(user, folder, args);
    git(
        ".",
        &["clone", "-q", "https://github.com/acme/models", &folder],
    );
    git(&folder, &["switch", "-q", "-c", branch]);
    let path = forge.folder().join(&folder).join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    git(&folder, &["add", "-A"]);
    git(
        &folder,
        &["commit", "-q", "-m", &format!("Write {file}\n\nBecause.")],
    );
    git(&folder, &["push", "-q", "-u", "origin", branch]);
}

/// Opens a pull request of rob's `branch` that writes `file`; its number is 3 when it is the
/// first.
pub(super) fn open_pull(forge: &TestForge, branch: &str, file: &str, text: &str) -> String {
    push(forge, "rob", branch, file, text);
    let title = format!("Add {file}");
    let mut args = vec!["pr", "create", "--head", branch, "--base", "main"];
    args.extend(["--title", &title, "--body", "Fixes #1"]);
    args.extend(REPO);
    forge.gh_text("rob", &args)
}
