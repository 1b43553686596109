//! A machine with a models repository, tiny models, a ledger and a place for temporary folders.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use althing_bringup::{
    Argv, Environment, Event, Program, RunRecord, Status, Stopper, Stopping, Vars, Weights, Worker,
    WorkerError, WorkerOptions,
};
use althing_diag::id::Sha;
use althing_forge::Forge;
use althing_ledger::{Entry, Filter, Ledger};
use althing_testkit::{ResponsesServer, built_program, tiny_models};
use tempfile::TempDir;

use crate::memory_forge::MemoryForge;

pub(crate) const TINY: &str = "hf_model_id: tiny-lab/tiny-2l\nprefill_len: 8\ndecode_len: 4\n";
pub(crate) const BROKEN: &str = "hf_model_id: tiny-lab/broken-2l\nprefill_len: 8\ndecode_len: 4\n";
/// Values that nobody but their owner may ever see.
pub(crate) const SECRETS: [(&str, &str); 4] = [
    ("GH_TOKEN", "secret-of-gh"),
    ("GITHUB_TOKEN", "secret-of-github"),
    ("HF_TOKEN", "secret-of-hub"),
    ("CODEX_API_KEY", "secret-of-codex"),
];

pub(crate) struct World {
    root: TempDir,
    pub(crate) ledger: Ledger,
    pub(crate) vars: Vars,
    pub(crate) models: PathBuf,
    /// The agent; codex if there is none.
    pub(crate) agent: Option<Argv>,
}

pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The PATH with the Python that has pytest first, where `scripts/setup` made one.
pub(crate) fn path() -> String {
    let venv = project().join(".venv/bin");
    let path = env::var("PATH").unwrap();
    if venv.is_dir() {
        format!("{}:{path}", venv.display())
    } else {
        path
    }
}

/// The hub's own client.
pub(crate) fn client() -> PathBuf {
    let client = project().join(".venv/bin/hf");
    assert!(client.is_file(), "no hf: run `scripts/setup test`");
    client
}

