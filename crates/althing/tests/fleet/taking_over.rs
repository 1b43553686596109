//! Claims that last twelve seconds: of the living they are renewed, of the dead taken over.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Child};

use althing_testkit::TestForge;

use crate::world::{
    REPO, althing, answer, bodies, ended, json, leave_one_issue, scripted_agent, signal, start,
    until,
};

#[test]
fn a_killed_worker_is_followed_by_another_when_its_claim_has_expired() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let mut killed = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    signal(&killed, "-KILL");
    killed.wait().unwrap();
    let first = bodies(&forge, "1").remove(0);

    // Three that are after it; one gets it.
    let others = ["w2", "w3", "w4"].map(|name| short_lived(&forge, name, &scripted_agent(), false));
    until("the issue is worked on to its end", || {
        !ended(&bodies(&forge, "1")).is_empty()
    });
    for other in others {
        signal(&other, "-TERM");
        other.wait_with_output().unwrap();
    }
    let claims = bodies(&forge, "1");
    assert!(claims[1].starts_with("[yt-claim]\n"), "{claims:?}");
    let late = time(&claims[1]) - time(&first);
    assert!(late >= 12, "taken over after {late} s: {claims:?}");
    assert_ended_by(&forge, &value(&claims[1], "run_id"));
    fs::write(&waiting.go, "").unwrap();
    until("what the dead one left behind ends", || !waiting.is_alive());
}

#[test]
fn a_worker_that_was_suspended_for_too_long_does_nothing_more() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let suspended = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    signal(&suspended, "-STOP");
    let other = short_lived(&forge, "w2", &scripted_agent(), false);
    until("another takes over and ends it", || {
        !ended(&bodies(&forge, "1")).is_empty()
    });
    signal(&other, "-TERM");
    other.wait_with_output().unwrap();
    fs::write(&waiting.go, "").unwrap();
    signal(&suspended, "-CONT");
    let ran = answer(&suspended.wait_with_output().unwrap());
    let summary = ran["data"]["run"]["summary"].as_str().unwrap();
    assert!(summary.contains("the claim was lost"), "{ran}");
    assert!(!waiting.is_alive());
    let run = value(&bodies(&forge, "1")[1], "run_id");
    assert_ended_by(&forge, &run);
}

#[test]
fn a_claim_is_renewed_as_long_as_its_run_lives() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let holder = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    let first = bodies(&forge, "1").remove(0);
    let other = short_lived(&forge, "w2", &scripted_agent(), false);
    until("the claim has outlived its first time", || {
        time(&bodies(&forge, "1")[0]) > time(&first) + 13
    });
    fs::write(&waiting.go, "").unwrap();
    let ran = answer(&holder.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    signal(&other, "-TERM");
    other.wait_with_output().unwrap();
    assert_ended_by(&forge, &value(&first, "run_id"));
}

/// A worker whose claims last twelve seconds.
fn short_lived(forge: &TestForge, name: &str, agent: &str, once: bool) -> Child {
    let models = forge.folder().join("models").display().to_string();
    let mut args = vec!["bringup", "worker", "--skip-tt", "--models-dir", &models];
    args.extend(["--agent", agent]);
    if once {
        args.push("--once");
    }
    let mut command = althing(forge, "worker", name, &args);
    command
        .env("YT_CLAIM_TTL_SECS", "12")
        .env("YT_SLEEP_SECS", "1");
    command.spawn().unwrap()
}

/// An agent that says that it runs, and goes on once it is told to.
struct Waiting {
    script: String,
    running: PathBuf,
    go: PathBuf,
}

impl Waiting {
    fn new(forge: &TestForge) -> Self {
        let (running, go) = (forge.folder().join("running"), forge.folder().join("go"));
        let (agent, go_) = (scripted_agent(), go.display());
        let wait = format!(
            "echo $$ > {0}.new; mv {0}.new {0}; while [ ! -e {go_} ]; do sleep 0.1; done; exec {agent}",
            running.display()
        );
        let file = forge.folder().join("tools/waiting");
        fs::write(&file, format!("#!/bin/sh\n{wait}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let script = file.display().to_string();
        Self {
            script,
            running,
            go,
        }
    }

    fn is_alive(&self) -> bool {
        let id = fs::read_to_string(&self.running).unwrap();
        let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }
}

/// The value of a line of a comment.
fn value(body: &str, key: &str) -> String {
    let mut lines = body.lines();
    let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    found
        .unwrap_or_else(|| panic!("{key} is not in {body}"))
        .to_owned()
}

fn time(claim: &str) -> i64 {
    let time = value(claim, "timestamp")
        .parse::<jiff::Timestamp>()
        .unwrap();
    time.as_second()
}

/// Who has the issue makes it `in review`, and nobody else says anything.
fn assert_ended_by(forge: &TestForge, run: &str) {
    let bodies = bodies(forge, "1");
    let endings = ended(&bodies);
    assert_eq!(endings.len(), 1, "{bodies:?}");
    assert!(endings[0].contains("status set: `in review`"), "{bodies:?}");
    assert_eq!(value(endings[0], "run_id"), run);
    let pulls = json(&forge.gh_text("reviewer", &["pr", "list", "-R", REPO, "--json", "number"]));
    assert_eq!(pulls.as_array().unwrap().len(), 1, "{pulls}");
}
