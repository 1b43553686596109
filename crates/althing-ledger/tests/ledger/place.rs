//! Empty places for ledgers.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use althing_ledger::LedgerLocation;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// The kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    /// A repository without a remote.
    Git,
    /// Clones of a repository, each on a machine of its own as it were.
    Shared,
}

/// A place where no ledger is yet; gone when dropped.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) folder: TempDir,
    /// Schema and address of a database.
    schema: Option<(String, String)>,
}

impl Place {
    /// `None` when there is no PostgreSQL: `scripts/with-postgres` says so.
    pub(crate) async fn new(kind: Kind) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut schema = None;
        match kind {
            Kind::Sqlite => {}
            Kind::Git => git(folder.path(), &["init", "--quiet"]),
            Kind::Shared => git(folder.path(), &["init", "--quiet", "--bare", "origin.git"]),
            Kind::Postgres => {
                let address = env::var("DATABASE_URL").ok()?;
                let name = format!("althing_{:032x}", fastrand::u128(..));
                run_sql(&address, &format!("CREATE SCHEMA {name}")).await;
                schema = Some((name, address));
            }
        }
        Some(Self {
            kind,
            folder,
            schema,
        })
    }

    /// The ledger as the first machine names it.
    pub(crate) fn location(&self) -> LedgerLocation {
        self.location_from("first")
    }

    /// The ledger as this machine names it.
    pub(crate) fn location_from(&self, machine: &str) -> LedgerLocation {
        match self.kind {
            Kind::Sqlite => LedgerLocation::Sqlite(self.file()),
            Kind::Git => LedgerLocation::Git(self.folder.path().to_owned()),
            Kind::Shared => LedgerLocation::Git(self.clone_of(machine)),
            Kind::Postgres => LedgerLocation::Postgres(self.address()),
        }
    }

    /// The file of SQLite.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// The repository that is shared.
    pub(crate) fn origin(&self) -> PathBuf {
        self.folder.path().join("origin.git")
    }

    /// The clone of a machine.
    pub(crate) fn clone_of(&self, machine: &str) -> PathBuf {
        let clone = self.folder.path().join(machine);
        if !clone.exists() {
            let clone = ["clone", "--quiet", "origin.git", machine];
            git(self.folder.path(), &clone);
        }
        clone
    }

    /// The address of the schema.
    pub(crate) fn address(&self) -> String {
        let (schema, address) = self.schema.as_ref().unwrap();
        let join = if address.contains('?') { '&' } else { '?' };
        format!("{address}{join}options[search_path]={schema}")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((schema, address)) = self.schema.take() else {
            return;
        };
        // A runtime of its own: this may run inside the one of the test.
        let drop = thread::spawn(move || {
            // Whatever the test left unfinished there must not hold this up.
            let drop = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_locks
                 JOIN pg_class ON pg_class.oid = relation
                 WHERE relnamespace = '{schema}'::regnamespace AND pid <> pg_backend_pid();
                 DROP SCHEMA {schema} CASCADE"
            );
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(run_sql(&address, &drop));
        });
        drop.join().unwrap();
    }
}

/// Runs SQL on a database.
pub(crate) async fn run_sql(address: &str, sql: &str) {
    let mut connection = PgConnection::connect(address).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Runs git and returns what it prints.
pub(crate) fn git_prints(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=m1", "-c", "user.email=m1@localhost"])
        .args(args)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs git.
pub(crate) fn git(folder: &Path, args: &[&str]) {
    git_prints(folder, args);
}
