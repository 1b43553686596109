//! Opening the folder: database, schema, bare repositories.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Row, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

use super::{Answer, Forge};
use crate::{
    git::Git,
    model::{Repo, Timestamp},
};

const SCHEMA: &str = include_str!("../schema.sql");
const SCHEMA_VERSION: i64 = 2;

/// Why a folder cannot be opened as a forge.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or written.
    #[error("{0} cannot be used: {1}")]
    Folder(PathBuf, std::io::Error),
    /// There is nothing to open.
    #[error("{0} holds no forge")]
    Missing(PathBuf),
    /// The database cannot be opened.
    #[error("{0} is not a usable forge database: {1}")]
    Database(PathBuf, sqlx::Error),
    /// The database was written by another version of this program.
    #[error("{0} has schema version {1}, this program reads {SCHEMA_VERSION}")]
    Version(PathBuf, i64),
}

impl Forge {
    /// Opens the forge in `root`, creating what is missing. Several processes may have it open
    /// (a server, and a seed beside it).
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(root: &Path) -> Result<Self, OpenError> {
        let root = create_folders(root)?;
        let file = root.join("forge.db");
        let database = |error| OpenError::Database(file.clone(), error);
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        // SQLite has one writer at a time; queueing here is fairer than its busy handler.
        let writer = pool(1)
            .connect_with(options.clone())
            .await
            .map_err(database)?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))
            .map_err(|error| OpenError::Folder(file.clone(), error))?;
        create_schema(&writer, &file).await?;
        let readers = pool(4)
            .connect_with(options.read_only(true))
            .await
            .map_err(database)?;
        Ok(Self {
            root,
            readers,
            writer,
            merging: Arc::new(Mutex::new(())),
            clean_merges: Arc::new(std::sync::Mutex::new(HashMap::new())),
            ranges: Arc::new(std::sync::Mutex::new(HashMap::new())),
        })
    }

    /// Opens the forge in `root`, which must be there.
    ///
    /// # Errors
    /// [`OpenError::Missing`] when it is not; else as [`Forge::open`].
    pub async fn open_existing(root: &Path) -> Result<Self, OpenError> {
        if !root.join("forge.db").is_file() {
            return Err(OpenError::Missing(root.to_owned()));
        }
        Self::open(root).await
    }

    /// Closes the database in good order. Nothing is lost without it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Begins a write; SQLite's lock is taken at once so that checks and changes see one state.
    pub(crate) async fn begin(&self) -> Answer<Transaction<'static, Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// The bare repository behind `repo`.
    pub(crate) fn git(&self, repo: &Repo) -> Git {
        self.git_named(&repo.owner.login, &repo.name)
    }

    pub(crate) fn git_named(&self, owner: &str, name: &str) -> Git {
        Git::at(
            self.root
                .join("git")
                .join(owner)
                .join(format!("{name}.git")),
        )
    }
}

/// The time, to the millisecond, as it is stored.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn create_folders(root: &Path) -> Result<PathBuf, OpenError> {
    let create = |path: &Path| {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| OpenError::Folder(path.to_owned(), error))
    };
    create(root)?;
    let root = fs::canonicalize(root).map_err(|error| OpenError::Folder(root.to_owned(), error))?;
    create(&root.join("git"))?;
    Ok(root)
}

async fn create_schema(writer: &SqlitePool, file: &Path) -> Result<(), OpenError> {
    let database = |error| OpenError::Database(file.to_owned(), error);
    let mut tx = writer
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(database)?;
    let version: i64 = sqlx::query("PRAGMA user_version")
        .fetch_one(&mut *tx)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(database)?;
    match version {
        0 => {
            sqlx::raw_sql(SCHEMA)
                .execute(&mut *tx)
                .await
                .map_err(database)?;
            sqlx::raw_sql("PRAGMA user_version = 2")
                .execute(&mut *tx)
                .await
                .map_err(database)?;
            tx.commit().await.map_err(database)
        }
        SCHEMA_VERSION => Ok(()),
        other => Err(OpenError::Version(file.to_owned(), other)),
    }
}
