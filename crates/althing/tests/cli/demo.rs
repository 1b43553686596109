//! The demo: the whole story, and nothing outside its folder.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use althing_testkit::clean;
use rstest::rstest;
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{json, program},
};

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
        "has 3 people, a models repository and 2 ready issues",
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
    assert_documented("demo", &answer);
    stage.assert_nothing_outside();
    let story = names(&stage.path("work/story"));
    let ledger = story.iter().filter(|name| name.starts_with("ledger"));
    assert_eq!(
        ledger.collect::<Vec<_>>(),
        ["ledger.db"],
        "the record is whole in one file"
    );
    assert_eq!(
        names(&stage.path("work/story/tmp")),
        [""; 0],
        "workspaces are removed"
    );
    runs_can_be_looked_at(&stage);
}

fn runs_can_be_looked_at(stage: &Stage) {
    let runs = |args: &[&str]| {
        let mut command = clean(program().to_str().expect("path"), &stage.path("home"));
        command
            .current_dir(stage.path("work/story"))
            .args(["bringup", "runs"])
            .args(args)
            .args(["--ledger", "ledger.db"]);
        json(command)
    };
    let (_, listed) = runs(&["list"]);
    assert_documented("bringup runs list", &listed);
    let told: Vec<_> = listed["data"]["runs"]
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| (&run["issue"], &run["status"], &run["attempts"]))
        .collect();
    let (one, two) = ("yieldthought/ttnn_models#1", "yieldthought/ttnn_models#2");
    let expected = [(one, "in review", 1), (two, "failed", 2)];
    let expected =
        expected.map(|(issue, status, count)| (issue.into(), status.into(), count.into()));
    let expected: Vec<_> = expected.iter().map(|(a, b, c)| (a, b, c)).collect();
    assert_eq!(told, expected);

    let id = listed["data"]["runs"][0]["run_id"].as_str().expect("id");
    let (_, shown) = runs(&["show", &id[..8]]);
    assert_documented("bringup runs show", &shown);
    let last = shown["data"]["run"]["timeline"]
        .as_array()
        .expect("steps")
        .last();
    assert_eq!(last.expect("a step")["kind"], "run.ended");
    let (code, unknown) = runs(&["show", "none"]);
    assert_eq!(
        (code, &unknown["findings"][0]["code"]),
        (1, &"run-unknown".into())
    );
}

/// When the demo is killed: as soon as this file is there.
#[rstest]
#[case::the_forge_starts("forge/forge.db")]
#[case::the_forge_is_seeded("forge/git/yieldthought/ttnn_models.git/HEAD")]
#[case::the_worker_has_begun("ledger.db")]
#[case::the_agent_or_a_check_runs("tmp/*/*")]
#[case::the_model_is_pushed("forge/git/yieldthought/ttnn_models.git/refs/heads/bringup")]
fn a_killed_demo_leaves_no_process_and_nothing_outside_its_folder(#[case] sign: &str) {
    let stage = Stage::new();
    let mut demo = stage
        .demo()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("demo");
    let story = stage.path("work/story");
    until(sign, || match sign.strip_suffix("/*/*") {
        Some(folder) => holds_a_folder_with_something(&story.join(folder)),
        None => story.join(sign).exists(),
    });
    demo.kill().expect("killed");
    demo.wait().expect("ended");
    until("no process works there", || {
        !somebody_works_in(stage.folder.path())
    });
    stage.assert_nothing_outside();
}

fn holds_a_folder_with_something(folder: &Path) -> bool {
    let inside = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten();
    inside(folder).any(|entry| inside(&entry.path()).next().is_some())
}

/// Whether the working directory of any process is in `folder`.
fn somebody_works_in(folder: &Path) -> bool {
    let processes = fs::read_dir("/proc").expect("/proc");
    processes.flatten().any(|process| {
        fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    })
}
