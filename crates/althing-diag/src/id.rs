//! Newtypes for what forges number and name.

mod subject;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use subject::{InvalidSubject, SubjectId};

/// Numeric account id of the forge. Unlike the login it never changes hands, so rights
/// bind to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub u64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An account: the id that rights bind to and the login that people read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// Numeric id.
    pub id: UserId,
    /// Login at the time of observation.
    pub login: String,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.login)
    }
}

/// `OWNER/NAME` of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName {
    owner: String,
    name: String,
}

impl RepoName {
    /// Checks both parts: letters, digits, `-`, `_` and `.`, and neither `.` nor `..`.
    pub fn new(owner: &str, name: &str) -> Result<Self, InvalidId> {
        let part_ok = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && !part.starts_with('-')
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if part_ok(owner) && part_ok(name) {
            Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            })
        } else {
            Err(InvalidId {
                what: "repository",
                text: format!("{owner}/{name}"),
                want: "OWNER/NAME",
            })
        }
    }

    /// The owner's login.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name without owner.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for RepoName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (owner, name) = text.split_once('/').ok_or_else(|| InvalidId {
            what: "repository",
            text: text.to_owned(),
            want: "OWNER/NAME",
        })?;
        Self::new(owner, name)
    }
}

impl TryFrom<String> for RepoName {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<RepoName> for String {
    fn from(repo: RepoName) -> String {
        repo.to_string()
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// A full commit id: 40 or 64 lower-case hexadecimal digits (SHA-1 or SHA-256 repositories).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha(String);

impl Sha {
    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..7).unwrap_or(&self.0)
    }
}

impl FromStr for Sha {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hex && matches!(text.len(), 40 | 64) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId {
                what: "commit id",
                text: text.to_owned(),
                want: "40 lower-case hexadecimal digits",
            })
        }
    }
}

impl TryFrom<String> for Sha {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Sha> for String {
    fn from(sha: Sha) -> String {
        sha.0
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}: expected {want}")]
pub struct InvalidId {
    what: &'static str,
    text: String,
    want: &'static str,
}

#[cfg(test)]
mod tests {
    use super::{RepoName, Sha};

    #[test]
    fn repository_names_cannot_leave_their_folder() {
        for text in [
            "a", "a/", "/b", "a/..", "../b", "a/b/c", "a/-b", "a b/c", "a/b\n",
        ] {
            assert!(text.parse::<RepoName>().is_err(), "{text:?}");
        }
        let repo: RepoName = "yieldthought/ttnn_models".parse().expect("valid");
        assert_eq!((repo.owner(), repo.name()), ("yieldthought", "ttnn_models"));
    }

    #[test]
    fn a_commit_id_is_a_full_lower_case_hash() {
        assert!("a".repeat(40).parse::<Sha>().is_ok());
        assert!("A".repeat(40).parse::<Sha>().is_err());
        assert!("a".repeat(39).parse::<Sha>().is_err());
    }
}
