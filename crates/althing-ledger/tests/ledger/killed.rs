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

/// The test that is the writer, when it is started as the child.
const STARTED: &str = "killed::a_killed_writer_loses_nothing_acknowledged::kind_1_Kind__Sqlite";

/// What the child does.
async fn write_until_killed(location: &str) {
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
        .args(["--exact", "--nocapture", STARTED])
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
    if let Ok(location) = env::var(CHILD) {
        write_until_killed(&location).await;
        return;
    }
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

/// Makes a git that works, and kills who called it after so many commands.
fn deadly_git(folder: &Path, commands: usize) {
    let git = env::split_paths(&env::var_os("PATH").unwrap())
        .map(|folder| folder.join("git"))
        .find(|path| path.exists())
        .unwrap();
    let script = format!(
        "#!/bin/sh\n{} \"$@\"\ncode=$?\nprintf x >> {calls}\n\
         [ \"$(wc -c < {calls})\" -ge {commands} ] && kill -9 $PPID\nexit $code\n",
        git.display(),
        calls = folder.join("calls").display(),
    );
    let _ = fs::remove_file(folder.join("calls"));
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
    let others = env::var_os("PATH").unwrap();
    let others = env::split_paths(&others);
    let path = env::join_paths([folder.path().to_owned()].into_iter().chain(others)).unwrap();
    // One append and a part of the next, whichever way they go.
    for commands in 1..=14 {
        deadly_git(folder.path(), commands);
        let mut child = writer(&location).env("PATH", &path).spawn().unwrap();
        let told = acknowledged(child.stdout.take().unwrap()).last();
        assert!(!child.wait().unwrap().success());
        assert_whole(place.location(), told.unwrap_or(0)).await;
    }
    let ledger = Ledger::open(place.location_from("second")).await.unwrap();
    let before = ledger.verify().await.unwrap().count;
    assert!(before > 0, "some got as far as an append");
    let mut draft = draft(0, EntryKind::StatusMoved);
    draft.time = Timestamp::now();
    let entries = ledger.append(&[draft]).await.unwrap();
    assert_eq!(entries[0].seq, before + 1);
}