impl World {
    pub(crate) async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["tmp", "home", "tools", "git/yieldthought"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let ledger = Ledger::open(&root.path().join("ledger.db")).await.unwrap();
        let text = |path: PathBuf| path.display().to_string();
        let mut vars: Vars = [
            (
                "PATH",
                format!("{}:{}", text(root.path().join("tools")), path()),
            ),
            ("HOME", text(root.path().join("home"))),
            ("YT_SYSTEM", "n150".to_owned()),
            ("YT_PROJECT_NUMBER", "1".to_owned()),
            ("YT_WORKER_NAME", "w7".to_owned()),
            ("YT_MAX_ATTEMPTS", "2".to_owned()),
            ("YT_TMP_ROOT", text(root.path().join("tmp"))),
            ("GIT_CONFIG_COUNT", "1".to_owned()),
            ("ALTHING_BIN", text(built_program())),
            (
                "GIT_CONFIG_KEY_0",
                format!("url.{}/.insteadOf", text(root.path().join("git"))),
            ),
            ("GIT_CONFIG_VALUE_0", "git@github.com:".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        vars.extend(SECRETS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let agent = Argv::new("python3", &[&text(project().join("demo/agent.py"))]);
        let world = Self {
            models: root.path().join("models"),
            root,
            ledger,
            vars,
            agent: Some(agent),
        };
        tiny_models(&world.models);
        world.make_remote();
        world
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn remote(&self) -> PathBuf {
        self.root().join("git/yieldthought/ttnn_models.git")
    }

    fn make_remote(&self) {
        let source = self.root().join("source");
        let template = project().join("templates/models-repo");
        run(Command::new("cp").arg("-R").arg(template).arg(&source));
        let git = |args: &[&str]| {
            let identity = ["-c", "user.name=m", "-c", "user.email=m@example.org"];
            run(Command::new("git")
                .args(identity)
                .args(args)
                .current_dir(&source))
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "-m", "Start"]);
        let remote = self.remote().display().to_string();
        git(&["clone", "--quiet", "--bare", ".", &remote]);
    }

    /// Commits a file on a branch of the remote, which begins at `from`; returns its new head.
    pub(crate) fn commit(&self, branch: &str, from: &str, path: &str, text: &str) -> Sha {
        self.change(branch, from, path, |file| {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        })
    }

    /// Removes a file from the default branch of the remote.
    pub(crate) fn remove(&self, path: &str) -> Sha {
        self.change("main", "main", path, |file| fs::remove_file(file).unwrap())
    }

    fn change(&self, branch: &str, from: &str, path: &str, change: impl FnOnce(&Path)) -> Sha {
        let dir = self.root().join("source");
        let remote = self.remote().display().to_string();
        let git = |args: &[&str]| {
            let identity = ["-c", "user.name=m", "-c", "user.email=m@example.org"];
            run(Command::new("git")
                .args(identity)
                .args(args)
                .current_dir(&dir))
        };
        git(&["fetch", "--quiet", &remote, from]);
        git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
        change(&dir.join(path));
        git(&["add", "--force", path]);
        git(&["commit", "--quiet", "-m", path]);
        git(&[
            "push",
            "--quiet",
            &remote,
            &format!("HEAD:refs/heads/{branch}"),
        ]);
        git(&["rev-parse", "HEAD"]).trim().parse().unwrap()
    }

    /// Runs git in the remote.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        run(Command::new("git").args(args).current_dir(self.remote()))
    }

    pub(crate) fn main(&self) -> Sha {
        self.git(&["rev-parse", "main"]).trim().parse().unwrap()
    }

    pub(crate) fn forge(&self) -> MemoryForge {
        MemoryForge::new(self.main())
    }

    /// Puts a script first on the PATH.
    pub(crate) fn tool(&self, name: &str, script: &str) -> PathBuf {
        let file = self.root().join("tools").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    /// Makes a shell script the agent. The prompt is on its standard input.
    pub(crate) fn agent(&mut self, script: &str) {
        self.agent = Some(Argv::new(
            &self.tool("agent", script).display().to_string(),
            &[],
        ));
    }

    /// Makes the codex that `scripts/setup test` installs the agent, and this server its service.
    pub(crate) fn codex(&mut self, server: &ResponsesServer) {
        let home = self.root().join("home/.codex");
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("config.toml"), server.codex_settings()).unwrap();
        let codex = project().join(".cache/codex/node_modules/.bin/codex");
        assert!(codex.is_file(), "no codex: run `scripts/setup test`");
        self.agent = None;
        self.vars
            .insert("CODEX_BIN".to_owned(), codex.display().to_string());
    }

    pub(crate) fn options(&self) -> WorkerOptions {
        let environment = Environment::from_vars(self.vars.clone(), "host").unwrap();
        let mut options = WorkerOptions::new(environment, self.vars.clone());
        if let Some(agent) = &self.agent {
            options.agent = Program::Command(agent.clone());
        }
        options.skip_tt = true;
        options.device_dir = self.root().to_owned();
        options.weights = Weights::Folder(self.models.clone());
        options
    }

    pub(crate) async fn run(&self, forge: &impl Forge) -> Option<RunRecord> {
        self.run_with(forge, &self.options()).await.unwrap()
    }

    /// One pass of a worker; afterwards its folder must be gone.
    pub(crate) async fn run_with(
        &self,
        forge: &impl Forge,
        options: &WorkerOptions,
    ) -> Result<Option<RunRecord>, WorkerError> {
        self.run_until(forge, options, Stopper::new().1).await
    }

    /// The same, and it may be told to stop.
    pub(crate) async fn run_until(
        &self,
        forge: &impl Forge,
        options: &WorkerOptions,
        stopping: Stopping,
    ) -> Result<Option<RunRecord>, WorkerError> {
        let ignore = Box::new(|_, _: &Event| {});
        let mut worker = Worker::start(forge, &self.ledger, options, ignore, stopping).await?;
        let record = worker.run_once().await;
        self.nothing_is_left();
        record
    }

    pub(crate) fn nothing_is_left(&self) {
        let left: Vec<_> = fs::read_dir(self.root().join("tmp"))
            .unwrap()
            .flatten()
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        self.ledger.entries(&Filter::default()).await.unwrap()
    }

    /// Kinds of the entries, in order.
    pub(crate) async fn kinds(&self) -> Vec<String> {
        self.entries()
            .await
            .into_iter()
            .map(|entry| entry.kind.to_string())
            .collect()
    }

    /// No secret is in a comment, a pull request, a commit or the ledger.
    pub(crate) async fn no_secret_is_out(&self, forge: &MemoryForge) {
        let mut texts = self.git(&["log", "--all", "-p"]);
        texts.push_str(&serde_json::to_string(&self.entries().await).unwrap());
        let state = forge.state.borrow();
        for issue in state.issues.keys() {
            texts.push_str(&state.comments(*issue).join("\n"));
        }
        texts.push_str(&format!("{:?}{:?}", state.pulls, state.statuses));
        for (name, value) in SECRETS {
            assert!(!texts.contains(value), "{name} is out");
        }
    }
}

pub(crate) fn run(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

/// The comment that ended the last run.
pub(crate) fn ending(forge: &MemoryForge, issue: u64, status: Status) -> String {
    assert_eq!(forge.status(issue), status.name());
    let comment = forge.comments(issue).pop().unwrap();
    assert!(
        comment.contains(&format!("status set: `{status}`\nrun_id: ")),
        "{comment}"
    );
    assert!(comment.contains("To reproduce:"), "{comment}");
    comment
}
