//! The settings of a fleet: who says what, and what the machine itself says.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use althing_testkit::clean;
use serde_json::Value;
use tempfile::TempDir;

use super::run::{findings, json, program};

/// `althing bringup worker --once ARGS` in `folder`, which is all of its PATH.
fn worker(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder.path());
    command
        .env("PATH", folder.path())
        .current_dir(folder.path())
        .args(["bringup", "worker", "--once"])
        .args(args);
    command
}

fn tt_smi(folder: &TempDir, answer: &str) {
    let path = folder.path().join("tt-smi");
    let script = format!("#!/bin/sh\n[ \"$*\" = -s ] && echo '{answer}'\n");
    fs::write(&path, script).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
}

fn messages(answer: &Value) -> Vec<&str> {
    let all = answer["findings"].as_array().expect("findings");
    let messages = all.iter().map(|it| it["message"].as_str());
    messages.map(|it| it.expect("text")).collect()
}

#[test]
fn a_wrong_value_is_found_where_it_was_given() {
    let folder = TempDir::new().expect("folder");
    let file = "YT_PROJECT_NUMBER: 7\nYT_TOP1_MIN: 2\nYT_SYSTEM: n300\nYT_SLEEP_SECS: 0\n";
    fs::write(folder.path().join("bringup.yaml"), file).expect("written");
    let args = [
        "--config",
        "bringup.yaml",
        "--system",
        "n200",
        "--tmp-root",
        "here",
    ];
    let mut command = worker(&folder, &args);
    command
        .env("YT_MAX_ATTEMPTS", "many")
        .env("YT_SLEEP_SECS", "5");
    let (code, answer) = json(command);
    assert_eq!(code, 3, "{answer}");
    assert_eq!(
        findings(&answer),
        [
            "--system:0:0 environment-invalid",
            "bringup.yaml:2:14 environment-invalid",
            "$YT_MAX_ATTEMPTS:0:0 environment-invalid",
            "--tmp-root:0:0 environment-invalid",
        ]
    );
}

#[test]
fn a_key_that_is_no_setting_is_refused() {
    let folder = TempDir::new().expect("folder");
    fs::write(
        folder.path().join("b.yaml"),
        "YT_SYSTEM: n150\nsystem: n150\n",
    )
    .expect("written");
    let (code, answer) = json(worker(&folder, &["--config", "b.yaml"]));
    assert_eq!(code, 3);
    assert_eq!(findings(&answer), ["b.yaml:2:1 environment-invalid"]);
    let (_, answer) = json(worker(&folder, &["--config", "none.yaml"]));
    assert_eq!(findings(&answer), ["none.yaml:0:0 file-unreadable"]);
}

#[test]
fn tt_smi_tells_the_machine_when_nobody_does() {
    let folder = TempDir::new().expect("folder");
    let wrong = ["--project-number", "x"];
    let (_, answer) = json(worker(&folder, &wrong));
    let missing = "YT_SYSTEM is not set, and `tt-smi` is not on the PATH";
    assert_eq!(messages(&answer)[0], missing);

    let chip = r#"{ "board_info": { "board_type": "n150 L" } }"#;
    tt_smi(&folder, &format!(r#"{{ "device_info": [{chip}] }}"#));
    let (_, answer) = json(worker(&folder, &wrong));
    let number = "YT_PROJECT_NUMBER: `x` is not a number from 1";
    assert_eq!(messages(&answer), [number]);

    tt_smi(
        &folder,
        &format!(r#"{{ "device_info": [{chip}, {chip}] }}"#),
    );
    let (_, answer) = json(worker(&folder, &wrong));
    assert!(
        messages(&answer)[0].ends_with("no known machine: 2 × n150"),
        "{answer}"
    );
}
