//! A round that is killed at any of its requests: nothing that was recorded is lost, the next
//! round finishes the work, and nothing is seen twice.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use althing_testkit::TestForge;
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::Value;

use super::{
    run::program,
    town::{gh, pulls, said},
};

/// The call of `gh` by which a file is read, to propose a change of it.
const READS_FILE: usize = 7;
/// The one that proposes it.
const PROPOSES: usize = 9;
/// The one that posts comments.
const POSTS: usize = 11;
/// The last one, which adds a label that the repository lacks.
const LABELS: usize = 12;

const SEED: &str = "
users:
  - { login: althing, id: 1000 }
  - { login: m1, id: 1001 }
  - { login: u1, id: 1011 }
repositories:
  - name: m1/models
    from: models
    collaborators: { althing: write }
    issues: [{ title: First, author: m1, body: x }]
";

const CHARTER: &str = "charter: 1
name: Models
version: 1.0.0
roles: { maintainer: {} }
lifecycles:
  change:
    title: Change
    description: a change that a maintainer approves
    from: [issue]
    states:
      review: waits for a maintainer
      agreed: { final: true, description: agreed }
    transitions:
      - name: approved
        from: review
        to: agreed
        needs: { approvals: [{ by: [maintainer], count: 1 }] }
        effects:
          - comment: Agreed on {subject}.
          - label: { add: [agreed] }
          - set: { file: packs/p.yaml, field: agreed, value: '{subject}' }
gates:
  all: { paths: ['**'], requires: { approvals: { maintainer: 1 } } }
";

const MEMBERS: &str = "- { id: 1001, login: m1, roles: [maintainer] }\n";

/// Stands before the real `gh` and kills whoever calls it, at the call that the file `at` names:
/// `before` the request is sent, or `after` it was carried out.
const DEADLY_GH: &str = r#"#!/bin/sh
cd 'HERE'
calls=$(($(cat calls) + 1))
echo "$calls" > calls
if [ "$calls" != "$(cat at)" ]; then exec 'REAL' "$@"; fi
if [ "$(cat when)" = after ]; then 'REAL' "$@" > /dev/null 2>&1; fi
kill -9 "$PPID"
"#;

struct Stage {
    forge: TestForge,
    /// The clock of the record: it only goes forward, and stays behind that of the forge.
    now: Timestamp,
}

