//! Adding entries at the end.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};

use super::{LOCK_WAIT, Ledger, read::recorded_end};
use crate::{Broken, Draft, Entry, EntryHash, LedgerError, stored::Stored};

impl Ledger {
    /// Records what happened, in this order: all of it or, on an error, nothing. When it
    /// returns, the entries are on disk.
    ///
    /// # Errors
    /// [`LedgerError::ClockBehind`] when a time is more than [`LOCK_WAIT`] before the entry that
    /// it would follow; [`LedgerError::Tampered`] when the last entry was tampered with;
    /// [`LedgerError::Data`] when a draft has no exact encoding.
    pub async fn append(&self, drafts: &[Draft]) -> Result<Vec<Entry>, LedgerError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut end = End::of(&mut transaction).await?;
        let mut entries = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let stored = end.follow(draft)?;
            insert(&mut transaction, &stored).await?;
            entries.push(stored.entry()?);
            end = End::at(&stored)?;
        }
        transaction.commit().await?;
        Ok(entries)
    }
}

/// What the next entry must follow.
struct End {
    seq: i64,
    hash: String,
    time: Timestamp,
}

impl End {
    /// The end of the file, if it is as it was written.
    async fn of(connection: &mut SqliteConnection) -> Result<Self, LedgerError> {
        let (recorded, hash) = recorded_end(connection).await?;
        let row = sqlx::query("SELECT * FROM entries ORDER BY seq DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
        let Some(row) = row else {
            let start = Self {
                seq: 0,
                hash: EntryHash::GENESIS.to_string(),
                time: Timestamp::MIN,
            };
            return start.checked(recorded, &hash);
        };
        let changed = |why: String| Broken::Changed {
            seq: u64::try_from(recorded).unwrap_or(0),
            why,
        };
        let last = Stored::from_row(&row).map_err(|error| changed(error.to_string()))?;
        if last.computed_hash().map_err(changed)?.to_string() != last.hash {
            let why = "its content does not fit its hash".to_owned();
            return Err(changed(why).into());
        }
        Self::at(&last)?.checked(recorded, &hash)
    }

    fn at(last: &Stored) -> Result<Self, LedgerError> {
        Ok(Self {
            seq: last.seq,
            hash: last.hash.clone(),
            time: last.entry()?.time,
        })
    }

    fn checked(self, recorded: i64, hash: &str) -> Result<Self, LedgerError> {
        if (self.seq, self.hash.as_str()) == (recorded, hash) {
            return Ok(self);
        }
        let seq = u64::try_from(self.seq).unwrap_or(0);
        let why = format!("it names entry {recorded}");
        Err(Broken::Head { seq, why }.into())
    }

    fn follow(&self, draft: &Draft) -> Result<Stored, LedgerError> {
        let mut draft = draft.clone();
        if draft.time < self.time {
            let behind = self.time.duration_since(draft.time).unsigned_abs();
            if behind > LOCK_WAIT {
                return Err(LedgerError::ClockBehind {
                    last: self.time,
                    given: draft.time,
                });
            }
            draft.time = self.time;
        }
        Stored::place(&draft, self.seq + 1, &self.hash)
    }
}

async fn insert(connection: &mut SqliteConnection, stored: &Stored) -> Result<(), LedgerError> {
    sqlx::query(
        "INSERT INTO entries
             (seq, time, actor_id, actor_login, subject, kind, data, charter, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .bind(stored.seq)
    .bind(&stored.time)
    .bind(stored.actor_id)
    .bind(&stored.actor_login)
    .bind(&stored.subject)
    .bind(&stored.kind)
    .bind(&stored.data)
    .bind(&stored.charter)
    .bind(&stored.previous)
    .bind(&stored.hash)
    .execute(connection)
    .await?;
    Ok(())
}
