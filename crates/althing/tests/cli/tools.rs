//! A `gh` that is missing, too old or not logged in is said, with the way out.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use althing_testkit::clean;
use tempfile::TempDir;

use super::run::{findings, json, program};

/// `althing gate 1 -R o/r` with only `folder` on the PATH.
fn gate_with(folder: &TempDir) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder.path());
    command
        .env("PATH", folder.path())
        .args(["gate", "1", "-R", "o/r"]);
    command
}

fn gh_saying(folder: &TempDir, script: &str) {
    let path = folder.path().join("gh");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn gh_is_missing() {
    let folder = TempDir::new().expect("folder");
    let (code, answer) = json(gate_with(&folder));
    assert_eq!(
        (code, findings(&answer)),
        (4, vec!["tool-missing".to_owned()])
    );
    assert!(
        answer["findings"][0]["help"]
            .as_str()
            .expect("help")
            .contains("install gh")
    );
}

#[test]
fn gh_is_too_old() {
    let folder = TempDir::new().expect("folder");
    gh_saying(&folder, "echo 'gh version 2.4.0 (2022-01-11)'");
    let (code, answer) = json(gate_with(&folder));
    assert_eq!(
        (code, findings(&answer)),
        (4, vec!["tool-too-old".to_owned()])
    );
    assert!(
        answer["findings"][0]["help"]
            .as_str()
            .expect("help")
            .contains("2.4.0")
    );
}

#[test]
fn gh_is_not_logged_in() {
    let folder = TempDir::new().expect("folder");
    let mut command = clean(program().to_str().expect("path"), folder.path());
    command.args(["gate", "1", "-R", "o/r"]);
    let (code, answer) = json(command);
    assert_eq!(
        (code, findings(&answer)),
        (4, vec!["forge-not-logged-in".to_owned()])
    );
}
