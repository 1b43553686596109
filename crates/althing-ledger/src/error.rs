//! Operations on a ledger that failed.

use std::path::PathBuf;

use althing_diag::{Code, Finding, Location};
use jiff::Timestamp;

use crate::Broken;

/// Why a ledger could not be opened, appended to, read or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// There is no such file.
    #[error("{} does not exist", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer program.
    #[error("{} has ledger format {version}, which is newer than this program", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its format.
        version: i64,
    },
    /// An entry cannot be read by this program.
    #[error("entry {seq} cannot be read: {why}")]
    Entry {
        /// Its number.
        seq: i64,
        /// Why.
        why: String,
    },
    /// The chain does not hold.
    #[error("the ledger was tampered with: {0}")]
    Tampered(#[from] Broken),
    /// A time is too far before the last entry.
    #[error("the clock says {given}, but the last entry is of {last}")]
    ClockBehind {
        /// Time of the last entry.
        last: Timestamp,
        /// Time of the draft.
        given: Timestamp,
    },
    /// A draft cannot be encoded.
    #[error("the entry cannot be recorded: {text}")]
    Data {
        /// Why.
        text: String,
    },
    /// SQLite failed.
    #[error("the ledger could not be used")]
    Database(#[from] sqlx::Error),
    /// Reading or writing an export failed.
    #[error("the export could not be read or written")]
    Export(#[from] std::io::Error),
}

impl LedgerError {
    /// The same as a finding, for people and scripts.
    pub fn finding(&self) -> Finding {
        let message = match self {
            Self::Database(source) => format!("{self}: {source}"),
            Self::Export(source) => format!("{self}: {source}"),
            Self::Missing { .. }
            | Self::NotALedger { .. }
            | Self::TooNew { .. }
            | Self::Entry { .. }
            | Self::Tampered(_)
            | Self::ClockBehind { .. }
            | Self::Data { .. } => self.to_string(),
        };
        let finding = Finding::error(self.code(), message, self.help());
        match self {
            Self::Missing { path } | Self::NotALedger { path } | Self::TooNew { path, .. } => {
                finding.at(Location::file(path.display().to_string()))
            }
            Self::Entry { .. }
            | Self::Tampered(_)
            | Self::ClockBehind { .. }
            | Self::Data { .. }
            | Self::Database(_)
            | Self::Export(_) => finding,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Tampered(_) => Code::LedgerTampered,
            Self::ClockBehind { .. } | Self::Data { .. } => Code::LedgerRefused,
            Self::Missing { .. }
            | Self::NotALedger { .. }
            | Self::TooNew { .. }
            | Self::Entry { .. }
            | Self::Database(_)
            | Self::Export(_) => Code::LedgerUnreadable,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::NotALedger { .. } => {
                "name the ledger file; the first command that records something creates it"
            }
            Self::TooNew { .. } | Self::Entry { .. } => "use a newer althing",
            Self::Tampered(_) => {
                "keep the file as it is, compare it with a copy or an export, and find out who \
                 changed it; do not append to it"
            }
            Self::ClockBehind { .. } => "set the clock of this machine right and try again",
            Self::Data { .. } => "give the value in a form that has one exact encoding",
            Self::Database(_) => "make sure that the file can be written and the disk has room",
            Self::Export(_) => "make sure that the other end can be read or written",
        }
    }
}
