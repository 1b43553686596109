//! Git's way to the forge: what runs in place of `ssh`.
//!
//! Git calls it as it calls ssh, `… [-o OPTION] git@github.com "git-upload-pack 'OWNER/NAME.git'"`,
//! and talks git's own protocol over its standard input and output. The running server decides
//! whether the user may; then git's own program serves the bare repository. A path rewrite
//! (`insteadOf` to a folder) would be shorter, but `gh` reads the rewritten remote address and
//! would no longer recognise GitHub in it.

use std::{ffi::OsString, path::Path, process::ExitStatus};

use hyper::Method;
use tokio::process::Command;

use crate::{
    client::{self, ClientError},
    server::internal::{GitAnswer, GitRequest},
};

/// Why git is not served. The text is for git's user.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// Not a call that git makes.
    #[error("not a git command: {0}")]
    Call(String),
    /// The server refuses or is not there.
    #[error(transparent)]
    Ask(#[from] ClientError),
    /// Git could not be started.
    #[error("git could not be started: {0}")]
    Git(std::io::Error),
}

/// Serves one git client as the user whose token is `token`; `arguments` is what git gave.
///
/// # Errors
/// See [`SshError`]; the caller prints it on stderr, where git shows it to its user.
pub async fn serve_git(
    root: &Path,
    token: &str,
    arguments: &[String],
) -> Result<ExitStatus, SshError> {
    let command = arguments.last().map(String::as_str).unwrap_or_default();
    let call = Call::parse(command).ok_or_else(|| SshError::Call(command.to_owned()))?;
    let wanted = GitRequest {
        owner: call.owner.to_owned(),
        name: call.name.to_owned(),
        write: call.service == "receive-pack",
    };
    let answer: GitAnswer =
        client::ask(root, Method::POST, "/_althing/git", Some(token), &wanted).await?;
    Command::new("git")
        // Pull request refs are the forge's own.
        .args(["-c", "receive.hideRefs=refs/pull", call.service])
        .arg(&answer.path)
        .env_clear()
        .envs(passed_on())
        .kill_on_drop(true)
        .status()
        .await
        .map_err(SshError::Git)
}

/// What the serving git needs of the environment: where programs are and which protocol version
/// the client speaks. Not the client's own configuration.
fn passed_on() -> impl Iterator<Item = (&'static str, OsString)> {
    ["PATH", "GIT_PROTOCOL"]
        .into_iter()
        .filter_map(|key| Some((key, std::env::var_os(key)?)))
        .chain([
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("HOME", "/nonexistent".into()),
        ])
}

/// A call of git's ssh transport.
#[derive(Debug, PartialEq, Eq)]
struct Call<'a> {
    service: &'a str,
    owner: &'a str,
    name: &'a str,
}

impl<'a> Call<'a> {
    /// Parses `git-upload-pack 'OWNER/NAME.git'`; git quotes the path with single quotes.
    fn parse(command: &'a str) -> Option<Self> {
        let (service, path) = command.strip_prefix("git-")?.split_once(' ')?;
        let service = ["upload-pack", "receive-pack", "upload-archive"]
            .into_iter()
            .find(|known| *known == service)?;
        let path = path.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
        Some(Self {
            service,
            owner,
            name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn calls_are_parsed_as_git_makes_them() {
        let call = |service, owner, name| {
            Some(Call {
                service,
                owner,
                name,
            })
        };
        assert_eq!(
            Call::parse("git-upload-pack 'o/n.git'"),
            call("upload-pack", "o", "n")
        );
        assert_eq!(
            Call::parse("git-receive-pack '/o/n'"),
            call("receive-pack", "o", "n")
        );
        for other in [
            "",
            "ls",
            "git-shell 'o/n'",
            "git-upload-pack o/n",
            "git-upload-pack 'n'",
        ] {
            assert_eq!(Call::parse(other), None, "{other}");
        }
    }
}
