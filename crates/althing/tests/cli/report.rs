//! What the rules ask for and a repository does not show; who owns what; meetings in the record.

use std::{fs, path::Path, process::Command};

use althing_testkit::{TestForge, clean};
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{findings, json as run_json, program},
};

const LLAMA: &str = "charter: 1
name: Models
version: 1.0.0
extends: [llama-stack]
";
const MEMBERS: &str = "\
- { id: 1, login: m1, roles: [maintainer@project] }
- { id: 2, login: m2, roles: [maintainer@project] }
- { id: 11, login: o1, roles: ['code-owner@domain:docs'] }
- { id: 12, login: o2, roles: ['code-owner@domain:inference'] }
- { id: 21, login: t1, roles: [triager] }
";
const CODEOWNERS: &str = "/docs/ @o1\n/src/inference/ @o2 @m2\n";

fn folder() -> TempDir {
    let folder = TempDir::new().expect("folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        fs::write(path, text).expect("written");
    };
    write(".althing/charter.yaml", LLAMA);
    write(".althing/members.yaml", MEMBERS);
    write(".github/CODEOWNERS", CODEOWNERS);
    write(
        "CODEOWNERS.md",
        "| area | ask |\n|---|---|\n| Inference | @m2 |\n",
    );
    folder
}

fn althing(folder: &Path, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder);
    command.current_dir(folder).args(args);
    command
}

fn text(folder: &Path, args: &[&str]) -> String {
    let done = althing(folder, args).output().expect("the program runs");
    String::from_utf8(done.stdout).expect("utf-8")
}

/// A history in which nothing is wrong but the meetings.
fn history() -> Value {
    json!({
        "branch": "main",
        "since": "2026-05-01T00:00:00Z",
        "until": "2026-06-30T00:00:00Z",
        "commits": [], "pulls": [], "issues": [], "builds": [],
        "files": { ".github/CODEOWNERS": CODEOWNERS },
        "activity": {},
        "gaps": [],
    })
}

fn write_facts(folder: &Path, history: &Value) {
    fs::write(folder.join("facts.json"), history.to_string()).expect("facts");
}

const REPORT: [&str; 3] = ["report", "--facts", "facts.json"];

#[test]
fn reports_say_what_is_wrong_and_to_whom() {
    let folder = folder();
    let mut facts = history();
    facts["commits"] = json!([{
        "sha": "1".repeat(40),
        "author": { "id": 1, "login": "m1" },
        "committed": "2026-06-01T00:00:00Z",
        "title": "Quick fix",
        "paths": ["src/a.py"],
        "pull": null,
    }]);
    write_facts(folder.path(), &facts);
    let (code, answer) = run_json(althing(folder.path(), &REPORT));
    assert_eq!(code, 1, "{answer}");
    assert_documented("report", &answer);
    let reports = answer["data"]["reports"].as_array().expect("reports");
    assert_eq!(reports.len(), 10);
    assert_eq!(reports[0]["name"], "direct-changes");
    assert_eq!(reports[0]["people"], json!(["m1", "m2"]));
    let finding = &reports[0]["findings"][0];
    assert_eq!(finding["code"], "direct-change");
    assert_eq!(finding["rule"]["file"], "charters/llama-stack.yaml");
    let shown = text(folder.path(), &REPORT);
    assert!(
        shown.contains("For maintainer@project (@m1, @m2)"),
        "{shown}"
    );
    assert!(
        shown.contains("@m1 changed code on main without a pull request"),
        "{shown}"
    );
    // Without a ledger, nothing is known of meetings.
    assert!(shown.contains("[report-incomplete]"), "{shown}");
}

#[test]
fn a_report_without_findings_is_a_success_and_one_with_a_gap_is_not() {
    let folder = folder();
    let args = [&REPORT[..], &["stale-issues", "merges"]].concat();
    let mut facts = history();
    write_facts(folder.path(), &facts);
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(code, 0, "{answer}");
    let names: Vec<&Value> = answer["data"]["reports"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| &report["name"])
        .collect();
    assert_eq!(names, ["merges", "stale-issues"]);
    facts["gaps"] = json!([{ "facts": "issues", "why": "there are more than 1000" }]);
    write_facts(folder.path(), &facts);
    let (code, _) = run_json(althing(folder.path(), &args));
    assert_eq!(code, 1);
}

