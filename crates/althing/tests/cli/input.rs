//! Wrong input is a finding with its place, and nothing is half done.

use std::{fs, process::Command};

use althing_testkit::{TestForge, clean};
use tempfile::TempDir;

use super::run::{findings, json, program};

const MEMBERS: &str = "- { id: 1, login: maintainer, roles: [maintainer] }\n";

const SEED: &str = "
users:
  - { login: maintainer, id: 1 }
repositories:
  - { name: maintainer/models, from: repository }
";

#[test]
fn every_wrong_variable_is_said_at_once() {
    let home = TempDir::new().expect("home");
    let mut command = clean(program().to_str().expect("path"), home.path());
    command
        .env("YT_SYSTEM", "n200")
        .env("YT_PROJECT_NUMBER", "x")
        .env("YT_TOP1_MIN", "1.5")
        .current_dir(home.path())
        .args(["bringup", "worker", "--once"]);
    let (code, answer) = json(command);
    assert_eq!(code, 3);
    let places = findings(&answer);
    assert_eq!(places.len(), 3, "{answer}");
    assert!(
        places
            .iter()
            .all(|place| place.ends_with("environment-invalid"))
    );
    assert_eq!(
        fs::read_dir(home.path()).expect("home").count(),
        0,
        "no ledger was made"
    );
}

#[test]
fn a_wrong_seed_is_refused_whole() {
    let folder = TempDir::new().expect("folder");
    let seed = folder.path().join("seed.yaml");
    fs::write(
        &seed,
        "users:\n  - { login: a }\nrepositories:\n  - name: a/r\n    collaborators: { b: write }\n    issues:\n      - { title: t, labels: [none] }\n",
    )
    .expect("seed");
    let althing = |args: &[&str]| {
        let mut command = Command::new(program());
        command
            .args(args)
            .args(["--root", "forge"])
            .current_dir(folder.path());
        json(command)
    };
    let (code, answer) = althing(&["forge", "seed", "seed.yaml"]);
    assert_eq!(code, 3, "{answer}");
    assert_eq!(
        findings(&answer),
        ["seed.yaml:5:25 seed-invalid", "seed.yaml:7:30 seed-invalid"]
    );
    let (code, _) = althing(&["forge", "env", "--as", "a"]);
    assert_eq!(code, 3, "not even the user was added");
}

#[test]
fn a_wrong_charter_blocks_with_its_place() {
    let charter = "charter: 1\nname: x\nversion: 1.0.0\nroles: { maintainer: {} }\ngates:\n  all:\n    paths: [\"**\"]\n    requires: { approvals: { maintaner: 1 } }\n";
    let forge = TestForge::start(
        program(),
        SEED,
        &[
            ("repository/.althing/charter.yaml", charter),
            ("repository/.althing/members.yaml", MEMBERS),
        ],
    );
    forge.git_text(
        "maintainer",
        ".",
        &["clone", "-q", "https://github.com/maintainer/models"],
    );
    for args in [
        ["checkout", "-q", "-b", "change"].as_slice(),
        &["commit", "-q", "--allow-empty", "-m", "Change"],
        &["push", "-q", "origin", "change"],
    ] {
        forge.git_text("maintainer", "models", args);
    }
    forge.gh_text(
        "maintainer",
        &[
            "pr",
            "create",
            "-R",
            "maintainer/models",
            "--head",
            "change",
            "--base",
            "main",
            "-t",
            "Change",
            "-b",
            "b",
        ],
    );
    let mut command = forge.command("maintainer", program().to_str().expect("path"));
    command.args(["gate", "1", "-R", "maintainer/models"]);
    let (code, answer) = json(command);
    assert_eq!(code, 3, "{answer}");
    assert_eq!(
        findings(&answer),
        ["charter.yaml:8:30 charter-unknown-role"]
    );
}
