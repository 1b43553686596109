//! What scripts read is what `docs/output.md` says.

use std::{fs, path::Path, process::Command};

use althing_testkit::{TestForge, clean};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    ledger::ledger_of_three,
    run::{json, program},
};

const SEED: &str = "
users:
  - { login: maintainer, id: 1 }
repositories:
  - { name: maintainer/models, from: repository }
projects:
  - owner: maintainer
    number: 1
    title: Bring-ups
    fields:
      Status: [assessing, ready, in progress, setup error, failed, in review, done, reference error]
";
const CHARTER: &str = "charter: 1
name: x
version: 1.0.0
roles: { maintainer: {} }
gates:
  all:
    paths: [\"**\"]
    requires: { approvals: { maintainer: 1 } }
";
const MEMBERS: &str = "- { id: 1, login: maintainer, roles: [maintainer] }\n";

/// The example of `data` under the heading of a command.
fn documented(command: &str) -> Value {
    let page = include_str!("../../../../docs/output.md");
    let (_, section) = page
        .split_once(&format!("\n## `{command}`\n"))
        .unwrap_or_else(|| panic!("docs/output.md has no section on `{command}`"));
    let (_, block) = section.split_once("\n```json\n").expect("an example");
    let (block, _) = block.split_once("\n```").expect("an end");
    serde_json::from_str(block).unwrap_or_else(|error| panic!("{command}: {error}"))
}

/// Compares a whole answer with what is documented for its command.
pub(crate) fn assert_documented(command: &str, answer: &Value) {
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["command"], command);
    assert_eq!(answer["findings"], Value::Array(vec![]));
    assert_form(command, &documented(command), &answer["data"]);
}

fn assert_form(at: &str, documented: &Value, found: &Value) {
    match (documented, found) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(documented), Value::Object(found)) => {
            let open = documented.contains_key("…");
            for (key, value) in documented.iter().filter(|(key, _)| *key != "…") {
                let found = found.get(key);
                let found = found.unwrap_or_else(|| panic!("{at} has no `{key}`"));
                assert_form(&format!("{at}.{key}"), value, found);
            }
            let undocumented = found.keys().find(|key| !documented.contains_key(*key));
            assert!(open || undocumented.is_none(), "{at}: {undocumented:?}");
        }
        (Value::Array(documented), Value::Array(found)) => {
            for item in found {
                assert_form(&format!("{at}[]"), &documented[0], item);
            }
        }
        (documented, found) => assert_eq!(
            std::mem::discriminant(documented),
            std::mem::discriminant(found),
            "{at}: {documented} is documented, {found} was found"
        ),
    }
}

fn althing(folder: &Path, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder);
    command.current_dir(folder).args(args);
    command
}

#[test]
fn the_record_is_printed_as_documented() {
    let folder = TempDir::new().expect("folder");
    ledger_of_three(folder.path());
    for command in ["ledger list", "ledger verify"] {
        let args: Vec<&str> = command.split(' ').collect();
        let mut althing = althing(folder.path(), &args);
        althing.args(["--ledger", "ledger.db"]);
        let (code, answer) = json(althing);
        assert_eq!(code, 0, "{answer}");
        assert_documented(command, &answer);
    }
    let export = althing(
        folder.path(),
        &["ledger", "export", "--ledger", "ledger.db"],
    )
    .output();
    fs::write(
        folder.path().join("export.jsonl"),
        export.expect("export").stdout,
    )
    .expect("file");
    let import = ["ledger", "import", "export.jsonl", "--ledger", "copy.db"];
    let (code, answer) = json(althing(folder.path(), &import));
    assert_eq!(code, 0, "{answer}");
    assert_documented("ledger import", &answer);
}

