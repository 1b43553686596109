//! The tables of PostgreSQL: what is changed in them is found.

use althing_diag::Code;
use althing_ledger::{Ledger, LedgerError};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{
    drafts,
    place::{Kind, Place, run_sql},
};

async fn filled(count: i64) -> Option<(Place, Ledger)> {
    let place = Place::new(Kind::Postgres).await?;
    let ledger = Ledger::open(place.location()).await.unwrap();
    ledger.append(&drafts(count)).await.unwrap();
    Some((place, ledger))
}

/// Runs SQL by hand, triggers out of the way.
async fn tamper(place: &Place, sql: &str) {
    let triggers = |what: &str| {
        format!("ALTER TABLE entries {what} TRIGGER USER; ALTER TABLE head {what} TRIGGER USER")
    };
    let sql = [&triggers("DISABLE"), sql, &triggers("ENABLE")].join("; ");
    run_sql(&place.address(), &sql).await;
}

#[tokio::test]
async fn what_is_changed_by_hand_is_found() {
    for (sql, entry) in [
        ("UPDATE entries SET data = '{}' WHERE seq = 3", Some(3)),
        ("UPDATE entries SET time = '2030' WHERE seq = 3", Some(3)),
        ("UPDATE entries SET hash = previous WHERE seq = 3", Some(3)),
        ("DELETE FROM entries WHERE seq = 1", Some(1)),
        ("DELETE FROM entries WHERE seq = 3", Some(3)),
        ("DELETE FROM entries WHERE seq = 5", None),
        ("DELETE FROM head", None),
        ("UPDATE head SET hash = repeat('0', 64)", None),
        ("UPDATE head SET seq = 4", Some(5)),
    ] {
        let Some((place, ledger)) = filled(5).await else {
            return;
        };
        tamper(&place, sql).await;
        let error = ledger.verify().await.unwrap_err();
        assert_eq!(error.finding().code, Code::LedgerTampered);
        let LedgerError::Tampered(broken) = error else {
            panic!("{sql}: {error}");
        };
        assert_eq!(broken.entry(), entry, "{sql}: {broken}");
    }
}

#[tokio::test]
async fn nothing_is_appended_to_tables_whose_end_was_tampered_with() {
    for sql in [
        "UPDATE entries SET data = '{}' WHERE seq = 5",
        "DELETE FROM entries WHERE seq = 5",
        "DELETE FROM head",
        "UPDATE head SET seq = 4",
    ] {
        let Some((place, ledger)) = filled(5).await else {
            return;
        };
        tamper(&place, sql).await;
        let error = ledger.append(&drafts(6)[5..]).await.unwrap_err();
        assert!(matches!(error, LedgerError::Tampered(_)), "{sql}: {error}");
    }
}

#[tokio::test]
async fn the_tables_themselves_refuse_changes() {
    let Some((place, ledger)) = filled(3).await else {
        return;
    };
    let mut connection = PgConnection::connect(&place.address()).await.unwrap();
    for sql in [
        "UPDATE entries SET data = '{}'",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "INSERT INTO entries SELECT 9, time, actor_id, actor_login, subject, kind, data, \
         charter, hash, hash FROM entries WHERE seq = 3",
        "INSERT INTO entries SELECT 4, time, actor_id, actor_login, subject, kind, data, \
         charter, previous, hash FROM entries WHERE seq = 3",
        "UPDATE head SET seq = 2",
        "DELETE FROM head",
        "TRUNCATE head",
    ] {
        let outcome = sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await;
        assert!(outcome.is_err(), "{sql}");
    }
    assert_eq!(ledger.verify().await.unwrap().count, 3);
}

#[tokio::test]
async fn other_tables_are_not_a_ledger() {
    let Some(place) = Place::new(Kind::Postgres).await else {
        return;
    };
    let address = place.address();
    run_sql(&address, "CREATE TABLE entries (x INTEGER)").await;
    let error = Ledger::open(place.location()).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
    assert_eq!(error.finding().code, Code::LedgerUnreadable);

    let newer = "COMMENT ON TABLE entries IS 'althing ledger format 2'";
    run_sql(&address, newer).await;
    let error = Ledger::open(place.location()).await.unwrap_err();
    assert!(
        matches!(error, LedgerError::TooNew { version: 2, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_told_without_its_password() {
    let location = "postgres://m1:secret@localhost:1/decisions".parse();
    let location: althing_ledger::LedgerLocation = location.unwrap();
    let error = Ledger::open(&location).await.unwrap_err();
    let finding = error.finding_in(&location.to_string());
    assert_eq!(finding.code, Code::LedgerUnreadable);
    assert!(!finding.to_string().contains("secret"), "{finding}");
}
