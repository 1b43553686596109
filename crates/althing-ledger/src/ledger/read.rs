//! Reading entries, verifying and exporting them.

use std::io::Write;

use super::{Filter, Ledger};
use crate::{
    Broken, Entry, EntryHash, InvalidEntryHash, LedgerError, Verified, backend::Reader,
    chain::Walk, stored::Stored,
};

impl Ledger {
    /// Hash of the last entry, for [`Ledger::append_after`]; [`EntryHash::GENESIS`] when there
    /// is none.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn head(&self) -> Result<EntryHash, LedgerError> {
        let hash = self.backend.head().await?;
        let broken = |error: InvalidEntryHash| Broken::Head {
            seq: 0,
            why: error.to_string(),
        };
        Ok(hash.parse().map_err(broken)?)
    }

    /// Entries, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::Entry`] when an entry cannot be read, for example because a newer program
    /// wrote it.
    pub async fn entries(&self, filter: &Filter) -> Result<Vec<Entry>, LedgerError> {
        let mut pages = self.pages(filter).await?;
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await? {
            entries.extend(page);
        }
        Ok(entries)
    }

    /// Entries, oldest first, a page at a time: memory stays bounded however long the ledger
    /// is. The pages show it as it is now, whoever appends meanwhile.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn pages(&self, filter: &Filter) -> Result<Pages, LedgerError> {
        let reader = self.backend.reader(filter.clone()).await?;
        Ok(Pages { reader })
    }

    /// Reads everything and checks that nothing was changed, removed, inserted or reordered.
    ///
    /// # Errors
    /// [`LedgerError::Tampered`] with the first place that is wrong.
    pub async fn verify(&self) -> Result<Verified, LedgerError> {
        self.walk(Walk::new(None)).await
    }

    /// The same, and that the entry with this hash, kept elsewhere, is still part of it.
    ///
    /// # Errors
    /// [`LedgerError::Tampered`] with the first place that is wrong.
    pub async fn verify_against(&self, known: EntryHash) -> Result<Verified, LedgerError> {
        self.walk(Walk::new(Some(known))).await
    }

    /// Writes every entry as a line of canonical JSON, oldest first, and says how many.
    /// [`crate::verify_jsonl`] reads them.
    ///
    /// # Errors
    /// When `to` cannot be written, or an entry was changed so that it has no such form.
    pub async fn export(&self, to: &mut impl Write) -> Result<u64, LedgerError> {
        let mut reader = self.backend.reader(Filter::default()).await?;
        let mut count = 0;
        while let Some(rows) = reader.next().await? {
            for row in rows {
                count += 1;
                let changed = |why| Broken::Changed { seq: count, why };
                let line = row.and_then(|stored| stored.line()).map_err(changed)?;
                writeln!(to, "{line}")?;
            }
        }
        to.flush()?;
        Ok(count)
    }

    async fn walk(&self, mut walk: Walk) -> Result<Verified, LedgerError> {
        let mut reader = self.backend.reader(Filter::default()).await?;
        while let Some(rows) = reader.next().await? {
            for row in rows {
                let seq = walk.next();
                let changed = |why| Broken::Changed { seq, why };
                walk.step(&row.map_err(changed)?)?;
            }
        }
        Ok(match reader.recorded_end().await? {
            Some((seq, hash)) => walk.end_at(seq, &hash)?,
            None => walk.end()?,
        })
    }
}

/// Entries in their order, a page at a time.
pub struct Pages {
    reader: Reader,
}

impl Pages {
    /// The next entries; `None` when there are no more.
    ///
    /// # Errors
    /// [`LedgerError::Entry`] when an entry cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, LedgerError> {
        let Some(rows) = self.reader.next().await? else {
            return Ok(None);
        };
        let read = |row: Result<Stored, String>| match row {
            Ok(stored) => stored.entry(),
            Err(why) => Err(LedgerError::Unreadable(why)),
        };
        rows.into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Some)
    }
}
