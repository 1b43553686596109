//! A file of SQLite.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    Connection, FromRow, Sqlite as Sql, SqliteConnection, SqlitePool, Transaction,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};

use super::{
    PAGE, Row,
    sql::{Cursor, insertion},
};
use crate::{Broken, Filter, LOCK_WAIT, LedgerError, end::End, stored::Stored};

const SCHEMA: &str = include_str!("sqlite/schema.sql");

/// `alth`, in the header of the file.
const APPLICATION_ID: i64 = 1_634_497_640;

/// Version of the tables.
const FORMAT: i64 = 1;

/// SQLite's code for a file that is no database.
const SQLITE_NOTADB: &str = "26";

/// SQLite's code for a file that somebody else has locked.
const SQLITE_BUSY: &str = "5";

/// The pause before a locked file is opened again.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// An open file.
#[derive(Clone, Debug)]
pub(crate) struct Sqlite {
    pool: SqlitePool,
}

impl Sqlite {
    pub(super) async fn open(path: &Path, create: bool) -> Result<Self, LedgerError> {
        if !create && !path.exists() {
            return Err(LedgerError::Missing {
                place: path.display().to_string(),
            });
        }
        let pool = connect(path, create).await?;
        let mut connection = pool.acquire().await?;
        if !is_ledger(&mut connection, path).await? {
            if !create {
                return Err(not_a_ledger(path));
            }
            make(&mut connection, path).await?;
        }
        drop(connection);
        Ok(Self { pool })
    }

    pub(super) async fn begin(&self) -> Result<Appending, LedgerError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let recorded = recorded_end(&mut transaction).await?;
        let last = sqlx::query("SELECT * FROM entries ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *transaction)
            .await?;
        let end = End::recorded(&recorded, last.map(|row| read(&row)))?;
        Ok(Appending { transaction, end })
    }

    pub(super) async fn reader(&self, filter: Filter) -> Result<Reader, LedgerError> {
        // One transaction: all pages are of the same state, whoever appends. It begins with the
        // first look at a table.
        let mut transaction = self.pool.begin().await?;
        sqlx::query("SELECT count(*) FROM head")
            .execute(&mut *transaction)
            .await?;
        let cursor = Cursor::new(filter);
        Ok(Reader {
            transaction,
            cursor,
        })
    }

    pub(super) async fn head(&self) -> Result<String, LedgerError> {
        let (_seq, hash) = recorded_end(&mut *self.pool.acquire().await?).await?;
        Ok(hash)
    }

    pub(super) async fn close(self) {
        self.pool.close().await;
    }
}

/// A transaction that holds the lock on the file.
pub(crate) struct Appending {
    transaction: Transaction<'static, Sql>,
    pub(super) end: End,
}

impl Appending {
    pub(super) async fn add(&mut self, rows: &[Stored]) -> Result<(), LedgerError> {
        for rows in rows.chunks(PAGE) {
            let mut insertion = insertion(rows);
            insertion.build().execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    pub(super) async fn commit(self) -> Result<(), LedgerError> {
        Ok(self.transaction.commit().await?)
    }
}

/// Pages of one state of the file.
pub(crate) struct Reader {
    transaction: Transaction<'static, Sql>,
    cursor: Cursor,
}

impl Reader {
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, LedgerError> {
        let Some(mut query) = self.cursor.query() else {
            return Ok(None);
        };
        let rows = query.build().fetch_all(&mut *self.transaction).await?;
        let rows: Vec<Row> = rows.iter().map(read).collect();
        self.cursor.advance(&rows);
        Ok(if rows.is_empty() { None } else { Some(rows) })
    }

    pub(super) async fn recorded_end(&mut self) -> Result<(i64, String), LedgerError> {
        recorded_end(&mut self.transaction).await
    }
}

fn read(row: &SqliteRow) -> Row {
    Stored::from_row(row).map_err(|error| error.to_string())
}

/// Number and hash of the last entry, as the file records them.
async fn recorded_end(connection: &mut SqliteConnection) -> Result<(i64, String), LedgerError> {
    let row = sqlx::query("SELECT seq, hash FROM head")
        .fetch_optional(connection)
        .await?;
    let broken = |why: String| Broken::Head { seq: 0, why };
    let row = row.ok_or_else(|| broken("it is gone".to_owned()))?;
    let end = FromRow::from_row(&row).map_err(|error: sqlx::Error| broken(error.to_string()))?;
    Ok(end)
}

async fn connect(path: &Path, create: bool) -> Result<SqlitePool, LedgerError> {
    if path.is_dir() {
        return Err(not_a_ledger(path));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(LOCK_WAIT);
    let end = Instant::now() + LOCK_WAIT;
    loop {
        let pool = SqlitePoolOptions::new().max_connections(4);
        let error = match pool.connect_with(options.clone()).await {
            Ok(pool) => return Ok(pool),
            Err(error) => error,
        };
        let code = error.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            Some(SQLITE_NOTADB) => return Err(not_a_ledger(path)),
            // Who turns the log on while others open the file is refused without waiting.
            Some(SQLITE_BUSY) if Instant::now() < end => tokio::time::sleep(BETWEEN_TRIES).await,
            Some(_) | None => return Err(error.into()),
        }
    }
}

/// Whether the file is a ledger (else it is empty).
async fn is_ledger(connection: &mut SqliteConnection, path: &Path) -> Result<bool, LedgerError> {
    let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_master)
         FROM pragma_application_id AS a, pragma_user_version AS v",
    )
    .fetch_one(connection)
    .await?;
    match (application, version) {
        (APPLICATION_ID, FORMAT) => Ok(true),
        (APPLICATION_ID, version) => Err(LedgerError::TooNew {
            place: path.display().to_string(),
            version,
        }),
        (0, 0) if tables == 0 => Ok(false),
        (_, _) => Err(not_a_ledger(path)),
    }
}

/// Creates the tables, unless another process was faster.
async fn make(connection: &mut SqliteConnection, path: &Path) -> Result<(), LedgerError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if !is_ledger(&mut transaction, path).await? {
        sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn not_a_ledger(path: &Path) -> LedgerError {
    LedgerError::NotALedger {
        place: path.display().to_string(),
    }
}