#[test]
fn lists_are_lines_if_asked_for() {
    let folder = TempDir::new().expect("folder");
    ledger_of_three(folder.path());
    let args = [
        "ledger",
        "list",
        "--ledger",
        "ledger.db",
        "--output",
        "jsonl",
    ];
    let listed = althing(folder.path(), &args).output().expect("list");
    let lines = String::from_utf8(listed.stdout).expect("utf-8");
    let entry = &documented("ledger list")["entries"][0];
    for line in lines.lines() {
        assert_form("line", entry, &serde_json::from_str(line).expect("JSON"));
    }
    assert_eq!(lines.lines().count(), 3);
}

#[test]
fn a_refusal_names_its_command() {
    let folder = TempDir::new().expect("folder");
    let (code, answer) = json(althing(folder.path(), &["charter", "check"]));
    assert_eq!((code, &answer["command"]), (3, &"charter check".into()));
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_forge_is_served_as_documented() {
    let folder = TempDir::new().expect("folder");
    // Its standard input is closed, so it ends as soon as it was ready.
    let (code, answer) = json(althing(
        folder.path(),
        &["forge", "serve", "--root", "f", "--exit-with-stdin"],
    ));
    assert_eq!(code, 0, "{answer}");
    assert_documented("forge serve", &answer);
    assert!(folder.path().join("f/forge.db").exists());
}

#[test]
fn a_path_too_long_for_a_socket_is_said_before_anything_is_made() {
    let folder = TempDir::new().expect("folder");
    let long = "x".repeat(100);
    for args in [
        ["forge", "serve", "--root", &long].as_slice(),
        &["demo", "--dir", &long],
    ] {
        let (code, answer) = json(althing(folder.path(), args));
        assert_eq!(code, 3, "{answer}");
        let message = answer["findings"][0]["message"].as_str().expect("message");
        assert!(message.contains("at most 107"), "{message}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0);
}

#[test]
fn what_talks_to_a_forge_answers_as_documented() {
    let forge = TestForge::start(
        program(),
        SEED,
        &[
            ("repository/.althing/charter.yaml", CHARTER),
            ("repository/.althing/members.yaml", MEMBERS),
        ],
    );
    let clone = ["clone", "-q", "https://github.com/maintainer/models"];
    forge.git_text("maintainer", ".", &clone);
    for args in [
        ["checkout", "-q", "-b", "change"].as_slice(),
        &["commit", "-q", "--allow-empty", "-m", "Change"],
        &["push", "-q", "origin", "change"],
    ] {
        forge.git_text("maintainer", "models", args);
    }
    let path = "repos/maintainer/models/pulls";
    let fields = ["title=Change", "head=change", "base=main"];
    let mut open = vec!["api", path];
    fields.iter().for_each(|field| open.extend(["-f", field]));
    forge.gh_text("maintainer", &open);

    for (command, args, expected) in [
        ("gate", "1 -R maintainer/models", 1),
        (
            "bringup worker",
            "--once --skip-tt --agent true --ledger l.db",
            0,
        ),
        ("bringup pr", "--once --ledger l.db", 0),
        ("charter check", "repository", 0),
        ("forge env", "--root forge --as maintainer", 0),
        ("forge seed", "seed.yaml --root forge", 0),
        ("forge stats", "--root forge", 0),
    ] {
        let mut althing = forge.command("maintainer", program().to_str().expect("path"));
        althing
            .args(command.split(' ').chain(args.split(' ')))
            .env("YT_SYSTEM", "n150")
            .env("YT_OWNER", "maintainer")
            .env("YT_REPO_MODELS", "models")
            .env("YT_PROJECT_NUMBER", "1");
        let (code, answer) = json(althing);
        assert_eq!(code, expected, "{command}: {answer}");
        assert_documented(command, &answer);
    }
}

#[test]
fn schemas_are_printed_for_editors() {
    let folder = TempDir::new().expect("folder");
    for file in ["charter", "members"] {
        let args = ["charter", "schema", file];
        let printed = althing(folder.path(), &args).output().expect("schema");
        let schema: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
        assert!(schema["$schema"].is_string(), "{schema}");
    }
}
