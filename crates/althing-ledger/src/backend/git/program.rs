//! Running git.

use std::{
    env,
    ffi::OsStr,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::LedgerError;

/// What git needs to find itself, its configuration and its logins. No variable that could
/// send it to another repository is among them.
const VARIABLES: [&str; 13] = [
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
];
const PREFIXES: [&str; 7] = [
    "GIT_CONFIG",
    "GIT_SSH",
    "GIT_SSL",
    "SSH_",
    "GH_",
    "GITHUB_TOKEN",
    "ALTHING_FORGE_",
];

/// Who makes the commits; who did what stands in the entries.
const FIXED: [(&str, &str); 6] = [
    ("GIT_AUTHOR_NAME", "althing"),
    ("GIT_AUTHOR_EMAIL", "althing@localhost"),
    ("GIT_COMMITTER_NAME", "althing"),
    ("GIT_COMMITTER_EMAIL", "althing@localhost"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C.UTF-8"),
];

/// git in a folder.
#[derive(Clone, Debug)]
pub(super) struct Program {
    folder: PathBuf,
}

impl Program {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What git prints, without the last newline.
    pub(super) async fn answer(&self, args: &[&str]) -> Result<String, LedgerError> {
        finish(args, self.start(args, Stdio::null())?).await
    }

    /// The same, for a question to which git answers "no" with exit code 1.
    pub(super) async fn answer_or_none(
        &self,
        args: &[&str],
    ) -> Result<Option<String>, LedgerError> {
        let child = self.start(args, Stdio::null())?;
        let output = child.wait_with_output().await.map_err(LedgerError::git)?;
        if output.status.code() == Some(1) {
            return Ok(None);
        }
        printed(args, output).map(Some)
    }

    /// Whether git says "yes".
    pub(super) async fn asks(&self, args: &[&str]) -> Result<bool, LedgerError> {
        Ok(self.answer_or_none(args).await?.is_some())
    }

    /// What git prints on being told `input`.
    pub(super) async fn tell(&self, args: &[&str], input: &str) -> Result<String, LedgerError> {
        let mut child = self.start(args, Stdio::piped())?;
        if let Some(mut stdin) = child.stdin.take() {
            // git reads all of it before it prints anything. If it ends early instead, its exit
            // and its stderr say why.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        finish(args, child).await
    }

    /// Starts git; what it prints can be read from it.
    pub(super) fn start(&self, args: &[&str], stdin: Stdio) -> Result<Child, LedgerError> {
        let kept = env::vars_os().filter(|(name, _)| is_needed(name));
        let child = Command::new("git")
            .arg("-C")
            .arg(&self.folder)
            // Hooks of the repository have no say in its record.
            .args(["-c", "core.hooksPath=/dev/null"])
            .args(args)
            .env_clear()
            .envs(kept)
            .envs(FIXED)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        child.map_err(|error| {
            if error.kind() == ErrorKind::NotFound {
                LedgerError::GitMissing
            } else {
                LedgerError::git(error)
            }
        })
    }
}

fn is_needed(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    VARIABLES.contains(&name.as_ref()) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What git printed, when it is done.
pub(super) async fn finish(args: &[&str], child: Child) -> Result<String, LedgerError> {
    let output = child.wait_with_output().await;
    printed(args, output.map_err(LedgerError::git)?)
}

fn printed(args: &[&str], output: Output) -> Result<String, LedgerError> {
    if !output.status.success() {
        return Err(failed(args, &output));
    }
    let mut text = String::from_utf8(output.stdout)
        .map_err(|error| LedgerError::git(std::io::Error::other(error)))?;
    text.truncate(text.trim_end_matches('\n').len());
    Ok(text)
}

/// That git did not do it, and why.
pub(super) fn failed(args: &[&str], output: &Output) -> LedgerError {
    LedgerError::GitFailed {
        command: args.first().copied().unwrap_or_default().to_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_needed;

    #[test]
    fn git_sees_its_own_configuration_and_logins_and_no_other_secret() {
        for name in [
            "PATH",
            "HOME",
            "GIT_SSH_COMMAND",
            "GIT_CONFIG_GLOBAL",
            "SSH_AUTH_SOCK",
            "GH_TOKEN",
        ] {
            assert!(is_needed(name.as_ref()), "{name}");
        }
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "ALTHING_LEDGER",
            "ALTHING_BALLOT_KEY",
            "DATABASE_URL",
            "PGPASSWORD",
            "HF_TOKEN",
        ] {
            assert!(!is_needed(name.as_ref()), "{name}");
        }
    }
}
