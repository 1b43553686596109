//! What can go wrong between a decision and its record.

use std::fmt::Display;

use althing_diag::{Code, Finding};
use althing_forge::ForgeError;
use althing_ledger::LedgerError;

/// Why something could not be decided, recorded or done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CouncilError {
    /// The rules do not allow it.
    #[error("{0}")]
    Refused(Box<Finding>),
    /// The charter or the members cannot be used.
    #[error("the rules cannot be used")]
    Rules(Vec<Finding>),
    /// An entry of the ledger cannot be read.
    #[error("entry {seq} cannot be read: {why}")]
    Entry {
        /// Its number.
        seq: u64,
        /// Why.
        why: String,
    },
    /// A record has no form in the ledger.
    #[error("the decision cannot be recorded: {0}")]
    Encoding(String),
    /// A key of secret ballots cannot be used.
    #[error("{0}")]
    Key(String),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The forge failed.
    #[error(transparent)]
    Forge(#[from] ForgeError),
}

impl CouncilError {
    pub(crate) fn encoding(error: impl Display) -> Self {
        Self::Encoding(error.to_string())
    }

    /// The same as findings, for people and scripts.
    pub fn findings(&self) -> Vec<Finding> {
        let one = |code, help: &str| vec![Finding::error(code, self.to_string(), help)];
        match self {
            Self::Refused(finding) => vec![(**finding).clone()],
            Self::Rules(findings) => findings.clone(),
            Self::Entry { .. } => one(
                Code::LedgerUnreadable,
                "use the program that wrote it, or a newer one",
            ),
            Self::Encoding(_) => one(Code::LedgerRefused, "report it: this is a defect"),
            Self::Key(_) => one(
                Code::BallotKey,
                "name the electorate's key file in ALTHING_BALLOT_KEY, and its public keys in \
                 `.althing/electorate.pub`",
            ),
            Self::Ledger(error) => vec![error.finding()],
            Self::Forge(error) => vec![error.finding()],
        }
    }
}

impl From<Box<Finding>> for CouncilError {
    fn from(finding: Box<Finding>) -> Self {
        Self::Refused(finding)
    }
}
