//! Reading entries, verifying and exporting them.

use std::io::Write;

use sqlx::{FromRow, SqliteConnection, sqlite::SqliteRow};

use super::{Filter, Ledger};
use crate::{
    Broken, Entry, EntryHash, EntryKind, LedgerError, SubjectId, Verified, chain::Walk,
    stored::Stored,
};

/// Rows read at once when everything is read.
const PAGE: i64 = 1000;

impl Ledger {
    /// Entries, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::Entry`] when an entry cannot be read, for example because a newer program
    /// wrote it.
    pub async fn entries(&self, filter: &Filter) -> Result<Vec<Entry>, LedgerError> {
        let stored: Vec<Stored> = sqlx::query_as(
            "SELECT * FROM entries
             WHERE seq > ?1 AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR kind = ?3)
             ORDER BY seq LIMIT ?4",
        )
        .bind(i64::try_from(filter.after).unwrap_or(i64::MAX))
        .bind(filter.subject.as_ref().map(SubjectId::as_str))
        .bind(filter.kind.map(EntryKind::name))
        .bind(filter.limit.map_or(-1, i64::from))
        .fetch_all(&self.pool)
        .await?;
        stored.iter().map(Stored::entry).collect()
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
        let mut transaction = self.pool.begin().await?;
        let mut pages = Pages::default();
        let mut count = 0;
        while let Some(rows) = pages.next(&mut transaction).await? {
            for row in rows {
                count += 1;
                let changed = |why| Broken::Changed { seq: count, why };
                let stored = pages.read(&row).map_err(changed)?;
                writeln!(to, "{}", stored.line().map_err(changed)?)?;
            }
        }
        to.flush()?;
        Ok(count)
    }

    async fn walk(&self, mut walk: Walk) -> Result<Verified, LedgerError> {
        // One transaction: the recorded end is that of the entries read, whoever appends.
        let mut transaction = self.pool.begin().await?;
        let mut pages = Pages::default();
        while let Some(rows) = pages.next(&mut transaction).await? {
            for row in rows {
                let seq = walk.next();
                let changed = |why| Broken::Changed { seq, why };
                walk.step(&pages.read(&row).map_err(changed)?)?;
            }
        }
        let (seq, hash) = recorded_end(&mut transaction).await?;
        Ok(walk.end_at(seq, &hash)?)
    }
}

/// Number and hash of the last entry, as the file records them.
pub(super) async fn recorded_end(
    connection: &mut SqliteConnection,
) -> Result<(i64, String), LedgerError> {
    let row = sqlx::query("SELECT seq, hash FROM head")
        .fetch_optional(connection)
        .await?;
    let broken = |why: String| Broken::Head { seq: 0, why };
    let row = row.ok_or_else(|| broken("it is gone".to_owned()))?;
    let end = FromRow::from_row(&row).map_err(|error: sqlx::Error| broken(error.to_string()))?;
    Ok(end)
}

/// All rows, a page at a time, so that memory stays bounded.
struct Pages {
    /// The lowest number that was not read yet; `None` when there can be no more.
    from: Option<i64>,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            from: Some(i64::MIN),
        }
    }
}

impl Pages {
    async fn next(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<Option<Vec<SqliteRow>>, LedgerError> {
        let Some(from) = self.from else {
            return Ok(None);
        };
        let rows = sqlx::query("SELECT * FROM entries WHERE seq >= ?1 ORDER BY seq LIMIT ?2")
            .bind(from)
            .bind(PAGE)
            .fetch_all(connection)
            .await?;
        Ok(if rows.is_empty() { None } else { Some(rows) })
    }

    fn read(&mut self, row: &SqliteRow) -> Result<Stored, String> {
        let stored = Stored::from_row(row).map_err(|error| error.to_string())?;
        self.from = stored.seq.checked_add(1);
        Ok(stored)
    }
}
