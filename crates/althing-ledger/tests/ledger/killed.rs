//! A writer that is killed loses nothing that it was told is recorded.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use althing_ledger::{EntryKind, Filter, Ledger, LedgerLocation};
use jiff::Timestamp;
use rstest::rstest;

use crate::{
    draft,
    place::{Kind, Place},
};

/// Set for the child: the ledger to write to.
const CHILD: &str = "WRITER_THAT_IS_KILLED";

/// Set for the child's git: the command after which it kills the child, counted from 1.
const AT: &str = "ALTHING_KILLED_AT";

/// Does nothing unless it is the child: then it writes until it is killed.
#[tokio::test]
async fn the_writer() {
    let Ok(location) = env::var(CHILD) else {
        return;
    };
    let location: LedgerLocation = location.parse().unwrap();
    let ledger = Ledger::open(location).await.unwrap();
    loop {
        let mut draft = draft(0, EntryKind::StatusMoved);
        draft.time = Timestamp::now();
        let entries = ledger.append(&[draft.clone(), draft]).await.unwrap();
        // Ends as well when nobody listens any more.
        if writeln!(std::io::stdout(), "recorded {}", entries[1].seq).is_err() {
            return;
        }
    }
}

/// This test program as the writer.
fn writer(location: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "--nocapture", "killed::the_writer"])
        .env(CHILD, location)
        .stdout(Stdio::piped());
    command
}

/// The numbers that the writer acknowledges, as it does.
fn acknowledged(stdout: impl std::io::Read) -> impl Iterator<Item = u64> {
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("recorded ")?.parse().ok())
}

/// Opens the ledger after a kill.
async fn assert_whole(location: LedgerLocation, acknowledged: u64) {
    let ledger = Ledger::open(location).await.unwrap();
    let count = ledger.verify().await.unwrap().count;
    assert!(count >= acknowledged, "{count}, told {acknowledged}");
    let entries = ledger.entries(&Filter::default()).await.unwrap();
    assert_eq!(entries.len() % 2, 0, "an append of two is never half done");
    ledger.close().await;
}

/// The ledger as the command line names it.
fn named(place: &Place) -> String {
    match place.location() {
        LedgerLocation::Sqlite(path) => path.display().to_string(),
        LedgerLocation::Git(path) => format!("git:{}", path.display()),
        LedgerLocation::Postgres(address) => address,
    }
}

#[rstest]
#[tokio::test]
async fn a_killed_writer_loses_nothing_acknowledged(
    #[values(Kind::Sqlite, Kind::Postgres, Kind::Git, Kind::Shared)] kind: Kind,
) {
    let Some(place) = Place::new(kind).await else {
        return;
    };
    for round in 1..=3 {
        let mut child = writer(&named(&place)).spawn().unwrap();
        let told = acknowledged(child.stdout.take().unwrap());
        let last = told.take(round * 3).last();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(place.location(), last.unwrap()).await;
    }
}

/// A git that works, and kills who called it after its so-manieth command.
fn deadly_git(folder: &Path) {
    let git = env::split_paths(&env::var_os("PATH").unwrap())
        .map(|folder| folder.join("git"))
        .find(|path| path.exists())
        .unwrap();
    let script = format!(
        "#!/bin/sh\n{} \"$@\"\ncode=$?\nprintf x >> {calls}\n\
         [ \"$(wc -c < {calls})\" -ge \"${AT}\" ] && kill -9 $PPID\nexit $code\n",
        git.display(),
        calls = folder.join("calls").display(),
    );
    let path = folder.join("git");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[rstest]
#[tokio::test]
async fn a_writer_killed_between_any_two_steps_of_git_loses_nothing(
    #[values(Kind::Git, Kind::Shared)] kind: Kind,
) {
    let place = Place::new(kind).await.unwrap();
    let location = named(&place);
    let folder = tempfile::tempdir().unwrap();
    deadly_git(folder.path());
    let others = env::var_os("PATH").unwrap();
    let others = env::split_paths(&others);
    let path = env::join_paths([folder.path().to_owned()].into_iter().chain(others)).unwrap();
    // Two appends and a little more, whichever way they go.
    for step in 1..=26 {
        let _ = fs::remove_file(folder.path().join("calls"));
        let mut child = writer(&location)
            .env("PATH", &path)
            .env(AT, step.to_string())
            .spawn()
            .unwrap();
        let told = acknowledged(child.stdout.take().unwrap()).last();
        assert!(!child.wait().unwrap().success());
        assert_whole(place.location(), told.unwrap_or(0)).await;
    }
    let ledger = Ledger::open(place.location_from("second")).await.unwrap();
    assert!(ledger.verify().await.unwrap().count > 26);
}
