//! What voters say.

use std::fmt;

use althing_diag::id::UserId;
use serde::{Deserialize, Serialize};

/// What a ballot is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Choice {
    /// In favour.
    Yes,
    /// Against.
    No,
    /// Takes part and leaves the decision to others.
    Abstain,
    /// Against, whatever the others say. From a voter without that right it is a no (L-171).
    Veto,
    /// One of the choices of a selection.
    Named(String),
}

impl From<String> for Choice {
    /// `yes`, `no`, `abstain` and `veto` in any case of letters; anything else is a name.
    fn from(text: String) -> Self {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "yes" => Self::Yes,
            "no" => Self::No,
            "abstain" => Self::Abstain,
            "veto" => Self::Veto,
            _ => Self::Named(text.to_owned()),
        }
    }
}

impl From<Choice> for String {
    fn from(choice: Choice) -> String {
        choice.to_string()
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
            Self::Veto => "veto",
            Self::Named(name) => name,
        })
    }
}

/// One ballot as it was cast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Who cast it.
    pub voter: UserId,
    /// What for.
    pub choice: Choice,
    /// Why, in the voter's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether an admitted ballot decides anything (L-159, L-160).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The voter is in the electorate.
    Binding,
    /// The voter is not: the ballot is an opinion, shown apart.
    Advisory,
}
