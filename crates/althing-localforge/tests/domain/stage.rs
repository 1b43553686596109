//! A seeded forge in a temporary folder, and pushes to it.

use std::{fs, path::Path, process::Command};

use althing_localforge::{
    forge::{Actor, Forge},
    model::{NewPull, Pull, Repo},
    seed::seed,
};
use tempfile::TempDir;

/// Users: `ada` owns the organization, `rob` may write, `tim` may triage, `eve` only reads what
/// is public.
pub(crate) const SEED: &str = "
users:
  - { login: ada, id: 1001, name: Ada L, email: ada@example.org, token: token-ada }
  - { login: rob, id: 1002, name: Rob R, email: rob@example.org, token: token-rob }
  - { login: tim, id: 1003, token: token-tim }
  - { login: mia, id: 1004, token: token-mia }
  - { login: eve, id: 1005, token: token-eve }
organizations:
  - { login: acme, id: 2001, admins: [ada], members: [rob], teams: [{ name: Keepers, members: [rob] }] }
repositories:
  - name: ACME/models
    from: files
    collaborators: { rob: write, tim: triage, mia: maintain }
    labels: [{ name: n150, color: 0e8a16 }, { name: lb }]
    issues:
      - { title: First, body: one, labels: [n150], author: ada, created-at: 2026-01-01T00:00:00Z }
      - { title: Second, body: two, labels: [lb], author: rob, created-at: 2026-01-02T00:00:00Z }
  - name: acme/secret
    private: true
    collaborators: { tim: read }
    teams: { keepers: write }
projects:
  - owner: acme
    title: Bring-up
    number: 1
    fields: { Status: [ready, in progress, done] }
    text-fields: [Note]
    writers: [tim]
    items:
      - { issue: acme/models#1, status: ready }
      - { issue: acme/models#2, status: in progress }
";

/// A forge and the folder that holds it.
pub(crate) struct Stage {
    pub(crate) forge: Forge,
    folder: TempDir,
}

impl Stage {
    /// The forge of [`SEED`].
    pub(crate) async fn set() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("files")).unwrap();
        fs::write(folder.path().join("files/README.md"), "one\ntwo\nthree\n").unwrap();
        fs::write(folder.path().join("seed.yaml"), SEED).unwrap();
        let forge = Forge::open(&folder.path().join("forge")).await.unwrap();
        seed(&forge, &folder.path().join("seed.yaml"))
            .await
            .unwrap();
        Self { forge, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn actor(&self, login: &str) -> Actor {
        self.forge
            .authenticate(&format!("token-{login}"))
            .await
            .unwrap()
    }

    /// `acme/models` as `login` sees it.
    pub(crate) async fn models(&self, login: &str) -> (Actor, Repo) {
        let actor = self.actor(login).await;
        let repo = self.forge.repo(&actor, "acme", "models").await.unwrap();
        (actor, repo)
    }

    /// Pushes one commit for each file on top of `onto` to `branch`, as Rob.
    pub(crate) fn push(&self, onto: &str, branch: &str, files: &[(&str, &str)]) {
        let work = self.folder.path().join("work");
        let _ = fs::remove_dir_all(&work);
        let bare = self.folder.path().join("forge/git/acme/models.git");
        git(
            self.path(),
            &["clone", "-q", "-b", onto, bare.to_str().unwrap(), "work"],
        );
        git(&work, &["checkout", "-q", "-B", branch]);
        for (name, text) in files {
            fs::write(work.join(name), text).unwrap();
            git(&work, &["add", "--all"]);
            git(
                &work,
                &[
                    "commit",
                    "-q",
                    "-m",
                    &format!("Change {name}\n\nBecause of {branch}."),
                ],
            );
        }
        git(&work, &["push", "-q", "--force", "origin", branch]);
    }

    /// Opens a pull request from `branch` to main, as Rob.
    pub(crate) async fn pull(&self, branch: &str, body: &str) -> Pull {
        let (rob, repo) = self.models("rob").await;
        let new = NewPull {
            title: format!("Merge {branch}"),
            body: body.to_owned(),
            head: branch.to_owned(),
            base: "main".to_owned(),
            draft: false,
        };
        self.forge.create_pull(&rob, &repo, new).await.unwrap()
    }

    /// What git prints about the bare repository of `acme/models`.
    pub(crate) fn show(&self, args: &[&str]) -> String {
        git(&self.folder.path().join("forge/git/acme/models.git"), args)
    }
}

/// Runs git in `folder` with nothing of this machine's configuration.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Rob R")
        .env("GIT_AUTHOR_EMAIL", "rob@example.org")
        .env("GIT_COMMITTER_NAME", "Rob R")
        .env("GIT_COMMITTER_EMAIL", "rob@example.org")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}
