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

/// `gh auth status` (B-118, B-227). `gh` makes 2 requests per host.
pub(super) async fn check_login(gh: &Gh) -> Result<(), ForgeError> {
    let mut args = vec!["auth", "status"];
    if let Some(host) = gh.host() {
        args.extend(["--hostname", host]);
    }
    let finished = gh.run(&args, None, None).await?;
    if finished.code == Some(0) {
        return Ok(());
    }
    let mut kind = failure::of_stderr(finished.code, &finished.stderr);
    if kind == ErrorKind::Answer {
        kind = ErrorKind::NotLoggedIn;
    }
    Err(finished.failed(kind))
}

/// `gh api user`.
pub(super) async fn viewer(gh: &Gh) -> Result<Account, ForgeError> {
    let (response, asked) = gh.rest("GET", "user", None, &[]).await?;
    let User { id, login } = asked.decode(&response.body)?;
    Ok(Account { id, login })
}
