//! Opening the file, and creating it.

use std::path::Path;

use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{LOCK_WAIT, Ledger};
use crate::LedgerError;

const SCHEMA: &str = include_str!("schema.sql");

/// `alth`, in the header of the file.
const APPLICATION_ID: i64 = 1_634_497_640;

/// Version of the tables.
const FORMAT: i64 = 1;

/// SQLite's code for a file that is no database.
const SQLITE_NOTADB: &str = "26";

impl Ledger {
    /// Opens the ledger at `path`, and creates it if there is no file.
    ///
    /// # Errors
    /// When the file is something else, or cannot be used.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        let pool = connect(path, true).await?;
        let mut connection = pool.acquire().await?;
        if !is_ledger(&mut connection, path).await? {
            create(&mut connection, path).await?;
        }
        drop(connection);
        Ok(Self { pool })
    }

    /// Opens the ledger at `path`.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when there is no file; else as [`Ledger::open`].
    pub async fn open_existing(path: &Path) -> Result<Self, LedgerError> {
        if !path.exists() {
            return Err(LedgerError::Missing {
                path: path.to_owned(),
            });
        }
        let pool = connect(path, false).await?;
        let mut connection = pool.acquire().await?;
        if !is_ledger(&mut connection, path).await? {
            return Err(not_a_ledger(path));
        }
        drop(connection);
        Ok(Self { pool })
    }
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
    let pool = SqlitePoolOptions::new().max_connections(4);
    pool.connect_with(options).await.map_err(|error| {
        let code = error.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            Some(SQLITE_NOTADB) => not_a_ledger(path),
            Some(_) | None => error.into(),
        }
    })
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
            path: path.to_owned(),
            version,
        }),
        (0, 0) if tables == 0 => Ok(false),
        (_, _) => Err(not_a_ledger(path)),
    }
}

/// Creates the tables, unless another process was faster.
async fn create(connection: &mut SqliteConnection, path: &Path) -> Result<(), LedgerError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if !is_ledger(&mut transaction, path).await? {
        sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

fn not_a_ledger(path: &Path) -> LedgerError {
    LedgerError::NotALedger {
        path: path.to_owned(),
    }
}
