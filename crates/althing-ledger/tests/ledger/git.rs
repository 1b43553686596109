//! The branch of a repository.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use althing_diag::Code;
use althing_ledger::{Broken, EntryHash, EntryKind, Filter, Ledger, LedgerError, LedgerLocation};

use crate::{
    draft, drafts,
    place::{Kind, Place, git, git_prints},
};

const BRANCH: &str = "althing/ledger";

async fn open(repository: &Path) -> Ledger {
    let location = LedgerLocation::Git(repository.to_owned());
    Ledger::open(location).await.unwrap()
}

async fn count(ledger: &Ledger) -> u64 {
    ledger.verify().await.unwrap().count
}

/// Puts another file on the branch by hand, as somebody with git would.
fn rewrite(repository: &Path, text: &str) {
    let file = repository.join("rewritten");
    fs::write(&file, text).unwrap();
    let blob = git_prints(repository, &["hash-object", "-w", "rewritten"]);
    fs::write(&file, format!("100644 blob {blob}\tledger.jsonl\n")).unwrap();
    let tree = {
        let output = std::process::Command::new("git")
            .current_dir(repository)
            .arg("mktree")
            .stdin(fs::File::open(&file).unwrap())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let commit = ["commit-tree", &tree, "-p", BRANCH, "-m", "mended"];
    let commit = git_prints(repository, &commit);
    git(
        repository,
        &["update-ref", "refs/heads/althing/ledger", &commit],
    );
}

fn make_executable(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn text(repository: &Path) -> String {
    let name = format!("{BRANCH}:ledger.jsonl");
    git_prints(repository, &["show", &name]) + "\n"
}

#[tokio::test]
async fn the_branch_holds_the_export_and_nothing_else_is_touched() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let clone = place.clone_of("first");
    fs::write(clone.join("file"), "x").unwrap();
    git(&clone, &["add", "file"]);
    git(&clone, &["commit", "--quiet", "-m", "Start"]);
    fs::write(clone.join("file"), "y").unwrap();
    let before = git_prints(&clone, &["status", "--porcelain=v2", "--branch"]);

    let ledger = open(&clone).await;
    ledger.append(&drafts(2)).await.unwrap();
    ledger.append(&drafts(3)[2..]).await.unwrap();

    let after = git_prints(&clone, &["status", "--porcelain=v2", "--branch"]);
    assert_eq!(after, before);
    let mut export = Vec::new();
    ledger.export(&mut export).await.unwrap();
    let origin = place.origin();
    for repository in [&clone, &origin] {
        assert_eq!(text(repository).into_bytes(), export);
        let log = git_prints(repository, &["log", "--format=%s %an", BRANCH]);
        assert_eq!(log, "Entry 3 althing\nEntries 1 to 2 althing");
        let files = git_prints(repository, &["ls-tree", "--name-only", BRANCH]);
        assert_eq!(files, "ledger.jsonl");
    }
    assert!(!clone.join(".git/FETCH_HEAD").exists());
}

/// Between reading and pushing, another clone pushes.
#[tokio::test]
async fn a_push_behind_another_one_is_a_lost_race() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let first = open(&place.clone_of("first")).await;
    first.append(&drafts(1)).await.unwrap();
    let head = first.head().await.unwrap();

    // What `second` pushed is only seen once `first` pushes.
    let second = place.clone_of("second");
    open(&second).await.append(&drafts(2)[1..]).await.unwrap();
    let newer = git_prints(&second, &["rev-parse", BRANCH]);
    git(
        &place.origin(),
        &[
            "update-ref",
            "refs/heads/althing/ledger",
            &format!("{newer}~"),
        ],
    );
    let script = place.folder.path().join("receive");
    let origin = place.origin();
    let text = format!(
        "#!/bin/sh\ngit -C {} update-ref refs/heads/althing/ledger {newer}\nexec git-receive-pack \"$@\"\n",
        origin.display()
    );
    make_executable(&script, &text);
    let receive = [
        "config",
        "remote.origin.receivepack",
        script.to_str().unwrap(),
    ];
    git(&place.clone_of("first"), &receive);

    let late = [draft(3, EntryKind::RunEnded)];
    let error = first.append_after(head, &late).await.unwrap_err();
    assert!(matches!(error, LedgerError::LostRace), "{error}");

    // Who does not mind the state comes behind.
    let entries = first.append(&late).await.unwrap();
    assert_eq!(entries[0].seq, 3);
    assert_eq!(count(&open(&second).await).await, 3);
}

#[tokio::test]
async fn a_remote_that_refuses_is_an_error_and_records_nothing() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let ledger = open(&place.clone_of("first")).await;
    ledger.append(&drafts(1)).await.unwrap();
    let hook = place.origin().join("hooks/pre-receive");
    make_executable(&hook, "#!/bin/sh\necho protected branch >&2\nexit 1\n");

    let error = ledger.append(&drafts(2)[1..]).await.unwrap_err();
    let finding = error.finding();
    assert_eq!(finding.code, Code::LedgerUnreadable);
    assert!(finding.message.contains("protected branch"), "{finding}");
    assert_eq!(count(&ledger).await, 1);
    assert_eq!(count(&open(&place.clone_of("second")).await).await, 1);
}

