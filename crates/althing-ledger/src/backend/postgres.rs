//! A database of PostgreSQL, for servers that share a ledger. The tables are in the schema that
//! the address leads to.

use std::str::FromStr;

use sqlx::{
    Connection, FromRow, PgConnection, PgPool, Postgres as Sql, QueryBuilder, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow},
};

use super::{
    PAGE, Row,
    sql::{Cursor, insertion},
};
use crate::{Broken, Filter, LOCK_WAIT, LedgerError, LedgerLocation, end::End, stored::Stored};

const SCHEMA: &str = include_str!("postgres/schema.sql");

/// What the comment of the table of entries says, before the version of the tables.
const MARK: &str = "althing ledger format ";

/// Version of the tables.
const FORMAT: i64 = 1;

/// Whoever creates the tables holds this lock: `althing` in bytes.
const CREATION_LOCK: i64 = 0x61_6c_74_68_69_6e_67;

/// A database that can be reached.
#[derive(Clone, Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub(super) async fn open(address: &str, create: bool) -> Result<Self, LedgerError> {
        let place = LedgerLocation::Postgres(address.to_owned()).to_string();
        let wait = LOCK_WAIT.as_millis().to_string();
        let options = PgConnectOptions::from_str(address)?
            .application_name("althing")
            .options([("synchronous_commit", "on"), ("lock_timeout", &wait)]);
        // Without the pool, which would try again and again to reach a server that is not there.
        let mut connection = PgConnection::connect_with(&options).await?;
        if !is_ledger(&mut connection, &place).await? {
            if !create {
                return Err(LedgerError::Missing { place });
            }
            make(&mut connection, &place).await?;
        }
        connection.close().await?;
        let pool = PgPoolOptions::new().max_connections(4);
        let pool = pool.acquire_timeout(LOCK_WAIT).connect_lazy_with(options);
        Ok(Self { pool })
    }

    pub(super) async fn begin(&self) -> Result<Appending, LedgerError> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
        let mut transaction = self.pool.begin_with(begin).await?;
        let recorded = recorded_end(&mut transaction, "FOR UPDATE").await?;
        let last = sqlx::query("SELECT * FROM entries ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *transaction)
            .await?;
        let end = End::recorded(&recorded, last.map(|row| read(&row)))?;
        Ok(Appending { transaction, end })
    }

    pub(super) async fn reader(&self, filter: Filter) -> Result<Reader, LedgerError> {
        // One snapshot: all pages are of the same state, whoever appends. It is taken with the
        // first look at a table.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        let mut transaction = self.pool.begin_with(begin).await?;
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
        let (_seq, hash) = recorded_end(&mut *self.pool.acquire().await?, "").await?;
        Ok(hash)
    }

    pub(super) async fn close(self) {
        self.pool.close().await;
    }
}

/// A transaction that holds the lock on the head.
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

/// Pages of one state of the tables.
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
        recorded_end(&mut self.transaction, "").await
    }
}

fn read(row: &PgRow) -> Row {
    Stored::from_row(row).map_err(|error| error.to_string())
}

/// Number and hash of the last entry, as the database records them.
async fn recorded_end(
    connection: &mut PgConnection,
    lock: &'static str,
) -> Result<(i64, String), LedgerError> {
    let mut query = QueryBuilder::<Sql>::new("SELECT seq, hash FROM head ");
    query.push(lock);
    let row = query.build().fetch_optional(connection).await?;
    let broken = |why: String| Broken::Head { seq: 0, why };
    let row = row.ok_or_else(|| broken("it is gone".to_owned()))?;
    let end = FromRow::from_row(&row).map_err(|error: sqlx::Error| broken(error.to_string()))?;
    Ok(end)
}

/// Whether there is a ledger (else there is nothing in its place).
async fn is_ledger(connection: &mut PgConnection, place: &str) -> Result<bool, LedgerError> {
    let (tables, comment): (i32, Option<String>) = sqlx::query_as(
        "SELECT num_nonnulls(to_regclass('entries'), to_regclass('head')),
                obj_description(to_regclass('entries'), 'pg_class')",
    )
    .fetch_one(connection)
    .await?;
    let version = comment.as_deref().and_then(|text| text.strip_prefix(MARK));
    let place = place.to_owned();
    match version.map(str::parse) {
        Some(Ok(FORMAT)) => Ok(true),
        Some(Ok(version)) => Err(LedgerError::TooNew { place, version }),
        None if tables == 0 => Ok(false),
        Some(Err(_)) | None => Err(LedgerError::NotALedger { place }),
    }
}

/// Creates the tables, unless another process was faster.
async fn make(connection: &mut PgConnection, place: &str) -> Result<(), LedgerError> {
    // Until the connection is closed. The look at the tables comes in a transaction that begins
    // afterwards: an older one may not see what the faster one made.
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(CREATION_LOCK)
        .execute(&mut *connection)
        .await?;
    let mut transaction = connection.begin().await?;
    if !is_ledger(&mut transaction, place).await? {
        sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}
