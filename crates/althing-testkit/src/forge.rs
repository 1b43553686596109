//! A forge for one test.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread::{self, JoinHandle},
};

use althing_localforge::{
    environment::environment,
    forge::Forge,
    seed::seed,
    server::{Faults, app, state::AppState},
};
use tempfile::TempDir;
use tokio::{net::UnixListener, runtime::Runtime, sync::oneshot};

/// A seeded forge in a temporary directory, served until it is dropped.
///
/// The server has a thread of its own, so that tests may wait for commands in plain code.
#[derive(Debug)]
pub struct TestForge {
    folder: TempDir,
    program: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl TestForge {
    /// Writes `files` (path and text), seeds a forge with the text of `seed_file`, whose paths
    /// are relative to the files' folder, and serves it. `program` is what git runs as
    /// `PROGRAM forge ssh …`.
    ///
    /// # Panics
    /// When the stage cannot be set, for example because the seed is wrong.
    pub fn start(program: &Path, seed_file: &str, files: &[(&str, &str)]) -> Self {
        Self::start_with_faults(program, seed_file, files, Faults::none())
    }

    /// As [`TestForge::start`], with faults.
    ///
    /// # Panics
    /// When the stage cannot be set.
    pub fn start_with_faults(
        program: &Path,
        seed_file: &str,
        files: &[(&str, &str)],
        faults: Faults,
    ) -> Self {
        let folder = TempDir::new().expect("temporary folder");
        for (path, text) in files.iter().chain(&[("seed.yaml", seed_file)]) {
            write(&folder.path().join(path), text).expect("file beside the seed");
        }
        fs::create_dir(folder.path().join("home")).expect("home");
        let (root, file) = (folder.path().join("forge"), folder.path().join("seed.yaml"));
        Runtime::new().expect("runtime").block_on(async {
            let forge = Forge::open(&root).await.expect("forge");
            seed(&forge, &file).await.expect("seed");
            forge.close().await;
        });
        let mut forge = Self {
            folder,
            program: program.to_owned(),
            stop: None,
            server: None,
        };
        forge.serve(faults);
        forge
    }

    /// Goes on without faults, so that one can look at what came of them.
    ///
    /// # Panics
    /// When it cannot be served anew.
    pub fn calm(&mut self) {
        self.end();
        fs::remove_file(self.root().join("forge.sock")).expect("old socket");
        self.serve(Faults::none());
    }

    fn serve(&mut self, faults: Faults) {
        let (root, runtime) = (self.root(), Runtime::new().expect("runtime"));
        let (forge, listener) = runtime.block_on(async {
            let forge = Forge::open(&root).await.expect("forge");
            let listener = UnixListener::bind(root.join("forge.sock")).expect("socket");
            (forge, listener)
        });
        let (stop, stopped) = oneshot::channel();
        self.stop = Some(stop);
        self.server = Some(thread::spawn(move || {
            runtime.block_on(async move {
                let app = app(AppState::new(forge.clone(), faults));
                tokio::select! {
                    served = axum::serve(listener, app) => served.expect("server"),
                    _ = stopped => {}
                }
                forge.close().await;
            });
        }));
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A panic of the server has been printed; a second one here would hide the test's own.
            let _ = server.join();
        }
    }

    /// The forge's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("forge")
    }

    /// The temporary folder around it, for work trees and other files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Environment variables that make `gh` and `git` reach the forge as `user`.
    ///
    /// # Panics
    /// When there is no such user.
    pub fn variables(&self, user: &str) -> Vec<(String, String)> {
        let runtime = Runtime::new().expect("runtime");
        runtime.block_on(async {
            let forge = Forge::open(&self.root()).await.expect("forge");
            let variables = environment(&forge, user, &self.program)
                .await
                .expect("environment");
            forge.close().await;
            variables
        })
    }

    /// Any program as `user`, in the temporary folder, with a clean environment.
    pub fn command(&self, user: &str, program: &str) -> Command {
        let mut command = clean(program, &self.folder.path().join("home"));
        command
            .current_dir(self.folder.path())
            .envs(self.variables(user));
        command
    }

    /// `gh` as `user`.
    pub fn gh(&self, user: &str) -> Command {
        self.command(user, "gh")
    }

    /// `git` as `user`.
    pub fn git(&self, user: &str) -> Command {
        self.command(user, "git")
    }

    /// Runs `gh ARGS` as `user` and returns what it prints.
    ///
    /// # Panics
    /// When it fails.
    pub fn gh_text(&self, user: &str, args: &[&str]) -> String {
        text(self.gh(user).args(args))
    }

    /// Runs `git ARGS` as `user` in a folder below the temporary one.
    ///
    /// # Panics
    /// When it fails.
    pub fn git_text(&self, user: &str, folder: &str, args: &[&str]) -> String {
        text(
            self.git(user)
                .current_dir(self.folder.path().join(folder))
                .args(args),
        )
    }
}

impl Drop for TestForge {
    fn drop(&mut self) {
        self.end();
    }
}

/// A program with nothing of this machine's configuration.
pub fn clean(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home);
    for (key, value) in [
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("NO_COLOR", "1"),
        ("GH_PROMPT_DISABLED", "1"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ] {
        command.env(key, value);
    }
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn text(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("program starts");
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}\n{status}: {stderr}");
    String::from_utf8_lossy(&stdout).trim_end().to_owned()
}
