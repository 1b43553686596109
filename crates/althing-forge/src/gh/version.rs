//! Which `gh` it is.

use std::fmt;

use super::command::Gh;
use crate::{ErrorKind, ForgeError};

/// A version of `gh`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GhVersion {
    /// Changes that break.
    pub major: u32,
    /// New commands and options.
    pub minor: u32,
    /// Repairs.
    pub patch: u32,
}

impl GhVersion {
    /// The oldest version that is supported and tested: Debian 12's.
    pub const OLDEST: GhVersion = GhVersion {
        major: 2,
        minor: 23,
        patch: 0,
    };

    /// The version in what `gh --version` prints: `gh version 2.23.0 (2023-02-27 …)`.
    fn find(printed: &str) -> Option<Self> {
        let mut words = printed.split_whitespace();
        words.find(|word| *word == "version")?;
        let mut numbers = words.next()?.trim_start_matches('v').splitn(3, '.');
        let mut next = || numbers.next().map(leading_number);
        Some(Self {
            major: next()??,
            minor: next()??,
            patch: next()??,
        })
    }
}

impl fmt::Display for GhVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// `0` of `0-rc1`.
fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.get(..end.unwrap_or(text.len()))?.parse().ok()
}

/// The version, unless it is too old.
pub(super) async fn check(gh: &Gh) -> Result<GhVersion, ForgeError> {
    let finished = gh.run(&["--version"], None, None).await?;
    let printed = String::from_utf8_lossy(&finished.stdout).into_owned();
    let error = |kind, message| ForgeError {
        kind,
        command: finished.command.clone(),
        message,
    };
    let version = GhVersion::find(&printed).ok_or_else(|| {
        let first = printed.lines().next().unwrap_or_default();
        let message = format!("printed `{first}` instead of a version: not the GitHub CLI");
        error(ErrorKind::ToolMissing, message)
    })?;
    if version < GhVersion::OLDEST {
        let found = version.to_string();
        let message = format!("gh {found} is older than {}", GhVersion::OLDEST);
        return Err(error(ErrorKind::ToolTooOld { found }, message));
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::GhVersion;

    #[test]
    fn versions_are_found_and_compared_as_numbers() {
        let find = |printed| GhVersion::find(printed).map(|version| version.to_string());
        assert_eq!(
            find("gh version 2.23.0 (2023-02-27 Debian 2.23.0+dfsg1-1)\nhttps://…").as_deref(),
            Some("2.23.0")
        );
        assert_eq!(find("gh version 2.100.3-rc1").as_deref(), Some("2.100.3"));
        assert_eq!(find("gh version DEV"), None);
        assert_eq!(find("GitHub Desktop 3"), None);
        assert!(GhVersion::find("gh version 2.9.9") < Some(GhVersion::OLDEST));
        assert!(GhVersion::find("gh version 2.100.0") > Some(GhVersion::OLDEST));
    }
}
