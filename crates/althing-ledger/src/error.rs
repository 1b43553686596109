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
    /// There is no git.
    #[error("git is not on the PATH")]
    GitMissing,
    /// git did not do what it was asked for.
    #[error("git {command} failed: {stderr}")]
    GitFailed {
        /// Its command.
        command: String,
        /// What it said.
        stderr: String,
    },
    /// git could not be talked to.
    #[error("git could not be used")]
    Git(#[source] std::io::Error),
    /// What the remote has does not go on from what was seen before.
    #[error("the ledger of the remote does not go on from the one in this repository")]
    Diverged,
    /// An export does not go on from the ledger that it is to be imported into.
    #[error("the export does not go on from entry {seq}, the last one of the ledger")]
    NotFollowing {
        /// The last entry of the ledger.
        seq: i64,
    },
    /// Reading or writing an export failed.
    #[error("the export could not be read or written")]
    Export(#[from] std::io::Error),
}

impl LedgerError {
    /// git could not be talked to.
    pub(crate) fn git(error: std::io::Error) -> Self {
        Self::Git(error)
    }

    /// The same as a finding, for people and scripts.
    pub fn finding(&self) -> Finding {
        let (code, help) = self.meaning();
        let mut message = self.to_string();
        if let Some(source) = std::error::Error::source(self)
            && !matches!(self, Self::Tampered(_))
        {
            message = format!("{message}: {source}");
        }
        let finding = Finding::error(code, message, help);
        if let Self::Missing { place } | Self::NotALedger { place } | Self::TooNew { place, .. } =
            self
        {
            return finding.at(Location::file(place));
        }
        finding
    }

    /// The finding with its place in an export or another file of lines: every entry has the line
    /// of its number.
    pub fn finding_in(&self, file: &str) -> Finding {
        let finding = self.finding();
        if let Self::Tampered(broken) = self
            && let Some(line) = broken.entry().and_then(|seq| u32::try_from(seq).ok())
        {
            return finding.at(Location::new(file, line, 1));
        }
        match finding.location {
            None => finding.at(Location::file(file)),
            Some(_) => finding,
        }
    }

    fn meaning(&self) -> (Code, &'static str) {
        match self {
            Self::Missing { .. } | Self::NotALedger { .. } => (
                Code::LedgerUnreadable,
                "name the ledger with --ledger; the first command that records something creates it",
            ),
            Self::TooNew { .. } | Self::Entry { .. } => {
                (Code::LedgerUnreadable, "use a newer althing")
            }
            Self::Unreadable(_) => (
                Code::LedgerUnreadable,
                "run `althing ledger verify`, which says where",
            ),
            Self::Tampered(_) => (
                Code::LedgerTampered,
                "keep it as it is, compare it with a copy or an export, and find out who changed \
                 it; do not append to it",
            ),
            Self::Diverged => (
                Code::LedgerTampered,
                "keep both as they are, compare them (`git log --all -- ledger.jsonl`), and find \
                 out who rewrote one, or recorded here before there was a remote",
            ),
            Self::NotFollowing { .. } => (
                Code::LedgerRefused,
                "import into an empty ledger, or an export that goes on from this one",
            ),
            Self::LostRace => (
                Code::LedgerMoved,
                "look at what was recorded meanwhile, then try again",
            ),
            Self::ClockBehind { .. } => (
                Code::LedgerRefused,
                "set the clock of this machine right and try again",
            ),
            Self::Data { .. } => (
                Code::LedgerRefused,
                "give the value in a form that has one exact encoding",
            ),
            Self::Database(_) => (
                Code::LedgerUnreadable,
                "make sure that the database can be reached and written and the disk has room",
            ),
            Self::GitMissing => (Code::ToolMissing, "install git"),
            Self::GitFailed { .. } | Self::Git(_) => (
                Code::LedgerUnreadable,
                "make sure that the folder is in a git repository, and that git may read and push \
                 the branch althing/ledger of its remote",
            ),
            Self::Export(_) => (
                Code::FileUnreadable,
                "make sure that the other end can be read or written",
            ),
        }
    }
}
