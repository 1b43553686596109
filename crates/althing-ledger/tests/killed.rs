//! A writer that is killed loses nothing that it was told is recorded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use althing_diag::id::{Account, UserId};
use althing_ledger::{Draft, EntryKind, Filter, Ledger};
use jiff::Timestamp;
use serde_json::json;

/// Set for the child: the ledger to write to.
const CHILD: &str = "ALTHING_LEDGER_KILLED_WRITER";

#[tokio::test]
async fn a_killed_writer_loses_nothing_acknowledged() {
    if let Ok(path) = env::var(CHILD) {
        write_until_killed(Path::new(&path)).await;
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    for round in 1..=3 {
        let acknowledged = kill_after(&path, round * 7);
        let ledger = Ledger::open_existing(&path).await.unwrap();
        let verified = ledger.verify().await.unwrap();
        assert!(
            verified.count >= acknowledged,
            "{verified:?}, told {acknowledged}"
        );
        let entries = ledger.entries(&Filter::default()).await.unwrap();
        assert_eq!(entries.len() % 2, 0, "an append of two is never half done");
        ledger.close().await;
    }
}

/// Starts this test again as a writer, kills it once it has acknowledged so many more lines,
/// and returns the last number that it acknowledged.
fn kill_after(path: &Path, lines: usize) -> u64 {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "a_killed_writer_loses_nothing_acknowledged",
        ])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let acknowledged = output
        .lines()
        .filter_map(|line| line.unwrap().strip_prefix("recorded ")?.parse().ok())
        .take(lines)
        .last();
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.unwrap()
}

/// Ends with the kill, or when nobody listens any more.
async fn write_until_killed(path: &Path) {
    let ledger = Ledger::open(path).await.unwrap();
    loop {
        let draft = Draft {
            time: Timestamp::now(),
            actor: Account {
                id: UserId(1),
                login: "w1".to_owned(),
            },
            subject: "o/r#1".parse().unwrap(),
            kind: EntryKind::StatusMoved,
            data: json!({}),
            charter: None,
        };
        let entries = ledger.append(&[draft.clone(), draft]).await.unwrap();
        let mut out = std::io::stdout();
        if writeln!(out, "recorded {}", entries[1].seq).is_err() {
            return;
        }
    }
}
