//! Adding entries at the end.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{LOCK_WAIT, Ledger};
use crate::{Draft, Entry, EntryHash, LedgerError, stored::Stored};

impl Ledger {
    /// Records what happened, in this order: all of it or, on an error, nothing. When it
    /// returns, the entries are safe.
    ///
    /// # Errors
    /// [`LedgerError::ClockBehind`] when a time is more than [`crate::LOCK_WAIT`] before the
    /// entry that it would follow; [`LedgerError::Tampered`] when the last entry was tampered
    /// with; [`LedgerError::Data`] when a draft has no exact encoding.
    pub async fn append(&self, drafts: &[Draft]) -> Result<Vec<Entry>, LedgerError> {
        let begin = Instant::now();
        loop {
            match self.append_behind(None, drafts).await {
                Err(LedgerError::LostRace) if begin.elapsed() < LOCK_WAIT => {
                    sleep(Duration::from_millis(fastrand::u64(10..100))).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// The same, if the last entry still has the hash `head`: what was decided on the state
    /// that it stands for holds only there. [`EntryHash::GENESIS`] is the head of an empty
    /// ledger.
    ///
    /// # Errors
    /// [`LedgerError::LostRace`] when somebody else was faster and nothing was recorded: read
    /// what is new, decide again and come back. Else as [`Ledger::append`].
    pub async fn append_after(
        &self,
        head: EntryHash,
        drafts: &[Draft],
    ) -> Result<Vec<Entry>, LedgerError> {
        self.append_behind(Some(head), drafts).await
    }

    async fn append_behind(
        &self,
        head: Option<EntryHash>,
        drafts: &[Draft],
    ) -> Result<Vec<Entry>, LedgerError> {
        let mut appending = self.backend.begin().await?;
        let end = appending.end();
        if let Some(head) = head
            && end.hash != head.to_string()
        {
            return Err(LedgerError::LostRace);
        }
        let rows = end.followed_by(drafts)?;
        let entries = rows.iter().map(Stored::entry).collect::<Result<_, _>>()?;
        appending.add(&rows).await?;
        appending.commit().await?;
        Ok(entries)
    }
}
