//! What the two databases have in common: the same columns, read by the page.

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{PAGE, Row};
use crate::{EntryKind, Filter, SubjectId, stored::Stored};

/// Where in the table reading has come to.
pub(super) struct Cursor {
    filter: Filter,
    /// The lowest number that was not read yet.
    from: i64,
    /// How many rows may still be read.
    left: usize,
}

impl Cursor {
    pub(super) fn new(filter: Filter) -> Self {
        let from = match filter.after {
            // Whatever was put before the first entry is found as well.
            0 => i64::MIN,
            after => i64::try_from(after).map_or(i64::MAX, |after| after.saturating_add(1)),
        };
        let left = filter.at_most();
        Self { filter, from, left }
    }

    /// The query for the next page; `None` when everything was read.
    pub(super) fn query<DB: Database>(&self) -> Option<QueryBuilder<DB>>
    where
        for<'t> i64: Encode<'t, DB> + Type<DB>,
        for<'t> String: Encode<'t, DB> + Type<DB>,
    {
        if self.left == 0 {
            return None;
        }
        let mut query = QueryBuilder::new("SELECT * FROM entries WHERE seq >= ");
        query.push_bind(self.from);
        if let Some(subject) = self.filter.subject.as_ref().map(SubjectId::as_str) {
            query.push(" AND subject = ").push_bind(subject.to_owned());
        }
        if let Some(kind) = self.filter.kind.map(EntryKind::name) {
            query.push(" AND kind = ").push_bind(kind.to_owned());
        }
        let count = i64::try_from(self.count()).unwrap_or(i64::MAX);
        query.push(" ORDER BY seq LIMIT ").push_bind(count);
        Some(query)
    }

    /// Takes note of what the query gave.
    pub(super) fn advance(&mut self, rows: &[Row]) {
        let asked = self.count();
        match rows.last() {
            Some(Ok(last)) if rows.len() == asked => {
                self.left -= asked;
                self.from = last.seq.saturating_add(1);
            }
            // Behind a row that cannot be read there is no knowing where to go on.
            Some(Ok(_) | Err(_)) | None => self.left = 0,
        }
    }

    fn count(&self) -> usize {
        self.left.min(PAGE)
    }
}

/// Puts rows, at most [`PAGE`], into the table.
pub(super) fn insertion<DB: Database>(rows: &[Stored]) -> QueryBuilder<DB>
where
    for<'t> i64: Encode<'t, DB> + Type<DB>,
    for<'t> String: Encode<'t, DB> + Type<DB>,
    for<'t> Option<String>: Encode<'t, DB> + Type<DB>,
{
    let mut query = QueryBuilder::new(
        "INSERT INTO entries \
         (seq, time, actor_id, actor_login, subject, kind, data, charter, previous, hash) ",
    );
    query.push_values(rows, |mut tuple, row| {
        tuple
            .push_bind(row.seq)
            .push_bind(row.time.clone())
            .push_bind(row.actor_id)
            .push_bind(row.actor_login.clone())
            .push_bind(row.subject.clone())
            .push_bind(row.kind.clone())
            .push_bind(row.data.clone())
            .push_bind(row.charter.clone())
            .push_bind(row.previous.clone())
            .push_bind(row.hash.clone());
    });
    query
}
