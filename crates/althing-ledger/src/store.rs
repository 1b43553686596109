//! The file.

mod append;
mod open;
mod read;

use std::time::Duration;

use sqlx::SqlitePool;

use crate::{EntryKind, SubjectId};

/// How long a process waits for its turn; also how far behind the last entry its time may be.
pub const LOCK_WAIT: Duration = Duration::from_secs(30);

/// An open ledger. Cheap to clone; all clones use the same file.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: SqlitePool,
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

impl Ledger {
    /// Closes the file. Dropping the ledger loses nothing either.
    pub async fn close(self) {
        self.pool.close().await;
    }
}