#[test]
fn what_cannot_be_reported_is_said() {
    let folder = folder();
    write_facts(folder.path(), &json!({ "branch": "main" }));
    let (code, answer) = run_json(althing(folder.path(), &REPORT));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["facts.json:1:17 facts-invalid".to_owned()])
    );
    let args = ["report", "gossip", "--facts", "facts.json"];
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["charter-unknown-name".to_owned()])
    );
    let args = ["report", "--facts", "nowhere.json"];
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["nowhere.json:0:0 file-unreadable".to_owned()])
    );
    fs::write(folder.path().join("nobody.yaml"), "[]").expect("members");
    let rules = ["--charter", "starter", "--members", "nobody.yaml"];
    let args = [&REPORT[..], &rules].concat();
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["charter-empty".to_owned()])
    );
}

#[test]
fn abandoned_modules_are_a_list_with_the_keys_of_the_design() {
    let folder = TempDir::new().expect("folder");
    let members = "- { id: 1, login: a, roles: ['module-maintainer@module:attention'] }\n";
    fs::write(folder.path().join("members.yaml"), members).expect("members");
    let mut facts = history();
    facts["activity"] = json!({ "1": null });
    facts["modules"] = json!([
        { "name": "attention", "path": "tt_transformers_v2/contrib/attention", "updated": "2025-12-24T00:00:00Z" },
    ]);
    facts["issues"] = json!([{
        "number": 1, "title": "It breaks", "body": "", "author": null, "open": true,
        "created": "2026-05-01T00:00:00Z", "updated": "2026-05-01T00:00:00Z",
        "labels": ["module: attention"], "assignees": [], "url": "https://example.org/1",
    }]);
    write_facts(folder.path(), &facts);
    let rules = ["--charter", "tttv2", "--members", "members.yaml"];
    let args = [&REPORT[..], &["abandoned-modules"], &rules].concat();
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(code, 1, "{answer}");
    assert_eq!(
        answer["data"]["reports"][0]["rows"],
        json!([{
            "module": "attention",
            "last_update": "2025-12-24T00:00:00Z",
            "open_issues": true,
            "open_issue_count": 1,
            "action": "needs_maintainer",
        }])
    );
    let shown = text(folder.path(), &args);
    assert!(shown.contains("1 modules looked at"), "{shown}");
}

#[test]
fn meetings_are_recorded_listed_and_reported() {
    let folder = folder();
    let ledger = ["--ledger", "ledger.db"];
    let held = |meeting: &str, on: &str, who: &[&str]| {
        let attended = who.iter().flat_map(|login| ["--attended", login]);
        let mut args = vec!["meetings", "held", meeting, "--on", on, "--as", "m1"];
        args.extend(attended);
        args.extend([
            "--minutes",
            "https://example.org/minutes",
            "--now",
            "2026-06-30T00:00:00Z",
        ]);
        args.extend(ledger);
        run_json(althing(folder.path(), &args))
    };
    let (code, answer) = held("maintainer-sync", "2026-05-06", &["m1", "m2"]);
    assert_eq!(code, 0, "{answer}");
    assert_documented("meetings held", &answer);
    let (code, answer) = held("maintainer-sync", "2026-06-03", &["m1"]);
    assert_eq!(code, 0, "{answer}");
    let (code, answer) = held("maintainer-sync", "2026-06-03", &["guest"]);
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["members-unknown".to_owned()])
    );

    let args = [&["meetings", "list"][..], &ledger].concat();
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(code, 0, "{answer}");
    assert_documented("meetings list", &answer);
    assert_eq!(
        answer["data"]["meetings"][0]["last_held"]["on"],
        "2026-06-03"
    );
    assert!(text(folder.path(), &args).contains("last held 2026-06-03, 1 attended"));

    write_facts(folder.path(), &history());
    let args = [&REPORT[..], &["missed-meetings"], &ledger].concat();
    let (code, answer) = run_json(althing(folder.path(), &args));
    assert_eq!(code, 0, "{answer}");
    let rows = answer["data"]["reports"][0]["rows"]
        .as_array()
        .expect("rows");
    let row = json!({ "meeting": "maintainer-sync", "member": "m2", "attended": 1, "held": 2 });
    assert!(rows.contains(&row), "{rows:?}");
}

