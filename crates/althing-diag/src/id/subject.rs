//! What decisions and their record are about.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::RepoName;

/// The longest subject id, in bytes.
const LONGEST: usize = 256;

/// The name of a subject: an issue or pull request as `OWNER/NAME#NUMBER`, or another name
/// without blanks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectId(String);

impl SubjectId {
    /// An issue or pull request.
    pub fn numbered(repo: &RepoName, number: u64) -> Self {
        Self(format!("{repo}#{number}"))
    }

    /// The rules themselves.
    pub fn charter() -> Self {
        Self("charter".to_owned())
    }

    /// The number of the issue or pull request of `repo` that this names, if it does.
    pub fn number_in(&self, repo: &RepoName) -> Option<u64> {
        let rest = self.0.strip_prefix(&format!("{repo}#"))?;
        rest.parse().ok()
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SubjectId {
    type Err = InvalidSubject;

    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if text.is_empty() || text.len() > LONGEST || text.contains(odd) {
            return Err(InvalidSubject(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SubjectId {
    type Error = InvalidSubject;

    fn try_from(text: String) -> Result<Self, InvalidSubject> {
        text.parse()
    }
}

impl From<SubjectId> for String {
    fn from(subject: SubjectId) -> String {
        subject.0
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot name a subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a subject: expected a name without blanks, such as OWNER/NAME#NUMBER")]
pub struct InvalidSubject(String);

#[cfg(test)]
mod tests {
    use super::SubjectId;

    #[test]
    fn a_subject_is_a_name_without_blanks() {
        let repo = "yieldthought/ttnn_models".parse().unwrap();
        let subject = SubjectId::numbered(&repo, 12);
        assert_eq!(subject.as_str(), "yieldthought/ttnn_models#12");
        assert_eq!(subject.as_str().parse(), Ok(subject));
        for text in ["", "a b", "a\n", "\u{0}", &"x".repeat(257)] {
            assert!(text.parse::<SubjectId>().is_err(), "{text:?}");
        }
    }
}
