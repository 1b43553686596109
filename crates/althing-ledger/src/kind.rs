//! What an entry records.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident = $name:literal: $meaning:literal,)*) => {
        /// What happened. Names are never changed or used again: they stand in ledgers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum EntryKind {
            $(#[doc = $meaning] $variant,)*
        }

        impl EntryKind {
            /// Every kind, in the order of a run.
            pub const ALL: &'static [EntryKind] = &[$(EntryKind::$variant,)*];

            /// The name in ledgers, for example `claim.won`.
            pub fn name(self) -> &'static str {
                match self {
                    $(EntryKind::$variant => $name,)*
                }
            }

            /// One sentence: what happened.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(EntryKind::$variant => $meaning,)*
                }
            }
        }
    };
}

kinds! {
    ClaimWon = "claim.won": "A worker took an issue.",
    ClaimLost = "claim.lost": "A worker tried to take an issue that another one had.",
    ClaimReleased = "claim.released": "A worker gave an issue back.",
    StatusMoved = "status.moved": "The status of an issue on the board was changed.",
    AgentRan = "agent.ran": "The agent worked on a workspace and ended.",
    ChecksRun = "checks.run": "The checks of an attempt were run.",
    BranchPushed = "branch.pushed": "Work was pushed to a branch.",
    PullOpened = "pull.opened": "A pull request was opened.",
    GateVerdict = "gate.verdict": "A pull request was judged by the charter.",
    PullMerged = "pull.merged": "A pull request was merged.",
    RunEnded = "run.ended": "A bring-up run ended, with its outcome.",
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntryKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

impl TryFrom<String> for EntryKind {
    type Error = UnknownKind;

    fn try_from(text: String) -> Result<Self, UnknownKind> {
        text.parse()
    }
}

impl From<EntryKind> for String {
    fn from(kind: EntryKind) -> String {
        kind.name().to_owned()
    }
}

/// A text that names no kind of entry that this program knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of entry")]
pub struct UnknownKind(String);
