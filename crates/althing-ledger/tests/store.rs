//! The file: what is recorded stays, in order, whoever writes; what is changed is found.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use althing_diag::{
    Code,
    id::{Account, UserId},
};
use althing_ledger::{
    Broken, Draft, EntryHash, EntryKind, Filter, LOCK_WAIT, Ledger, LedgerError, Verified,
    verify_jsonl,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn draft(second: i64, kind: EntryKind) -> Draft {
    Draft {
        time: time(second),
        actor: Account {
            id: UserId(3),
            login: "w1".to_owned(),
        },
        subject: format!("o/r#{}", second % 3).parse().unwrap(),
        kind,
        data: json!({ "second": second, "ä": [1.5, null, "x"] }),
        charter: None,
    }
}

fn drafts(count: i64) -> Vec<Draft> {
    (0..count)
        .map(|second| draft(second, EntryKind::StatusMoved))
        .collect()
}

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
async fn entries_are_recorded_in_order_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, ledger) = filled(folder.path(), 5).await;
    drop(ledger);
    let ledger = Ledger::open_existing(&path).await.unwrap();
    let all = ledger.entries(&Filter::default()).await.unwrap();
    assert_eq!(
        all.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(all[0].previous, EntryHash::GENESIS);
    for pair in all.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash);
    }
    assert_eq!(all[3].data, draft(3, EntryKind::StatusMoved).data);
    let verified = ledger.verify().await.unwrap();
    assert_eq!(
        verified,
        Verified {
            count: 5,
            head: all[4].hash
        }
    );

    ledger
        .append(&[draft(6, EntryKind::RunEnded)])
        .await
        .unwrap();
    let seqs = async |filter: Filter| -> Vec<u64> {
        let entries = ledger.entries(&filter).await.unwrap();
        entries.iter().map(|entry| entry.seq).collect()
    };
    let subject = Some("o/r#0".parse().unwrap());
    assert_eq!(
        seqs(Filter {
            subject: subject.clone(),
            ..Filter::default()
        })
        .await,
        [1, 4, 6]
    );
    let kind = Some(EntryKind::RunEnded);
    assert_eq!(
        seqs(Filter {
            kind,
            ..Filter::default()
        })
        .await,
        [6]
    );
    assert_eq!(
        seqs(Filter {
            subject,
            after: 1,
            limit: Some(1),
            ..Filter::default()
        })
        .await,
        [4]
    );
}

#[tokio::test]
async fn an_empty_ledger_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 0).await;
    let verified = ledger.verify().await.unwrap();
    assert_eq!(
        verified,
        Verified {
            count: 0,
            head: EntryHash::GENESIS
        }
    );
}

#[tokio::test]
async fn more_entries_than_a_page_verify_and_export() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 2_001).await;
    let verified = ledger.verify().await.unwrap();
    assert_eq!(verified.count, 2_001);
    let mut export = Vec::new();
    assert_eq!(ledger.export(&mut export).await.unwrap(), 2_001);
    assert_eq!(verify_jsonl(export.as_slice(), None).unwrap(), verified);
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
async fn an_append_is_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 2).await;
    let mut inexact = draft(3, EntryKind::RunEnded);
    inexact.data = json!({ "n": [1_u64 << 53] });
    let error = ledger
        .append(&[draft(3, EntryKind::ChecksRun), inexact])
        .await
        .unwrap_err();
    assert!(matches!(error, LedgerError::Data { .. }), "{error}");
    assert_eq!(error.finding().code, Code::LedgerRefused);
    assert_eq!(ledger.verify().await.unwrap().count, 2);
}

#[tokio::test]
async fn what_was_decided_on_an_older_state_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 0).await;
    assert_eq!(ledger.head().await.unwrap(), EntryHash::GENESIS);
    let first = ledger
        .append_after(EntryHash::GENESIS, &drafts(2))
        .await
        .unwrap();
    let head = ledger.head().await.unwrap();
    assert_eq!(head, first[1].hash);

    for older in [EntryHash::GENESIS, first[0].hash] {
        let late = [draft(3, EntryKind::RunEnded)];
        let error = ledger.append_after(older, &late).await.unwrap_err();
        assert!(matches!(error, LedgerError::LostRace), "{error}");
        assert_eq!(error.finding().code, Code::LedgerMoved);
    }
    let third = [draft(3, EntryKind::RunEnded)];
    let third = ledger.append_after(head, &third).await.unwrap();
    assert_eq!((third[0].seq, third[0].previous), (3, head));
}

#[tokio::test]
async fn a_clock_that_goes_back_is_refused_beyond_the_longest_wait() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ledger) = filled(folder.path(), 0).await;
    ledger
        .append(&[draft(100, EntryKind::ClaimWon)])
        .await
        .unwrap();
    let wait = SignedDuration::try_from(LOCK_WAIT).unwrap();
    let mut late = draft(0, EntryKind::ClaimLost);

    late.time = time(100) - wait;
    let recorded = ledger.append(std::slice::from_ref(&late)).await.unwrap();
    assert_eq!(recorded[0].time, time(100));

    late.time -= SignedDuration::from_nanos(1);
    let error = ledger.append(&[late]).await.unwrap_err();
    assert!(matches!(error, LedgerError::ClockBehind { .. }), "{error}");
    assert_eq!(error.finding().code, Code::LedgerRefused);
    assert_eq!(ledger.verify().await.unwrap().count, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..4_i64 {
        let path = path.clone();
        // Each opens the file on its own, as another process would, the first one creating it.
        writers.spawn(async move {
            let ledger = Ledger::open(&path).await.unwrap();
            for number in 0..25 {
                let mut entry = draft(0, EntryKind::ClaimLost);
                entry.data = json!({ "writer": writer, "number": number });
                ledger.append(&[entry]).await.unwrap();
            }
        });
    }
    while let Some(outcome) = writers.join_next().await {
        outcome.unwrap();
    }
    let ledger = Ledger::open_existing(&path).await.unwrap();
    assert_eq!(ledger.verify().await.unwrap().count, 100);
    let entries = ledger.entries(&Filter::default()).await.unwrap();
    for writer in 0..4 {
        let numbers: Vec<i64> = entries
            .iter()
            .filter(|entry| entry.data["writer"] == writer)
            .map(|entry| entry.data["number"].as_i64().unwrap())
            .collect();
        assert_eq!(numbers, (0..25).collect::<Vec<_>>());
    }
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