#[rstest]
#[case::code_owner_of_documents("docs/guide.md", &["@o1", "@m1", "@m2"])]
#[case::code_owners_of_code("src/inference/a.py", &["@o2", "@m2", "@m1"])]
#[case::nobodys("setup.py", &["@m1", "@m2"])]
fn code_owners_are_asked_first_and_only_in_their_domain(
    #[case] path: &str,
    #[case] order: &[&str],
) {
    let folder = folder();
    let (code, answer) = run_json(althing(folder.path(), &["owners", path]));
    assert_eq!(code, 0, "{answer}");
    assert_documented("owners", &answer);
    let reviewers = answer["data"]["owners"][0]["reviewers"].as_array();
    let reviewers = reviewers.expect("reviewers").iter();
    let asked: Vec<&str> = reviewers.filter_map(|it| it["who"].as_str()).collect();
    assert_eq!(asked, order);
}

#[test]
fn a_question_about_an_area_leads_to_a_person() {
    let folder = folder();
    let (code, answer) = run_json(althing(folder.path(), &["owners", "inference", "src/x.py"]));
    assert_eq!(code, 0, "{answer}");
    assert_documented("owners", &answer);
    let areas = json!([{ "name": "Inference", "people": ["m2"], "line": 3 }]);
    assert_eq!(answer["data"]["owners"][0]["areas"], areas);
    assert_eq!(answer["data"]["owners"][0]["reviewers"], json!([]));
    let shown = text(folder.path(), &["owners", "inference"]);
    assert_eq!(shown, "inference\n  ask @m2 about Inference\n");
}

#[rstest]
#[case::building_blocks("/tt_transformers_v2/src/building_blocks/x.py", &["@ttt-core-team"])]
#[case::patterns("/tt_transformers_v2/src/patterns/x.py", &["@ttt-core-team", "@tsc-members"])]
#[case::contrib("/tt_transformers_v2/contrib/x.py", &["@module-maintainers"])]
#[case::experimental("/tt_transformers_v2/experimental/x.py", &["@community"])]
fn owners_of_tttv2_need_no_charter(#[case] path: &str, #[case] owners: &[&str]) {
    let folder = TempDir::new().expect("folder");
    let none = run_json(althing(folder.path(), &["owners", path]));
    assert_eq!(
        (none.0, findings(&none.1)),
        (1, vec!["code-owners-missing".to_owned()])
    );
    let sample = include_str!("../../../../templates/presets/tttv2/.github/CODEOWNERS");
    fs::create_dir(folder.path().join(".github")).expect("folder");
    fs::write(folder.path().join(".github/CODEOWNERS"), sample).expect("written");
    let (code, answer) = run_json(althing(folder.path(), &["owners", path]));
    assert_eq!(code, 0, "{answer}");
    assert_eq!(answer["data"]["owners"][0]["owners"], json!(owners));
}

#[test]
fn a_repository_is_looked_through_over_the_forge() {
    let seed = "
users:
  - { login: m1, id: 1 }
  - { login: o1, id: 11 }
repositories:
  - name: m1/models
    from: models
    collaborators: { o1: write }
    labels: [{ name: bug }]
    issues:
      - { title: It breaks, author: o1 }
      - { title: It is slow, author: o1, labels: [bug], created-at: 2026-01-02T03:04:05Z }
";
    let files = [
        ("models/README.md", "Models\n"),
        ("models/.github/CODEOWNERS", "* @m1\n"),
    ];
    let forge = TestForge::start(program(), seed, &files);
    let folder = folder();
    let mut command = forge.command("m1", program().to_str().expect("path"));
    command.current_dir(folder.path());
    command.args([
        "report",
        "direct-changes",
        "code-owners",
        "unlabeled-issues",
    ]);
    command.args(["stale-issues", "merges", "-R", "m1/models"]);
    let (code, answer) = run_json(command);
    assert_eq!(code, 1, "{answer}");
    assert_documented("report", &answer);
    let reports = answer["data"]["reports"].as_array().expect("reports");
    let found = reports.iter().flat_map(|report| {
        let findings = report["findings"].as_array().expect("findings").iter();
        findings.filter_map(|finding| finding["code"].as_str())
    });
    let found: Vec<&str> = found.collect();
    // The first commit came with no pull request; o1 and o2 do not stand in the file.
    assert_eq!(
        found,
        [
            "direct-change",
            "code-owner-unlisted",
            "code-owner-unlisted",
            "issue-unlabeled",
            "issue-stale",
        ]
    );
}
