//! Documents of a work tree, held against its charter; the last line of a constitution; the
//! charter as Python.

use std::{fs, path::Path, process::Command};

use althing_testkit::clean;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{findings, json as run_json, program},
};

const CHARTER: &str = "\
charter: 1
name: Acme
version: 1.0.0
ratified: 2025-10-04
amended: 2025-10-04
next-review: 2025-11-27
gates: { all: { paths: ['**'], requires: { checks: [lint] } } }
documents:
  constitution: { paths: CONSTITUTION.md, footer: true }
  readme: { paths: README.md, sections: [Quick start] }
";

const LINE: &str = "**Version**: 1.0.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-10-04";

/// A work tree with everything that its charter asks for.
fn work_tree() -> TempDir {
    let folder = TempDir::new().expect("folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        fs::write(path, text).expect("file");
    };
    write(".althing/charter.yaml", CHARTER);
    write("CONSTITUTION.md", &format!("# Constitution\n\n{LINE}\n"));
    write("README.md", "# Acme\n\n## Quick start\n\nRun it.\n");
    folder
}

fn althing(folder: &Path, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder);
    command.current_dir(folder).args(args);
    command
}

fn check(folder: &Path, now: &str) -> (i32, Value) {
    run_json(althing(folder, &["check", "--now", now]))
}

#[test]
fn a_work_tree_is_held_against_its_charter() {
    let folder = work_tree();
    let (code, answer) = check(folder.path(), "2025-11-26");
    assert_eq!(code, 0, "{answer}");
    assert_documented("check", &answer);
    assert_eq!(
        answer["data"]["documents"][1]["files"],
        json!(["README.md"])
    );

    fs::remove_file(folder.path().join("README.md")).expect("removed");
    fs::write(folder.path().join(".gitignore"), "README.md\n").expect("file");
    let (code, answer) = check(folder.path(), "2025-11-26");
    assert_eq!(code, 1, "{answer}");
    assert_eq!(findings(&answer), ["document-missing"]);
    assert_eq!(answer["findings"][0]["rule"]["line"], 10, "{answer}");

    // What git ignores is not part of the repository.
    fs::write(
        folder.path().join("README.md"),
        "## Quick start\n\nRun it.\n",
    )
    .expect("file");
    let (_, answer) = check(folder.path(), "2025-11-26");
    assert_eq!(findings(&answer), ["document-missing"]);
}

#[test]
fn a_review_is_due_and_then_overdue() {
    let folder = work_tree();
    let (code, answer) = check(folder.path(), "2025-11-27");
    assert_eq!(code, 0, "due, not overdue: {answer}");
    assert_eq!(findings(&answer), ["charter.yaml:6:14 review-overdue"]);
    assert_eq!(answer["findings"][0]["severity"], "warning");
    let (code, answer) = check(folder.path(), "2025-11-28");
    assert_eq!(code, 1, "{answer}");
    assert_eq!(answer["findings"][0]["severity"], "error");
}

#[test]
fn the_last_line_is_printed_checked_and_written() {
    let folder = work_tree();
    let footer = |args: &[&str]| {
        let mut command = althing(folder.path(), &["charter", "footer"]);
        command.args(args);
        run_json(command)
    };
    let (code, answer) = footer(&["--check", "CONSTITUTION.md"]);
    assert_eq!(code, 0, "{answer}");
    assert_documented("charter footer", &answer);
    assert_eq!(answer["data"]["line"], LINE);
    let (_, preset) = footer(&["--charter", "ktransformers"]);
    assert_eq!(preset["data"]["line"], LINE);

    // An amendment: the version rises, the day of the last amendment follows.
    let amended = CHARTER.replace("version: 1.0.0", "version: 1.1.0");
    let amended = amended.replace("amended: 2025-10-04", "amended: 2025-12-01");
    fs::write(folder.path().join(".althing/charter.yaml"), amended).expect("file");
    let (code, answer) = footer(&["--check", "CONSTITUTION.md"]);
    assert_eq!(code, 1, "{answer}");
    assert_eq!(findings(&answer), ["CONSTITUTION.md:3:1 document-footer"]);
    let (code, answer) = footer(&["--write", "CONSTITUTION.md"]);
    assert_eq!(code, 0, "{answer}");
    let text = fs::read_to_string(folder.path().join("CONSTITUTION.md")).expect("file");
    let line = "**Version**: 1.1.0 | **Ratified**: 2025-10-04 | **Last Amended**: 2025-12-01";
    assert_eq!(text, format!("# Constitution\n\n{line}\n"));

    // The day of the ratification is no part of any amendment.
    let moved = CHARTER.replace("2025-10-04", "2025-10-05");
    fs::write(folder.path().join(".althing/charter.yaml"), moved).expect("file");
    let (code, answer) = footer(&["--write", "CONSTITUTION.md"]);
    assert_eq!(code, 1, "{answer}");
    let kept = fs::read_to_string(folder.path().join("CONSTITUTION.md")).expect("file");
    assert_eq!(kept, text);
}