impl Stage {
    fn new() -> Self {
        let files = [
            ("models/.althing/charter.yaml", CHARTER),
            ("models/packs/p.yaml", "name: p\n"),
        ];
        let forge = TestForge::start(program(), SEED, &files);
        for folder in [".althing", "deadly"] {
            fs::create_dir(forge.folder().join(folder)).expect("folder");
        }
        let stage = Self {
            now: Timestamp::now() - SignedDuration::from_hours(6),
            forge,
        };
        stage.write(".althing/charter.yaml", CHARTER);
        stage.write(".althing/members.yaml", MEMBERS);
        let real = stage.output(Command::new("sh").args(["-c", "command -v gh"]));
        let script = DEADLY_GH
            .replace("HERE", &stage.path("deadly").display().to_string())
            .replace("REAL", String::from_utf8_lossy(&real.stdout).trim());
        stage.write("deadly/gh", &script);
        let all = fs::Permissions::from_mode(0o755);
        fs::set_permissions(stage.path("deadly/gh"), all).expect("a program");
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.forge.folder().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    fn output(&self, command: &mut Command) -> Output {
        command.stdin(Stdio::null()).output().expect("it runs")
    }

    /// The program a moment later; `None` if it is killed, which it is at that call of `gh`.
    fn run(&mut self, args: &[&str], kill_at: Option<(usize, &str)>) -> Option<Value> {
        self.now += SignedDuration::from_secs(1);
        let (at, when) = kill_at.unwrap_or((0, "never"));
        for (file, text) in [("calls", "0"), ("at", &at.to_string()), ("when", when)] {
            self.write(&format!("deadly/{file}"), text);
        }
        let path = std::env::var("PATH").expect("a path");
        let path = format!("{}:{path}", self.path("deadly").display());
        let mut command = self.program();
        command.env("PATH", path).args(args);
        command.args(["--json", "--now", &self.now.to_string()]);
        let done = self.output(&mut command);
        if done.status.signal() == Some(9) {
            return None;
        }
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{args:?}: {stderr}");
        serde_json::from_slice(&done.stdout).ok()
    }

    fn tick(&mut self, kill_at: Option<(usize, &str)>) -> Option<Value> {
        self.run(&["tick", "--repo", "m1/models"], kill_at)
    }

    fn program(&self) -> Command {
        let program = program().to_str().expect("path");
        self.forge.command("althing", program)
    }

    fn record(&self) -> String {
        let mut export = self.program();
        let lines = self.output(export.args(["ledger", "export"])).stdout;
        String::from_utf8(lines).expect("text")
    }
}

/// A subject that is decided, and nothing that follows from it is done yet.
fn decided() -> Stage {
    let mut stage = Stage::new();
    let open = ["open", "change", "--from", "m1/models#1", "--name", "P1"];
    let open = [&open[..], &["--as", "m1"]].concat();
    stage.run(&open, None).expect("opened");
    let approve = ["approve", "P1", "--as", "m1"];
    stage.run(&approve, None).expect("decided");
    stage
}

#[rstest]
#[case::nothing_is_done("before", READS_FILE - 2)]
#[case::a_place_is_taken("before", READS_FILE - 1)]
#[case::the_file_is_known("after", READS_FILE)]
#[case::it_is_about_to_be_proposed("before", PROPOSES)]
#[case::it_was_proposed("after", PROPOSES)]
#[case::the_proposal_is_recorded("before", PROPOSES + 1)]
#[case::comments_are_about_to_be_posted("before", POSTS)]
#[case::comments_were_posted("after", POSTS)]
#[case::labels_are_missing("before", LABELS)]
#[case::labels_were_added("after", LABELS)]
fn a_killed_round_is_finished_by_the_next_and_seen_once(#[case] when: &str, #[case] call: usize) {
    let mut stage = decided();
    let before = stage.record();
    let killed = stage.tick(Some((call, when)));
    assert_eq!(killed, None, "it was to be killed");
    let after = stage.record();
    assert!(after.starts_with(&before), "an entry is lost");
    stage.now += SignedDuration::from_mins(3);
    stage.tick(None).expect("the rest");
    assert!(stage.record().starts_with(&after), "an entry is lost");
    let idle = stage.tick(None).expect("nothing more");
    assert_eq!(idle["data"]["done"], 0, "{idle}");

    let said = said(&stage.forge, "1");
    assert_eq!(said.len(), 3, "{said:#?}");
    for key in ["status", "ending", "0001/01"] {
        let mark = format!("<!-- althing:effect P1/{key} -->");
        let with = said.iter().filter(|text| text.ends_with(&mark)).count();
        assert_eq!(with, 1, "{key} of {said:#?}");
    }
    let labels = gh(&stage.forge, &["issue", "view", "1", "--json", "labels"]);
    assert_eq!(labels["labels"].as_array().map(Vec::len), Some(1));
    let pulls = pulls(&stage.forge);
    assert_eq!(pulls.len(), 1, "{pulls:#?}");
    assert_eq!(pulls[0]["headRefName"], "althing/P1/0001");
    let mut verify = stage.program();
    verify.args(["ledger", "verify"]);
    assert!(stage.output(&mut verify).status.success());
}

#[test]
fn a_round_has_the_requests_that_are_killed_here() {
    let mut stage = decided();
    let round = stage.tick(None).expect("a round");
    assert_eq!(round["data"]["done"], 4, "{round}");
    let calls = fs::read_to_string(stage.path("deadly/calls")).expect("a number");
    assert_eq!(calls.trim(), LABELS.to_string());
}

#[test]
fn what_a_killed_round_was_at_is_taken_over_when_its_time_is_up() {
    let mut stage = decided();
    assert_eq!(stage.tick(Some((READS_FILE, "before"))), None);
    let early = stage.tick(None).expect("a round");
    assert_eq!(
        early["data"]["proposed"],
        Value::Array(Vec::new()),
        "{early}"
    );
    let wake = early["data"]["wake"].as_str().expect("a time");
    let wake: Timestamp = wake.parse().expect("a time");
    assert!(wake > stage.now && wake < stage.now + SignedDuration::from_mins(3));
    assert_eq!(pulls(&stage.forge).len(), 0);
    stage.now = wake;
    let late = stage.tick(None).expect("a round");
    assert_eq!(
        late["data"]["proposed"].as_array().map(Vec::len),
        Some(1),
        "{late}"
    );
}
