//! The places where a ledger can be kept. Each can do three things: show its rows in order,
//! show its end, and put rows behind the end that it showed, all or none.

mod git;
mod postgres;
mod sql;
mod sqlite;

use self::{git::Git, postgres::Postgres, sqlite::Sqlite};
use crate::{Filter, LedgerError, LedgerLocation, end::End, stored::Stored};

/// Rows read at once.
const PAGE: usize = 1000;

/// A row, or why it is none.
pub(crate) type Row = Result<Stored, String>;

/// An open place.
#[derive(Clone, Debug)]
pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
    Git(Git),
}

impl Backend {
    pub(crate) async fn open(location: &LedgerLocation, create: bool) -> Result<Self, LedgerError> {
        match location {
            LedgerLocation::Sqlite(path) => Ok(Self::Sqlite(Sqlite::open(path, create).await?)),
            LedgerLocation::Git(folder) => Ok(Self::Git(Git::open(folder, create).await?)),
            LedgerLocation::Postgres(address) => {
                Ok(Self::Postgres(Postgres::open(address, create).await?))
            }
        }
    }

    /// Begins an append, whose turn comes with the answer.
    pub(crate) async fn begin(&self) -> Result<Appending, LedgerError> {
        match self {
            Self::Sqlite(sqlite) => Ok(Appending::Sqlite(sqlite.begin().await?)),
            Self::Postgres(postgres) => Ok(Appending::Postgres(postgres.begin().await?)),
            Self::Git(git) => Ok(Appending::Git(git.begin().await?)),
        }
    }

    pub(crate) async fn reader(&self, filter: Filter) -> Result<Reader, LedgerError> {
        match self {
            Self::Sqlite(sqlite) => Ok(Reader::Sqlite(sqlite.reader(filter).await?)),
            Self::Postgres(postgres) => Ok(Reader::Postgres(postgres.reader(filter).await?)),
            Self::Git(git) => Ok(Reader::Git(git.reader(filter).await?)),
        }
    }

    /// Hash of the last entry.
    pub(crate) async fn head(&self) -> Result<String, LedgerError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.head().await,
            Self::Postgres(postgres) => postgres.head().await,
            Self::Git(git) => git.head().await,
        }
    }

    pub(crate) async fn close(self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
            Self::Git(_) => {}
        }
    }
}

/// An append that has begun. Dropping it leaves everything as it was.
pub(crate) enum Appending {
    Sqlite(sqlite::Appending),
    Postgres(postgres::Appending),
    Git(git::Appending),
}

impl Appending {
    /// What the first row must follow.
    pub(crate) fn end(&self) -> &End {
        match self {
            Self::Sqlite(appending) => &appending.end,
            Self::Postgres(appending) => &appending.end,
            Self::Git(appending) => &appending.end,
        }
    }

    pub(crate) async fn add(&mut self, rows: &[Stored]) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite(appending) => appending.add(rows).await,
            Self::Postgres(appending) => appending.add(rows).await,
            Self::Git(appending) => appending.add(rows),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite(appending) => appending.commit().await,
            Self::Postgres(appending) => appending.commit().await,
            Self::Git(appending) => appending.commit().await,
        }
    }
}

/// Rows in their order, as they were when reading began.
pub(crate) enum Reader {
    Sqlite(sqlite::Reader),
    Postgres(postgres::Reader),
    Git(git::Reader),
}

impl Reader {
    /// The next rows; `None` when there are no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Row>>, LedgerError> {
        match self {
            Self::Sqlite(reader) => reader.next().await,
            Self::Postgres(reader) => reader.next().await,
            Self::Git(reader) => reader.next().await,
        }
    }

    /// Number and hash of the last entry, if the place records them on their own.
    pub(crate) async fn recorded_end(&mut self) -> Result<Option<(i64, String)>, LedgerError> {
        match self {
            Self::Sqlite(reader) => reader.recorded_end().await.map(Some),
            Self::Postgres(reader) => reader.recorded_end().await.map(Some),
            Self::Git(_) => Ok(None),
        }
    }
}
