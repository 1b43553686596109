//! Who we are to the forge.

use althing_diag::id::{Account, UserId};
use serde::Deserialize;

use super::{command::Gh, failure};
use crate::{ErrorKind, ForgeError};

#[derive(Deserialize)]
struct User {
    id: UserId,
    login: String,
}

/// Issues, branches and pull requests need the first, boards the second (B-116, B-117).
const SCOPES: [&str; 2] = ["repo", "project"];

/// What `gh auth status` says of a token that does not work; from 2.40 on it exits with 0 all the
/// same when the token comes from the environment.
const FAILED: &str = "Failed to log in";

/// `gh auth status` (B-118, B-227). `gh` makes 2 requests per host.
///
/// It calls a token invalid whenever it could not try it, also when only the network failed; so
/// what it says is made sure of by one request more.
pub(super) async fn check_login(gh: &Gh) -> Result<(), ForgeError> {
    match status(gh).await {
        Err(refused) if refused.kind == ErrorKind::NotLoggedIn => match viewer(gh).await {
            Ok(_) => Err(ForgeError {
                kind: ErrorKind::Transient,
                ..refused
            }),
            Err(error) if error.kind.may_pass() => Err(error),
            Err(_) => Err(refused),
        },
        done => done,
    }
}

async fn status(gh: &Gh) -> Result<(), ForgeError> {
    let mut args = vec!["auth", "status"];
    if let Some(host) = gh.host() {
        args.extend(["--hostname", host]);
    }
    let finished = gh.run(&args, None, None).await?;
    let said = String::from_utf8_lossy(&finished.stdout).into_owned() + &finished.stderr;
    if said.contains(FAILED) {
        return Err(finished.failed(ErrorKind::NotLoggedIn));
    }
    if finished.code == Some(0) {
        let missing = missing_scopes(&said).join(",");
        if missing.is_empty() {
            return Ok(());
        }
        return Err(ForgeError {
            message: format!(
                "the login lacks the scope {}",
                missing.replace(',', " and ")
            ),
            kind: ErrorKind::ScopesMissing { scopes: missing },
            command: finished.command,
        });
    }
    let mut kind = failure::of_stderr(finished.code, &finished.stderr);
    if kind == ErrorKind::Answer {
        kind = ErrorKind::NotLoggedIn;
    }
    Err(finished.failed(kind))
}

/// The scopes that no account in the output of `gh auth status` has. Tokens that know no scopes,
/// such as fine-grained ones, are shown without such a line; what they may not do shows later.
fn missing_scopes(said: &str) -> Vec<&'static str> {
    let shown: Vec<Vec<&str>> = said
        .lines()
        .filter_map(|line| line.split_once("Token scopes:"))
        .map(|(_, scopes)| {
            scopes
                .split(',')
                .map(|it| it.trim().trim_matches('\''))
                .collect()
        })
        .collect();
    let has = |wanted: &str| shown.iter().any(|scopes| scopes.contains(&wanted));
    let missing = SCOPES
        .into_iter()
        .filter(|wanted| !shown.is_empty() && !has(wanted));
    missing.collect()
}

/// `gh api user`.
pub(super) async fn viewer(gh: &Gh) -> Result<Account, ForgeError> {
    let (response, asked) = gh.rest("GET", "user", None, &[]).await?;
    let User { id, login } = asked.decode(&response.body)?;
    Ok(Account { id, login })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::missing_scopes;

    #[rstest]
    #[case::as_2_23_says("  ✓ Token scopes: delete_repo, gist, project, read:org, repo", &[])]
    #[case::as_newer_ones_say("  - Token scopes: 'gist', 'project', 'repo'", &[])]
    #[case::no_project("  - Token scopes: 'gist', 'read:project', 'repo'", &["project"])]
    #[case::no_repo("  ✓ Token scopes: project, public_repo", &["repo"])]
    #[case::none_at_all("  - Token scopes: none", &["repo", "project"])]
    #[case::no_scopes_to_show("  ✓ Token: github_pat_****", &[])]
    fn scopes_are_read_from_what_gh_prints(#[case] line: &str, #[case] missing: &[&str]) {
        let said = format!("github.com\n  ✓ Logged in\n{line}\n");
        assert_eq!(missing_scopes(&said), missing);
    }
}
