//! Why a command ended without an answer: findings for people, or a bug.

use std::fmt::Display;

use althing_diag::{Exit, Finding};

/// A command that could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something expected is wrong; each finding says what to do.
    Findings(Vec<Finding>),
    /// Something that should not happen.
    Internal(String),
}

impl Failure {
    /// A failure nobody planned for; `context` says what was being done.
    pub(crate) fn internal(context: &str, error: impl Display) -> Self {
        Self::Internal(format!("{context}: {error}"))
    }

    /// The exit code: that of the first finding.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Findings(findings) => findings
                .first()
                .map_or(Exit::Internal, |finding| finding.code.into()),
            Self::Internal(_) => Exit::Internal,
        }
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        Self::Findings(vec![finding])
    }
}

impl From<Vec<Finding>> for Failure {
    fn from(findings: Vec<Finding>) -> Self {
        Self::Findings(findings)
    }
}

impl From<althing_forge::ForgeError> for Failure {
    fn from(error: althing_forge::ForgeError) -> Self {
        error.finding().into()
    }
}

impl From<althing_ledger::LedgerError> for Failure {
    fn from(error: althing_ledger::LedgerError) -> Self {
        error.finding().into()
    }
}

impl From<althing_facts::PolicyError> for Failure {
    fn from(error: althing_facts::PolicyError) -> Self {
        error.findings().into()
    }
}
