//! The ledger, wherever it is kept.

mod append;
mod import;
mod read;

use std::time::Duration;

use crate::{EntryKind, LedgerError, LedgerLocation, SubjectId, backend::Backend, stored::Stored};

pub use import::Imported;
pub use read::Pages;

/// How long a process waits for its turn; also how far behind the last entry its time may be.
pub const LOCK_WAIT: Duration = Duration::from_secs(30);

/// An open ledger. Cheap to clone; all clones use the same place.
#[derive(Clone, Debug)]
pub struct Ledger {
    backend: Backend,
}

/// Which entries to read. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only about this subject.
    pub subject: Option<SubjectId>,
    /// Only of this kind.
    pub kind: Option<EntryKind>,
    /// Only behind this entry.
    pub after: u64,
    /// At most so many, the first ones.
    pub limit: Option<u32>,
}

impl Filter {
    /// Whether an entry is wanted, as far as it can be told from the entry alone.
    pub(crate) fn wants(&self, row: &Stored) -> bool {
        let subject = self.subject.as_ref().map(SubjectId::as_str);
        let kind = self.kind.map(EntryKind::name);
        u64::try_from(row.seq).is_ok_and(|seq| seq > self.after)
            && subject.is_none_or(|subject| subject == row.subject)
            && kind.is_none_or(|kind| kind == row.kind)
    }

    /// How many entries are wanted at most.
    pub(crate) fn at_most(&self) -> usize {
        let limit = self.limit.map(usize::try_from);
        limit.and_then(Result::ok).unwrap_or(usize::MAX)
    }
}

impl Ledger {
    /// Opens the ledger, and creates it if there is none.
    ///
    /// # Errors
    /// When something else is in its place, or it cannot be used.
    pub async fn open(location: impl Into<LedgerLocation>) -> Result<Self, LedgerError> {
        let backend = Backend::open(&location.into(), true).await?;
        Ok(Self { backend })
    }

    /// Opens the ledger.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is none; else as [`Ledger::open`].
    pub async fn open_existing(location: impl Into<LedgerLocation>) -> Result<Self, LedgerError> {
        let backend = Backend::open(&location.into(), false).await?;
        Ok(Self { backend })
    }

    /// Closes the ledger. Dropping it loses nothing either.
    pub async fn close(self) {
        self.backend.close().await;
    }
}
