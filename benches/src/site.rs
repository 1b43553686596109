//! A seeded forge to measure, run as users run it: the `althing` binary beside this one.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Result, machine};

/// A forge server in a temporary folder with the demo's people and issues.
pub(crate) struct Site {
    folder: TempDir,
    althing: PathBuf,
    server: Child,
}

impl Site {
    pub(crate) fn start() -> Result<Self> {
        let althing = std::env::current_exe()?.with_file_name("althing");
        let folder = TempDir::new()?;
        run(Command::new(&althing)
            .args(["demo", "--prepare-only", "--dir"])
            .arg(folder.path().join("demo")))?;
        let root = folder.path().join("demo/forge");
        let mut server = Command::new(&althing)
            .args(["forge", "serve", "--exit-with-stdin", "--root"])
            .arg(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = server.stdout.take().ok_or("the server has no stdout")?;
        BufReader::new(stdout).read_line(&mut String::new())?;
        let site = Self {
            folder,
            althing,
            server,
        };
        run(Command::new(&site.althing)
            .args(["forge", "seed"])
            .arg(site.dir().join("seed.yaml"))
            .arg("--root")
            .arg(&root))?;
        Ok(site)
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.dir().join("forge/forge.sock")
    }

    /// The worker's token.
    pub(crate) fn token(&self) -> Result<String> {
        self.environment("worker")?
            .remove("GH_TOKEN")
            .ok_or_else(|| "no GH_TOKEN".into())
    }

    /// What `althing forge env` prepares for `user`.
    fn environment(&self, user: &str) -> Result<BTreeMap<String, String>> {
        let answer = run(Command::new(&self.althing)
            .args(["--output", "json", "forge", "env", "--as", user, "--root"])
            .arg(self.dir().join("forge")))?;
        let answer: Value = serde_json::from_str(&answer)?;
        Ok(serde_json::from_value(
            answer["data"]["environment"].clone(),
        )?)
    }

    /// `gh` as the worker runs it.
    pub(crate) fn gh(&self, args: &[&str]) -> Result<Command> {
        let mut command = Command::new("gh");
        command
            .args(args)
            .envs(self.environment("worker")?)
            .current_dir(self.dir());
        Ok(command)
    }

    /// A worker. `system` picks the issues.
    pub(crate) fn worker(&self, system: &str) -> Result<Command> {
        let dir = self.dir();
        let mut command = Command::new(&self.althing);
        command
            .args(["--output", "json", "bringup", "worker", "--skip-tt"])
            .arg("--models-dir")
            .arg(dir.join("models"))
            .arg("--agent")
            .arg(format!("python3 {}", quoted(&dir.join("agent.py"))))
            .arg("--ledger")
            .arg(dir.join("ledger.db"))
            .envs(self.environment("worker")?)
            .env("YT_SYSTEM", system)
            .env("YT_PROJECT_NUMBER", "1")
            .env("YT_WORKER_NAME", "bench")
            .env("YT_TMP_ROOT", self.folder.path())
            .env("ALTHING_LOG", "info")
            .current_dir(&dir);
        Ok(command)
    }

    /// Lets a worker look once, and returns its log, line by line.
    pub(crate) fn work_once(&self, system: &str) -> Result<Vec<Value>> {
        let done = self.worker(system)?.arg("--once").output()?;
        let log = String::from_utf8(done.stderr)?;
        if !done.status.success() {
            return Err(log.into());
        }
        Ok(log
            .lines()
            .map(serde_json::from_str)
            .collect::<std::result::Result<_, _>>()?)
    }

    /// Requests served so far, by operation.
    pub(crate) fn requests(&self) -> Result<BTreeMap<String, u64>> {
        let answer = run(Command::new(&self.althing)
            .args(["--output", "json", "forge", "stats", "--root"])
            .arg(self.dir().join("forge")))?;
        let answer: Value = serde_json::from_str(&answer)?;
        let mut sums = BTreeMap::new();
        for row in answer["data"]["requests"]
            .as_array()
            .ok_or("no requests in the answer")?
        {
            let operation = row["operation"].as_str().ok_or("no operation")?;
            *sums.entry(operation.to_owned()).or_default() += row["count"].as_u64().unwrap_or(0);
        }
        Ok(sums)
    }

    /// Resident memory of the server, KiB.
    pub(crate) fn resident_kib(&self) -> Result<String> {
        let status = format!("/proc/{}/status", self.server.id());
        Ok(machine::field(&status, "VmRSS")?
            .trim_end_matches("kB")
            .trim()
            .to_owned())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Its stdin closes here, which ends it; the folder is removed after it is gone.
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

fn run(command: &mut Command) -> Result<String> {
    let done = command.output()?;
    if done.status.success() {
        Ok(String::from_utf8(done.stdout)?)
    } else {
        let stderr = String::from_utf8_lossy(&done.stderr);
        Err(format!("{command:?}: {}\n{stderr}", done.status).into())
    }
}
