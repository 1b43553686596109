//! Operations on a ledger that failed.

use althing_diag::{Code, Finding, Location};
use jiff::Timestamp;

use crate::Broken;

/// Why a ledger could not be opened, appended to, read or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// There is no such ledger.
    #[error("{place} does not exist")]
    Missing {
        /// Where it should be.
        place: String,
    },
    /// There is something else.
    #[error("{place} is not a ledger")]
    NotALedger {
        /// Where it should be.
        place: String,
    },
    /// It was made by a newer program.
    #[error("{place} has ledger format {version}, which is newer than this program")]
    TooNew {
        /// Where it is.
        place: String,
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
    /// A row cannot be read at all.
    #[error("a row of the ledger cannot be read: {0}")]
    Unreadable(String),
    /// The chain does not hold.
    #[error("the ledger was tampered with: {0}")]
    Tampered(#[from] Broken),
    /// Somebody else appended since the state was read that the drafts were decided on.
    #[error("the ledger has moved on")]
    LostRace,
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
    /// The database failed.
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
            | Self::Unreadable(_)
            | Self::Tampered(_)
            | Self::LostRace
            | Self::ClockBehind { .. }
            | Self::Data { .. } => self.to_string(),
        };
        let finding = Finding::error(self.code(), message, self.help());
        match self {
            Self::Missing { place } | Self::NotALedger { place } | Self::TooNew { place, .. } => {
                finding.at(Location::file(place))
            }
            Self::Entry { .. }
            | Self::Unreadable(_)
            | Self::Tampered(_)
            | Self::LostRace
            | Self::ClockBehind { .. }
            | Self::Data { .. }
            | Self::Database(_)
            | Self::Export(_) => finding,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Tampered(_) => Code::LedgerTampered,
            Self::LostRace => Code::LedgerMoved,
            Self::ClockBehind { .. } | Self::Data { .. } => Code::LedgerRefused,
            Self::Missing { .. }
            | Self::NotALedger { .. }
            | Self::TooNew { .. }
            | Self::Entry { .. }
            | Self::Unreadable(_)
            | Self::Database(_)
            | Self::Export(_) => Code::LedgerUnreadable,
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::NotALedger { .. } => {
                "name the ledger with --ledger; the first command that records something creates it"
            }
            Self::TooNew { .. } | Self::Entry { .. } => "use a newer althing",
            Self::Unreadable(_) => "run `althing ledger verify`, which says where",
            Self::Tampered(_) => {
                "keep the file as it is, compare it with a copy or an export, and find out who \
                 changed it; do not append to it"
            }
            Self::LostRace => "look at what was recorded meanwhile, then try again",
            Self::ClockBehind { .. } => "set the clock of this machine right and try again",
            Self::Data { .. } => "give the value in a form that has one exact encoding",
            Self::Database(_) => {
                "make sure that the database can be reached and written and the disk has room"
            }
            Self::Export(_) => "make sure that the other end can be read or written",
        }
    }
}
