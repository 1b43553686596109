//! The scenarios of the presets, and what `simulate` says about one that does not hold.

use std::{fs, path::PathBuf, process::Command};

use rstest::rstest;
use serde_json::json;

use super::{
    output::assert_documented,
    run::{self, findings, program},
};

fn simulate(file: &PathBuf) -> Command {
    let mut command = Command::new(program());
    command.arg("simulate").arg(file);
    command
}

#[rstest]
fn a_preset_does_what_its_scenario_says(
    #[files("../../charters/scenarios/*/*.yaml")] file: PathBuf,
) {
    let (code, answer) = run::json(simulate(&file));
    assert_eq!(findings(&answer), [""; 0]);
    let steps = answer["data"]["scenarios"][0]["steps"]
        .as_array()
        .expect("steps");
    let unmet: Vec<_> = steps.iter().filter(|step| step["met"] != true).collect();
    assert_eq!(code, 0, "{unmet:#?}");
    assert!(!steps.is_empty());
}

#[test]
fn a_scenario_that_does_not_hold_says_what_differs() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("late.yaml");
    let text = "charter: starter
members: [{ id: 1, login: m1, roles: [maintainer] }]
steps:
  - { at: \"2026-03-02T12:00:00Z\", do: open, lifecycle: proposal, as: P1, by: u1 }
  - { do: vote, on: P1, by: m1, ballot: yes }
  - { expect: { P1: { state: accepted, tally: { yes: 1 } } } }
";
    fs::write(&file, text).expect("written");
    let (code, answer) = run::json(simulate(&file));
    assert_eq!(code, 1);
    assert_documented("simulate", &answer);
    let steps = &answer["data"]["scenarios"][0]["steps"];
    assert_eq!(steps[0]["met"], true);
    assert_eq!(steps[1]["refusal"]["code"], "no-vote");
    assert_eq!(steps[1]["location"]["line"], 5);
    let difference = |what: &str, expected: &str, actual: &str| json!({ "of": "P1", "what": what, "expected": expected, "actual": actual });
    let expected = [
        difference("state", "accepted", "discussion"),
        difference("tally yes", "1", "nothing"),
    ];
    assert_eq!(steps[2]["differences"], json!(expected));
}

#[test]
fn a_scenario_that_cannot_be_run_says_why_and_where() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("wrong.yaml");
    let text = "charter: starter
steps:
  - { do: tick }
  - { at: yesterday, do: tick }
  - { at: \"2026-03-02T12:00:00Z\", do: vote, on: P1, ballot: yes }
  - { do: move, on: P1, by: m1, to: \"Not A State\" }
  - { at: \"2026-03-02T12:00:00Z\" }
";
    fs::write(&file, text).expect("written");
    let (code, answer) = run::json(simulate(&file));
    assert_eq!(code, 3);
    let expected = [
        "wrong.yaml:3:5 scenario-invalid",
        "wrong.yaml:4:11 scenario-invalid",
        "wrong.yaml:5:5 scenario-invalid",
        "wrong.yaml:6:37 scenario-invalid",
        "wrong.yaml:7:5 scenario-invalid",
    ];
    assert_eq!(findings(&answer), expected);
}
