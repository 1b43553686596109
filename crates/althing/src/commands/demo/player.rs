//! Somebody who types commands: a user of the demo's forge with a shell of their own.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, process::Stdio};

use althing_diag::{Code, Finding};
use serde_json::Value;
use tokio::process::Command;

use crate::failure::Failure;

/// A user with the environment that `althing forge env` prepares.
pub(super) struct Player {
    pub(super) login: &'static str,
    /// This program.
    pub(super) althing: PathBuf,
    /// Everything the commands see.
    pub(super) environment: BTreeMap<OsString, OsString>,
    pub(super) dir: PathBuf,
}

impl Player {
    /// Runs `althing --output json ARGS` and returns its exit code and answer.
    pub(super) async fn althing(&self, args: &[&str]) -> Result<(i32, Value), Failure> {
        let args = [&["--output", "json"], args].concat();
        let (code, stdout, stderr) = self.run(self.althing.as_os_str(), &args).await?;
        let answer = serde_json::from_str(&stdout)
            .map_err(|error| broken(&args.join(" "), &format!("no JSON ({error}): {stderr}")))?;
        Ok((code, answer))
    }

    /// Runs `gh ARGS`, which must succeed.
    pub(super) async fn gh(&self, args: &[&str]) -> Result<String, Failure> {
        let (code, stdout, stderr) = self.run("gh".as_ref(), args).await?;
        match code {
            0 => Ok(stdout),
            code => Err(broken(
                &format!("gh {}", args.join(" ")),
                &format!("exit {code}: {stderr}"),
            )),
        }
    }

    async fn run(
        &self,
        program: &std::ffi::OsStr,
        args: &[&str],
    ) -> Result<(i32, String, String), Failure> {
        let done = Command::new(program)
            .args(args)
            .env_clear()
            .envs(&self.environment)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|error| broken(&program.to_string_lossy(), &error.to_string()))?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok((
            done.status.code().unwrap_or(-1),
            text(done.stdout),
            text(done.stderr),
        ))
    }
}

/// A step that did not go as the story tells.
pub(super) fn broken(step: &str, why: &str) -> Failure {
    Finding::error(
        Code::DemoStep,
        format!("{step}: {why}"),
        "run `scripts/setup`, then the demo again; its folder keeps all that happened",
    )
    .into()
}
