//! The record, in every place where it can be kept.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "ledger/everywhere.rs"]
mod everywhere;
#[path = "ledger/git.rs"]
mod git;
#[path = "ledger/import.rs"]
mod import;
#[path = "ledger/killed.rs"]
mod killed;
#[path = "ledger/place.rs"]
mod place;
#[path = "ledger/postgres.rs"]
mod postgres;
#[path = "ledger/sqlite.rs"]
mod sqlite;

use althing_diag::id::{Account, UserId};
use althing_ledger::{Draft, EntryKind};
use jiff::Timestamp;
use serde_json::json;

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
