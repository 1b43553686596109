//! What is said about a subject.

use std::fmt;

use althing_diag::id::Account;
use serde::{Deserialize, Serialize};

use super::SourceKind;

/// The value of an attribute. Numbers are whole: no float decides anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Number(i64),
    /// A text, a date, a link or a role.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// A person, bound to the account.
    Person(Account),
}

impl AttributeValue {
    /// A text that no other value has.
    pub(super) fn exact(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::List(texts) => format!("{texts:?}"),
            Self::Person(account) => format!("{}@{:?}", account.id, account.login),
        }
    }

    /// The texts that a placeholder in a list of scopes stands for.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::List(texts) => texts.clone(),
            Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Person(_) => {
                vec![self.to_string()]
            }
        }
    }
}

/// As texts for people show it.
impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(texts) => f.write_str(&texts.join(", ")),
            Self::Person(account) => f.write_str(&account.login),
        }
    }
}

/// Where a subject comes from: an issue or pull request `OWNER/NAME#12`, or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRef {
    /// What it is.
    pub kind: SourceKind,
    /// Which one.
    pub reference: String,
}
