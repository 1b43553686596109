//! The demo: the whole story, and nothing outside its folder.

use std::{
    fs,
    os::unix::net::UnixStream,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use althing_testkit::clean;
use tempfile::TempDir;

use super::run::{json, program};

/// A home, a place for temporary files and a place for the demo, all watched.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let folder = TempDir::new().expect("folder");
        for name in ["home", "tmp", "work"] {
            fs::create_dir(folder.path().join(name)).expect(name);
        }
        Self { folder }
    }

    fn demo(&self) -> Command {
        let mut command = clean(program().to_str().expect("path"), &self.path("home"));
        command
            .env("TMPDIR", self.path("tmp"))
            .current_dir(self.path("work"));
        command.args(["demo", "--dir", "story"]);
        command
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn assert_nothing_outside(&self) {
        for name in ["home", "tmp"] {
            assert_eq!(
                names(&self.path(name)),
                [""; 0],
                "{name} is as empty as before"
            );
        }
        assert_eq!(names(&self.path("work")), ["story"]);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("utf-8")
        })
        .collect();
    names.sort();
    names
}

/// Waits for a condition; a condition that never comes fails the test.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "waited in vain until {what}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn a_ready_issue_becomes_a_governed_merge_and_an_honest_failure() {
    let stage = Stage::new();
    let (code, answer) = json(stage.demo());
    assert_eq!(code, 0, "{answer}");

    let timeline = answer["data"]["timeline"].as_array().expect("timeline");
    let told: Vec<&str> = timeline
        .iter()
        .map(|event| event["what"].as_str().expect("what"))
        .collect();
    let expected = [
        "serves GitHub's API on forge/forge.sock",
        "has three people, a models repository, a board and two ready issues",
        "took issue #1 to pull request #3",
        "asked the gate: it refuses",
        "made a merging pass: #3 stays in review",
        "approved with `gh pr review 3 --approve`",
        "made a merging pass: #3 passes and is merged",
        "issue #2 failed its checks, 2 attempts",
        "read 23 ledger entries",
        "ledger verify: ok",
    ];
    assert_eq!(told, expected);
    stage.assert_nothing_outside();
    assert_eq!(
        names(&stage.path("work/story/tmp")),
        [""; 0],
        "workspaces are removed"
    );
}

#[test]
fn a_killed_demo_leaves_no_process_and_nothing_outside_its_folder() {
    let stage = Stage::new();
    let mut demo = stage
        .demo()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("demo");
    let story = stage.path("work/story");
    until("the worker has begun", || story.join("ledger.db").exists());
    demo.kill().expect("killed");
    demo.wait().expect("ended");
    let socket = story.join("forge/forge.sock");
    until("the forge has gone", || {
        UnixStream::connect(&socket).is_err()
    });
    stage.assert_nothing_outside();
}
