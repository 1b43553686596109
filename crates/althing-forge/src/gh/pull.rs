//! Opening and merging pull requests.

use althing_diag::id::{RepoName, Sha};
use serde::Deserialize;
use serde_json::json;

use super::{command::Gh, failure};
use crate::{ErrorKind, ForgeError, MergeMethod, NewPull, OpenedPull, PullNumber};

/// `gh pr create -R OWNER/NAME --base … --head … --title …` (B-192). With the repository and
/// the head named, `gh` looks at no work tree, pushes nothing and asks nothing; it makes three
/// requests: repository, open pull requests of the branch, creation.
///
/// The body goes through stdin (`--body-file -`) rather than `--body`: as one argument of a
/// vector it would be safe from any shell, yet everybody on the machine could read it in the
/// list of processes.
pub(super) async fn open(
    gh: &Gh,
    repo: &RepoName,
    pull: &NewPull,
) -> Result<OpenedPull, ForgeError> {
    let repo = repo.to_string();
    let args = [
        "pr",
        "create",
        "-R",
        &repo,
        "--base",
        &pull.base,
        "--head",
        &pull.head,
        "--title",
        &pull.title,
        "--body-file",
        "-",
    ];
    let finished = gh.run(&args, Some(&pull.body), None).await?;
    if finished.code != Some(0) {
        let kind = failure::of_stderr(finished.code, &finished.stderr);
        return Err(finished.failed(kind));
    }
    let printed = String::from_utf8_lossy(&finished.stdout);
    OpenedPull::named_in(&printed).ok_or_else(|| ForgeError {
        kind: ErrorKind::Answer,
        command: finished.command,
        message: format!("printed `{}` instead of the address", printed.trim()),
    })
}

impl OpenedPull {
    /// The pull request whose address ends a text, as what `gh pr create` prints does, be it
    /// that it opened one or that it says which one there is.
    pub fn named_in(text: &str) -> Option<Self> {
        let url = text.split_whitespace().last()?;
        let (_, number) = url.rsplit_once("/pull/")?;
        Some(Self {
            number: PullNumber(number.parse().ok()?),
            url: url.to_owned(),
        })
    }
}

#[derive(Deserialize)]
struct Merged {
    sha: Sha,
    merged: bool,
    message: String,
}

/// Merges exactly `head`: the forge compares it with the branch as it merges.
pub(super) async fn merge(
    gh: &Gh,
    repo: &RepoName,
    number: PullNumber,
    head: &Sha,
    method: MergeMethod,
) -> Result<Sha, ForgeError> {
    let path = format!("repos/{repo}/pulls/{number}/merge");
    let body = json!({ "sha": head, "merge_method": method });
    let (response, asked) = gh.rest("PUT", &path, Some(&body), &[]).await?;
    let Merged {
        sha,
        merged,
        message,
    } = asked.decode(&response.body)?;
    if merged {
        Ok(sha)
    } else {
        Err(asked.error(ErrorKind::Conflict, message))
    }
}

#[cfg(test)]
mod tests {
    use crate::OpenedPull;

    #[test]
    fn the_number_stands_in_the_printed_address() {
        let url = "https://github.com/o/r/pull/41";
        let pull = OpenedPull::named_in(&format!("{url}\n")).expect("an address");
        assert_eq!((pull.number.0, pull.url.as_str()), (41, url));
        assert!(OpenedPull::named_in("").is_none());
        assert!(OpenedPull::named_in("https://github.com/o/r/pull/new\n").is_none());
    }
}
