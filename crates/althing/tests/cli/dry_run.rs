//! `althing bringup worker --dry-run`: neither the forge nor the machine is touched.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use althing_testkit::clean;
use tempfile::TempDir;

use super::run::{findings, json, program};

/// A dry run where every tool there is notes that it was called.
fn dry_run(folder: &TempDir, args: &[&str]) -> Command {
    let calls = folder.path().join("calls");
    for name in ["gh", "git", "tt-smi", "hf", "codex", "python"] {
        let path = folder.path().join(name);
        let note = format!("#!/bin/sh\necho \"{name} $*\" >> {}\n", calls.display());
        fs::write(&path, note).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let mut command = clean(program().to_str().expect("path"), folder.path());
    command
        .env("PATH", folder.path())
        .env("YT_SYSTEM", "n150")
        .env("YT_PROJECT_NUMBER", "1")
        .current_dir(folder.path())
        .args(["bringup", "worker", "--dry-run"])
        .args(args);
    command
}

#[test]
fn a_dry_run_names_issue_and_commands_and_calls_nothing() {
    let folder = TempDir::new().expect("folder");
    let (code, answer) = json(dry_run(&folder, &[]));
    let told = &answer["data"]["dry_run"];
    assert_eq!((code, &told["issue"]), (0, &1.into()), "{answer}");
    assert_eq!(answer["data"]["issues_from"], "made-up issues");
    let commands = told["commands"].as_array().expect("commands");
    let commands: Vec<&str> = commands
        .iter()
        .map(|it| it.as_str().expect("text"))
        .collect();
    let order = [
        "gh issue comment 1 ",
        "git clone ",
        "tt-smi -r",
        "codex exec ",
        "python scripts/run_eval.py --mode tt --trace 1 ",
        "git push ",
        "gh pr create ",
    ];
    let places = order.map(|start| commands.iter().position(|it| it.starts_with(start)));
    assert!(places.iter().all(Option::is_some), "{commands:#?}");
    assert!(places.is_sorted(), "{commands:#?}");
    assert!(!folder.path().join("calls").exists(), "a tool was called");
}

#[test]
fn a_dry_run_chooses_from_a_file() {
    let folder = TempDir::new().expect("folder");
    let issues = r#"[
        {"number": 8, "createdAt": "2026-01-02T00:00:00Z", "labels": [{"name": "n150"}], "body": "hf_model_id: a/b"},
        {"number": 9, "createdAt": "2026-01-01T00:00:00Z", "labels": [{"name": "n150"}], "body": "hf_model_id: c/d"}
    ]"#;
    fs::write(folder.path().join("issues.json"), issues).expect("written");
    let from = ["--issues-file", "issues.json"];
    let (_, answer) = json(dry_run(&folder, &from));
    assert_eq!(answer["data"]["dry_run"]["issue"], 9, "{answer}");
    assert_eq!(answer["data"]["dry_run"]["branch"], "bringup/issue-9-c-d");
    let (_, answer) = json(dry_run(&folder, &[&from[..], &["--issue", "8"]].concat()));
    assert_eq!(answer["data"]["dry_run"]["issue"], 8, "{answer}");
    let (_, answer) = json(dry_run(&folder, &[&from[..], &["--issue", "7"]].concat()));
    assert!(answer["data"]["dry_run"]["issue"].is_null(), "{answer}");

    fs::write(folder.path().join("issues.json"), "[\n{}]").expect("written");
    let (code, answer) = json(dry_run(&folder, &from));
    assert_eq!(code, 3, "{answer}");
    assert!(
        findings(&answer)[0].starts_with("issues.json:2:"),
        "{answer}"
    );
}
