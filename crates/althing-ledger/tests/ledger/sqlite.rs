//! The file of SQLite: what is changed in it is found.

use std::path::{Path, PathBuf};

use althing_diag::Code;
use althing_ledger::{Broken, EntryKind, Ledger, LedgerError};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::{draft, drafts};

async fn filled(folder: &Path, count: i64) -> (PathBuf, Ledger) {
    let path = folder.join("ledger.db");
    let ledger = Ledger::open(&path).await.unwrap();
    let entries = ledger.append(&drafts(count)).await.unwrap();
    assert_eq!(entries.len(), usize::try_from(count).unwrap());
    (path, ledger)
}

/// Runs SQL on the file by hand, triggers out of the way.
async fn tamper(path: &Path, sql: &str) {
    let address = format!("sqlite:{}", path.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for trigger in triggers {
        let drop = format!("DROP TRIGGER {trigger}");
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// What verification finds after the SQL.
async fn found_after(sql: &str) -> Broken {
    let folder = tempfile::tempdir().unwrap();
    let (path, ledger) = filled(folder.path(), 5).await;
    tamper(&path, sql).await;
    let error = ledger.verify().await.unwrap_err();
    assert_eq!(error.finding().code, Code::LedgerTampered);
    let LedgerError::Tampered(broken) = error else {
        panic!("{error}");
    };
    broken
}

#[tokio::test]
async fn changed_fields_are_found() {
    for change in [
        "data = '{\"second\":9}'",
        "data = data || ' '",
        "time = '2027-01-15T08:00:02.5Z'",
        "actor_id = 4",
        "actor_login = 'm1'",
        "subject = 'o/r#9'",
        "kind = 'gate.verdict'",
        "charter = previous",
        "previous = hash",
        "hash = previous",
        "kind = CAST(x'ff' AS TEXT)",
    ] {
        let broken = found_after(&format!("UPDATE entries SET {change} WHERE seq = 3")).await;
        assert!(
            matches!(broken, Broken::Changed { seq: 3, .. }),
            "{change}: {broken}"
        );
    }
}

#[tokio::test]
async fn removed_entries_are_found() {
    let removed = async |which: &str| found_after(&format!("DELETE FROM entries {which}")).await;
    assert_eq!(
        removed("WHERE seq = 1").await,
        Broken::Missing { seq: 1, found: 2 }
    );
    assert_eq!(
        removed("WHERE seq = 3").await,
        Broken::Missing { seq: 3, found: 4 }
    );
    assert_eq!(
        removed("WHERE seq = 5").await,
        Broken::TailCut { from: 5, to: 5 }
    );
    let all = removed("").await;
    assert_eq!(all, Broken::TailCut { from: 1, to: 5 });
    assert_eq!(all.to_string(), "entries 1 to 5 are missing at the end");
}

#[tokio::test]
async fn inserted_and_reordered_entries_are_found() {
    let copy = "INSERT INTO entries SELECT 6, time, actor_id, actor_login, subject, kind, data, \
                charter, previous, hash FROM entries WHERE seq = 5";
    assert!(matches!(
        found_after(copy).await,
        Broken::Changed { seq: 6, .. }
    ));
    let before = "INSERT INTO entries SELECT 0, time, actor_id, actor_login, subject, kind, data, \
                  charter, previous, hash FROM entries WHERE seq = 5";
    assert_eq!(
        found_after(before).await,
        Broken::Missing { seq: 1, found: 0 }
    );
    let between = "UPDATE entries SET seq = -seq WHERE seq > 2; \
                   UPDATE entries SET seq = 1 - seq WHERE seq < 0; \
                   INSERT INTO entries SELECT 3, time, actor_id, actor_login, subject, kind, \
                   data, charter, previous, hash FROM entries WHERE seq = 2";
    assert!(matches!(
        found_after(between).await,
        Broken::Changed { seq: 3, .. }
    ));
    let swap = "UPDATE entries SET seq = 99 WHERE seq = 2; \
                UPDATE entries SET seq = 2 WHERE seq = 4; \
                UPDATE entries SET seq = 4 WHERE seq = 99";
    assert!(matches!(
        found_after(swap).await,
        Broken::Changed { seq: 2, .. }
    ));
}

#[tokio::test]
async fn a_changed_record_of_the_end_is_found() {
    let zeros = "0".repeat(64);
    let other_hash = format!("UPDATE head SET hash = '{zeros}'");
    assert!(matches!(
        found_after(&other_hash).await,
        Broken::Head { seq: 5, .. }
    ));
    let earlier = "UPDATE head SET seq = 4, hash = (SELECT hash FROM entries WHERE seq = 4)";
    assert_eq!(found_after(earlier).await, Broken::BehindHead { seq: 5 });
    assert!(matches!(
        found_after("DELETE FROM head").await,
        Broken::Head { .. }
    ));
}

#[tokio::test]
async fn a_ledger_rewritten_as_a_whole_is_found_by_a_hash_kept_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 3).await;
    let kept = ledger.verify().await.unwrap().head;
    ledger
        .append(&[draft(9, EntryKind::RunEnded)])
        .await
        .unwrap();
    assert_eq!(ledger.verify_against(kept).await.unwrap().count, 4);

    let cut = "DELETE FROM entries WHERE seq > 2; \
               UPDATE head SET seq = 2, hash = (SELECT hash FROM entries WHERE seq = 2)";
    let (path, other) = {
        let folder = folder.path().join("other");
        std::fs::create_dir(&folder).unwrap();
        filled(&folder, 3).await
    };
    tamper(&path, cut).await;
    assert_eq!(other.verify().await.unwrap().count, 2);
    let error = other.verify_against(kept).await.unwrap_err();
    assert!(matches!(
        error,
        LedgerError::Tampered(Broken::KnownMissing { known }) if known == kept
    ));
}

#[tokio::test]
async fn nothing_is_appended_to_a_ledger_whose_end_was_tampered_with() {
    for sql in [
        "UPDATE entries SET data = '{}' WHERE seq = 5",
        "DELETE FROM entries WHERE seq = 5",
        "DELETE FROM entries",
        "DELETE FROM head",
        "UPDATE head SET seq = 4",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (path, ledger) = filled(folder.path(), 5).await;
        tamper(&path, sql).await;
        let error = ledger
            .append(&[draft(9, EntryKind::RunEnded)])
            .await
            .unwrap_err();
        assert!(matches!(error, LedgerError::Tampered(_)), "{sql}: {error}");
    }
}

#[tokio::test]
async fn the_file_itself_refuses_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, ledger) = filled(folder.path(), 3).await;
    let address = format!("sqlite:{}", path.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    for sql in [
        "UPDATE entries SET data = '{}'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT 2, time, actor_id, actor_login, subject, kind, \
         data, charter, previous, hash FROM entries WHERE seq = 3",
        "INSERT INTO entries SELECT 9, time, actor_id, actor_login, subject, kind, data, \
         charter, hash, hash FROM entries WHERE seq = 3",
        "UPDATE head SET seq = 2",
        "DELETE FROM head",
    ] {
        let outcome = sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await;
        assert!(outcome.is_err(), "{sql}");
    }
    assert_eq!(ledger.verify().await.unwrap().count, 3);
}

#[tokio::test]
async fn other_files_are_not_ledgers() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    let error = Ledger::open_existing(&missing).await.unwrap_err();
    assert!(matches!(error, LedgerError::Missing { .. }), "{error}");
    assert!(!missing.exists());

    let text = folder.path().join("text.db");
    std::fs::write(&text, "not a database, ".repeat(100)).unwrap();
    let error = Ledger::open(&text).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");
    assert_eq!(error.finding().code, Code::LedgerUnreadable);

    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let error = Ledger::open_existing(&empty).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");

    let other = folder.path().join("other.db");
    let address = format!("sqlite:{}?mode=rwc", other.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::raw_sql("CREATE TABLE t (x)")
        .execute(&mut connection)
        .await
        .unwrap();
    let error = Ledger::open(&other).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");

    let (path, ledger) = filled(folder.path(), 1).await;
    ledger.close().await;
    tamper(&path, "PRAGMA user_version = 2").await;
    let error = Ledger::open(&path).await.unwrap_err();
    assert!(
        matches!(error, LedgerError::TooNew { version: 2, .. }),
        "{error:?}"
    );
}