#[tokio::test]
async fn a_changed_line_is_found_with_its_number() {
    for (find, replace) in [
        ("\"second\":1", "\"second\":2"),
        ("\"second\":1", "\"second\": 1"),
        (
            "\"kind\":\"status.moved\",\"previous\":",
            "\"kind\":\"run.ended\",\"previous\":",
        ),
    ] {
        let place = Place::new(Kind::Git).await.unwrap();
        let repository = place.folder.path();
        open(repository).await.append(&drafts(3)).await.unwrap();
        let lines = text(repository);
        let (first, rest) = lines.split_once('\n').unwrap();
        let changed = format!("{first}\n{}", rest.replacen(find, replace, 1));
        assert_ne!(changed, lines);
        rewrite(repository, &changed);

        let ledger = open(repository).await;
        for error in [
            ledger.verify().await.unwrap_err(),
            ledger.entries(&Filter::default()).await.unwrap_err(),
            ledger.append(&drafts(5)[4..]).await.unwrap_err(),
        ] {
            let finding = error.finding_in("althing/ledger:ledger.jsonl");
            assert_eq!(finding.code, Code::LedgerTampered);
            assert_eq!(
                finding.location.unwrap().to_string(),
                "althing/ledger:ledger.jsonl:2:1"
            );
        }
    }
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_found() {
    let place = Place::new(Kind::Git).await.unwrap();
    let repository = place.folder.path();
    open(repository).await.append(&drafts(2)).await.unwrap();
    rewrite(repository, text(repository).trim_end());
    let error = open(repository).await.verify().await.unwrap_err();
    assert!(
        matches!(error, LedgerError::Tampered(Broken::Changed { seq: 2, .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_remote_that_lost_entries_is_found_by_who_saw_them() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let clone = place.clone_of("first");
    let ledger = open(&clone).await;
    ledger.append(&drafts(2)).await.unwrap();
    let seen = git_prints(&clone, &["rev-parse", BRANCH]);
    let kept = ledger.append(&drafts(3)[2..]).await.unwrap()[0].hash;

    // Cut with a commit on top, so that git itself sees nothing wrong.
    let second = place.clone_of("second");
    git(
        &second,
        &[
            "fetch",
            "--quiet",
            "origin",
            "althing/ledger:althing/ledger",
        ],
    );
    let whole = text(&second);
    let cut = whole.lines().next().unwrap().to_owned() + "\n";
    rewrite(&second, &cut);
    git(&second, &["push", "--quiet", "origin", BRANCH]);
    let error = open(&clone).await.verify().await.unwrap_err();
    assert!(
        matches!(
            error,
            LedgerError::Tampered(Broken::KnownMissing { known }) if known == kept
        ),
        "{error}"
    );

    // Cut by force, with another history.
    git(&second, &["reset", "--quiet", "--soft", &seen]);
    git(&second, &["update-ref", "refs/heads/althing/ledger", &seen]);
    rewrite(&second, &cut);
    git(&second, &["push", "--quiet", "--force", "origin", BRANCH]);
    let error = ledger.append(&drafts(5)[4..]).await.unwrap_err();
    assert!(matches!(error, LedgerError::Diverged), "{error}");
    assert_eq!(error.finding().code, Code::LedgerTampered);
}

#[tokio::test]
async fn what_was_recorded_before_there_was_a_remote_is_shared_with_the_next_entry() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let clone = place.clone_of("first");
    git(&clone, &["remote", "rename", "origin", "later"]);
    open(&clone).await.append(&drafts(2)).await.unwrap();
    git(&clone, &["remote", "rename", "later", "origin"]);

    let ledger = open(&clone).await;
    assert_eq!(count(&ledger).await, 2);
    ledger.append(&drafts(3)[2..]).await.unwrap();
    let other = open(&place.clone_of("second")).await;
    assert_eq!(count(&other).await, 3);
}

#[tokio::test]
async fn a_folder_outside_of_a_repository_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let location = LedgerLocation::Git(folder.path().to_owned());
    let error = Ledger::open(&location).await.unwrap_err();
    let finding = error.finding();
    assert_eq!(finding.code, Code::LedgerUnreadable);
    assert!(
        finding.message.contains("not a git repository"),
        "{finding}"
    );
}

#[tokio::test]
async fn hooks_of_the_repository_have_no_say() {
    let place = Place::new(Kind::Shared).await.unwrap();
    let clone = place.clone_of("first");
    for name in ["pre-push", "reference-transaction"] {
        let hook = clone.join(".git/hooks").join(name);
        make_executable(&hook, "#!/bin/sh\nexit 1\n");
    }
    let ledger = open(&clone).await;
    ledger.append(&drafts(1)).await.unwrap();
    assert_ne!(ledger.head().await.unwrap(), EntryHash::GENESIS);
    assert_eq!(text(&clone).lines().count(), 1);
}
