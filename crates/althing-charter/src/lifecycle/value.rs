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
    /// Kind, number and texts: together what no other value has.
    pub(super) fn parts(&self) -> Vec<String> {
        let (kind, texts) = match self {
            Self::Boolean(value) => ("boolean", vec![value.to_string()]),
            Self::Number(value) => ("number", vec![value.to_string()]),
            Self::Text(text) => ("text", vec![text.clone()]),
            Self::List(texts) => ("list", texts.clone()),
            Self::Person(account) => {
                let Account { id, login } = account;
                ("person", vec![id.to_string(), login.clone()])
            }
        };
        let mut parts = vec![kind.to_owned(), texts.len().to_string()];
        parts.extend(texts);
        parts
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
