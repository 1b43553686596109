//! Taking over an export.

use std::io::BufRead;

use super::Ledger;
use crate::{Broken, LedgerError, Verified, chain::Walk, export::read};

/// Entries taken over at once.
const PAGE: usize = 1000;

/// What was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Number of entries that were new.
    pub added: u64,
    /// The ledger now.
    #[serde(flatten)]
    pub verified: Verified,
}

impl Ledger {
    /// Verifies an export and records the entries that are new, as they are, hashes and all:
    /// every one of them or, on an error, nothing. The export must begin with all entries that
    /// the ledger has.
    ///
    /// # Errors
    /// [`LedgerError::NotFollowing`] when the export does not go on from this ledger;
    /// [`LedgerError::Tampered`] with the first line that is wrong; [`LedgerError::LostRace`]
    /// when somebody appended meanwhile.
    pub async fn import(&self, export: impl BufRead) -> Result<Imported, LedgerError> {
        let mut appending = self.backend.begin().await?;
        let end = appending.end().clone();
        let not_following = || LedgerError::NotFollowing { seq: end.seq };
        let mut walk = Walk::new(None);
        let mut rows = Vec::new();
        for line in export.split(b'\n') {
            let line = line?;
            let seq = walk.next();
            let changed = |why| Broken::Changed { seq, why };
            let text = String::from_utf8(line).map_err(|error| changed(error.to_string()))?;
            let row = read(&text).map_err(changed)?;
            walk.step(&row)?;
            if row.seq == end.seq && row.hash != end.hash {
                return Err(not_following());
            }
            if row.seq > end.seq {
                rows.push(row);
            }
            if rows.len() == PAGE {
                appending.add(&std::mem::take(&mut rows)).await?;
            }
        }
        appending.add(&rows).await?;
        let verified = walk.end()?;
        let before = u64::try_from(end.seq).unwrap_or(u64::MAX);
        let Some(added) = verified.count.checked_sub(before) else {
            return Err(not_following());
        };
        appending.commit().await?;
        Ok(Imported { added, verified })
    }
}
