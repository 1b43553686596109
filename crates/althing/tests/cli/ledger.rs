//! A tampered record is caught, whatever was done to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use althing_diag::id::{Account, UserId};
use althing_ledger::{Draft, EntryKind, Ledger, SubjectId};
use serde_json::json;
use tempfile::TempDir;

use super::run;

pub(crate) fn ledger_of_three(folder: &Path) -> PathBuf {
    let path = folder.join("ledger.db");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let ledger = Ledger::open(&path).await.expect("ledger");
        let draft = |kind| Draft {
            time: "2026-01-05T09:00:00Z".parse().expect("time"),
            actor: Account {
                id: UserId(7),
                login: "worker".to_owned(),
            },
            subject: "o/r#1".parse::<SubjectId>().expect("subject"),
            kind,
            data: json!({ "run": "a" }),
            charter: None,
        };
        let drafts = [
            EntryKind::ClaimWon,
            EntryKind::StatusMoved,
            EntryKind::RunEnded,
        ]
        .map(draft);
        ledger.append(&drafts).await.expect("appended");
        ledger.close().await;
    });
    path
}

fn verify(path: &Path) -> (i32, serde_json::Value) {
    let mut command = Command::new(run::program());
    command.args(["ledger", "verify", "--ledger"]).arg(path);
    run::json(command)
}

/// Changes the file as somebody with SQLite at hand would.
fn tamper(path: &Path, statements: &str) {
    let script = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n\
        for (t,) in list(c.execute(\"select name from sqlite_master where type = 'trigger'\")):\n    \
        c.execute('drop trigger \"%s\"' % t)\nc.executescript(sys.argv[2])\nc.commit()\n";
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(path)
        .arg(statements)
        .status()
        .expect("python3");
    assert!(done.success());
}

#[test]
fn an_honest_ledger_verifies_and_a_tampered_one_says_where() {
    let folder = TempDir::new().expect("folder");
    let honest = ledger_of_three(folder.path());
    let (code, answer) = verify(&honest);
    assert_eq!((code, &answer["data"]["count"]), (0, &json!(3)));

    for (statement, place) in [
        (
            "update entries set data = replace(data, 'a', 'b') where seq = 2",
            "entry 2",
        ),
        ("delete from entries where seq = 2", "entry 2"),
        (
            "delete from entries where seq = 3",
            "entry 3 is missing at the end",
        ),
        (
            "update entries set seq = 9 where seq = 2; update entries set seq = 2 where seq = 3; \
          update entries set seq = 3 where seq = 9",
            "entry 2",
        ),
    ] {
        let path = folder.path().join("tampered.db");
        fs::copy(&honest, &path).expect("copy");
        tamper(&path, statement);
        let (code, answer) = verify(&path);
        assert_eq!(code, 1, "{statement}: {answer}");
        let findings = run::findings(&answer);
        assert_eq!(findings, ["tampered.db:0:0 ledger-tampered"], "{statement}");
        let message = answer["findings"][0]["message"].as_str().expect("message");
        assert!(message.contains(place), "{statement}: {message}");
    }
}

#[test]
fn an_export_verifies_on_another_machine() {
    let folder = TempDir::new().expect("folder");
    let path = ledger_of_three(folder.path());
    let exported = Command::new(run::program())
        .args(["ledger", "export", "--output", "jsonl", "--ledger"])
        .arg(&path)
        .output()
        .expect("export");
    let text = String::from_utf8(exported.stdout).expect("utf-8");
    assert_eq!(text.lines().count(), 3);
    let file = folder.path().join("export.jsonl");
    for (text, code) in [(text.clone(), 0), (text.replace("worker", "robber"), 1)] {
        fs::write(&file, text).expect("written");
        let mut command = Command::new(run::program());
        command.args(["ledger", "verify", "--export"]).arg(&file);
        assert_eq!(run::json(command).0, code);
    }
}

/// Moves the ledger from SQLite into a repository and back.
#[test]
fn a_ledger_moves_from_one_place_to_another() {
    let folder = TempDir::new().expect("folder");
    let althing = |args: &[&str]| {
        let mut command = Command::new(run::program());
        command.current_dir(folder.path()).arg("ledger").args(args);
        command
    };
    ledger_of_three(folder.path());
    let init = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(folder.path())
        .status();
    assert!(init.expect("git").success());

    let mut heads = Vec::new();
    for (from, to, added) in [
        ("ledger.db", "git", 3),
        ("git", "sqlite:copy.db", 3),
        ("copy.db", "git:.", 0),
    ] {
        let export = althing(&["export", "--ledger", from]).output();
        let export = export.expect("export").stdout;
        fs::write(folder.path().join("export.jsonl"), export).expect("written");
        let (code, answer) = run::json(althing(&["import", "export.jsonl", "--ledger", to]));
        assert_eq!(code, 0, "{answer}");
        assert_eq!(answer["data"]["added"], added, "{answer}");
        let (code, answer) = run::json(althing(&["verify", "--ledger", to]));
        assert_eq!((code, &answer["data"]["count"]), (0, &json!(3)), "{answer}");
        heads.push(answer["data"]["head"].to_string());
    }
    heads.dedup();
    assert_eq!(heads.len(), 1);
}

#[test]
fn a_changed_export_is_not_imported_and_no_ledger_is_made_for_it() {
    let folder = TempDir::new().expect("folder");
    let path = ledger_of_three(folder.path());
    let mut export = Command::new(run::program());
    export.args(["ledger", "export", "--ledger"]).arg(&path);
    let text = String::from_utf8(export.output().expect("export").stdout).expect("utf-8");
    let file = folder.path().join("export.jsonl");
    fs::write(&file, text.replacen("run.ended", "claim.won", 1)).expect("written");

    let to = folder.path().join("new.db");
    let mut import = Command::new(run::program());
    import.args(["ledger", "import"]).arg(&file);
    import.arg("--ledger").arg(&to);
    let (code, answer) = run::json(import);
    assert_eq!(code, 1, "{answer}");
    assert_eq!(run::findings(&answer), ["export.jsonl:3:1 ledger-tampered"]);
    assert!(!to.exists());
}

#[test]
fn reading_does_not_make_a_ledger() {
    let folder = TempDir::new().expect("folder");
    let path = folder.path().join("none.db");
    let (code, answer) = verify(&path);
    assert_eq!(
        (code, run::findings(&answer)),
        (3, vec!["none.db:0:0 ledger-unreadable".to_owned()])
    );
    assert!(!path.exists());
}