#[test]
fn version_and_dates_are_shown_and_must_be_right() {
    let folder = work_tree();
    let show = |args: &[&str]| run_json(althing(folder.path(), args)).1["data"].clone();
    let shown = show(&["charter", "show", "--charter", "expansion-packs"]);
    assert_eq!(shown["amended"], "2025-10-27");
    assert_eq!(shown["next_review"], "2025-11-27");
    assert_eq!(
        shown["status"],
        "Living document - update as governance evolves"
    );
    let shown = show(&["charter", "show", "--charter", "ktransformers"]);
    assert_eq!(
        [&shown["version"], &shown["ratified"], &shown["amended"]],
        ["1.0.0", "2025-10-04", "2025-10-04"]
    );

    for (from, to, expect) in [
        (
            "version: 1.0.0",
            "version: '1.0'",
            "charter.yaml:3:10 charter-value",
        ),
        (
            "ratified: 2025-10-04",
            "ratified: soon",
            "charter.yaml:4:11 charter-value",
        ),
        (
            "ratified: 2025-10-04",
            "ratified: <day>",
            "charter.yaml:4:11 charter-empty",
        ),
        (
            "amended: 2025-10-04",
            "amended: 2025-10-03",
            "charter.yaml:5:10 charter-value",
        ),
    ] {
        let text = CHARTER.replace(from, to);
        fs::write(folder.path().join("c.yaml"), text).expect("file");
        let (code, answer) = run_json(althing(folder.path(), &["check", "--charter", "c.yaml"]));
        assert_ne!(code, 0, "{to}");
        assert_eq!(
            findings(&answer),
            [expect.replace("charter.yaml", "c.yaml")],
            "{to}"
        );
    }
}

/// What Python makes of the exported package.
const PYTHON: &str = "
import json
from governance import CommunityChannels as C
from governance.policies import MergePolicy as P
print(json.dumps([C.DISCUSSION_FORUM, C.SLACK_WORKSPACE, C.CHANNELS, C.MEETINGS,
                  P.CORE_REQUIREMENTS, P.CONTRIB_REQUIREMENTS, P.CORE_CHECKS]))
";

#[test]
fn python_imports_channels_and_merge_policy() {
    let folder = TempDir::new().expect("folder");
    let export = ["charter", "export", "python", ".", "--charter", "tttv2"];
    for _ in 0..2 {
        let (code, answer) = run_json(althing(folder.path(), &export));
        assert_eq!(code, 0, "{answer}");
        assert_documented("charter export", &answer);
    }
    let mut python = clean("python3", folder.path());
    python.current_dir(folder.path()).args(["-c", PYTHON]);
    let done = python.output().expect("python3");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{stderr}");
    let imported: Value = serde_json::from_slice(&done.stdout).expect("json");
    let expect = json!([
        "https://discuss.tenstorrent.com/c/ttt",
        "tenstorrent-community.slack.com",
        {
            "#ttt-general": "General discussion",
            "#ttt-help": "Usage questions",
            "#ttt-dev": "Development discussion",
            "#ttt-governance": "Governance topics",
        },
        {
            "tsc": {
                "frequency": "biweekly", "day": "Tuesday", "time": "10am PT", "open_to": "public",
            },
            "maintainers": {
                "frequency": "monthly", "day": "First Thursday", "time": "2pm PT",
                "open_to": "maintainers",
            },
        },
        {
            "min_reviews": 2, "tsc_approval": true, "test_coverage": 0.95,
            "benchmark_regression": 0.1, "documentation": "complete",
        },
        {
            "min_reviews": 1, "maintainer_approval": true, "test_coverage": 0.80,
            "benchmark_regression": 0.2, "documentation": "basic",
        },
        ["lint", "typing", "tests", "compatibility", "maintenance"],
    ]);
    assert_eq!(imported, expect);

    // What somebody wrote is not overwritten.
    fs::write(folder.path().join("governance/policies.py"), "X = 1\n").expect("file");
    let (code, answer) = run_json(althing(folder.path(), &export));
    assert_ne!(code, 0);
    assert_eq!(findings(&answer), ["policies.py:0:0 file-unwritable"]);
}
