//! The accelerator over several runs: left behind by a dead one, in use, stuck, quarantined. The
//! fake `tt-smi` knows the flags and answers of the real one.

use std::{
    fs::{self, File},
    time::Duration,
};

use althing_bringup::{Argv, Status, WorkerError, WorkerOptions};
use althing_diag::Code;
use rstest::rstest;

use crate::{
    machine::{SNAPSHOT, hub, machine},
    memory_forge::MemoryForge,
    world::{TINY, World, ending},
};

const FILE: &str = "althing-accelerator.json";

fn calls(world: &World) -> Vec<String> {
    let calls = fs::read_to_string(world.root().join("calls")).expect("calls");
    let call = |line: &str| line.split(" in ").next().unwrap_or_default().to_owned();
    calls.lines().map(call).collect()
}

fn noted(world: &World, script: &str) {
    let log = world.root().join("calls");
    let note = format!("echo \"$(basename $0) $* in there\" >> {}", log.display());
    world.tool("tt-smi", &format!("{note}\n{script}"));
}

/// The worker refuses, and leaves the ready issue to others.
async fn is_refused(world: &World, forge: &MemoryForge, options: &WorkerOptions) {
    forge.add_issue(6, TINY, Status::Ready);
    let refused = world.run_with(forge, options).await.expect_err("refused");
    let WorkerError::Findings(findings) = refused else {
        panic!("{refused}");
    };
    assert_eq!(findings[0].code, Code::DeviceQuarantined);
    assert_eq!(forge.status(6), "ready");
    assert!(forge.comments(6).is_empty());
}

#[rstest]
#[case::fails("echo stuck >&2; exit 1", "exit code 1")]
#[case::hangs("exec sleep 60", "not finished after 1 s")]
#[case::lies("touch gone", "exited well, but 0 of 1 chips came back")]
#[tokio::test]
async fn resets_that_fail_end_in_quarantine_and_no_further_issue_is_burnt(
    #[case] reset: &str,
    #[case] told: &str,
) {
    let hub = hub();
    let (world, forge, mut options) = machine(&hub).await;
    options.reset_limit = Duration::from_secs(1);
    let gone = world.root().join("gone");
    let reset = reset.replace("gone", &gone.display().to_string());
    noted(
        &world,
        &format!(
            "[ \"$1\" != -r ] || {{ {reset}; }}\n\
             if [ -e {} ]; then echo '{{ \"device_info\": [] }}'; else {SNAPSHOT}; fi",
            gone.display()
        ),
    );
    let record = world.run_with(&forge, &options).await.expect("told");
    let record = record.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::SetupError, 0));
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(
        comment.contains(told) && comment.contains(FILE),
        "{comment}"
    );
    let resets = calls(&world)
        .iter()
        .filter(|call| *call == "tt-smi -r")
        .count();
    assert_eq!(resets, 3);

    is_refused(&world, &forge, &options).await;
    let said = fs::read_to_string(world.root().join(FILE)).expect("there");
    assert!(
        said.contains(told.split(' ').next_back().expect("a word")),
        "{said}"
    );
    fs::remove_file(world.root().join(FILE)).expect("there");
    noted(&world, SNAPSHOT);
    let record = world.run_with(&forge, &options).await.expect("told");
    assert_eq!(record.expect("a run").status, Status::InReview);
}

#[tokio::test]
async fn what_a_dead_run_had_is_reset_before_anything_else_and_given_back_clean() {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    let user = r#"{ "user": { "worker": "w6", "run_id": "r", "pid": 1 } }"#;
    fs::write(world.root().join(FILE), user).expect("written");
    let record = world.run_with(&forge, &options).await.expect("told");
    assert_eq!(record.expect("a run").status, Status::InReview);
    let calls = calls(&world);
    let first: Vec<&str> = calls.iter().take(5).map(String::as_str).collect();
    assert_eq!(
        first,
        [
            "tt-smi -s",
            "tt-smi -r",
            "tt-smi -s",
            "python -c import pytest",
            "python -c import ttnn"
        ]
    );
    assert_eq!(calls.iter().filter(|call| *call == "tt-smi -r").count(), 2);
    let left = fs::read_to_string(world.root().join(FILE)).expect("there");
    assert!(
        left.contains("\"user\": null") && left.contains("\"chips\": 1"),
        "{left}"
    );
}

#[tokio::test]
async fn a_missing_tool_burns_no_reset_and_what_was_left_behind_stays_so() {
    let hub = hub();
    let (world, forge, mut options) = machine(&hub).await;
    let user = r#"{ "user": { "worker": "w6", "run_id": "r", "pid": 1 } }"#;
    fs::write(world.root().join(FILE), user).expect("written");
    options.reset = Argv::new("no-such-tool", &[]);
    world.run_with(&forge, &options).await.expect("told");
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(
        comment.contains("`no-such-tool` is not on the PATH"),
        "{comment}"
    );
    let left = fs::read_to_string(world.root().join(FILE)).expect("there");
    assert!(
        left.contains("\"stale\": true") && left.contains("\"failed_resets\": []"),
        "{left}"
    );
}

#[tokio::test]
async fn no_issue_is_claimed_while_another_worker_has_the_accelerator() {
    let hub = hub();
    let (world, forge, mut options) = machine(&hub).await;
    let file = File::create(world.root().join(FILE)).expect("created");
    file.lock().expect("locked");
    assert!(
        world
            .run_with(&forge, &options)
            .await
            .expect("told")
            .is_none()
    );
    assert_eq!(forge.status(5), "ready");
    assert_eq!(forge.state.borrow().log.join(" "), "login viewer board");

    // Who needs none does not wait for it.
    options.skip_tt = true;
    let record = world.run_with(&forge, &options).await.expect("told");
    assert_eq!(record.expect("a run").status, Status::InReview);
    drop(file);
}
