//! Reports over a repository on a forge, reached through the real `gh` and `git`.

use std::fs;

use althing_testkit::TestForge;
use serde_json::Value;

use super::{
    output::assert_documented,
    run::{json, program},
};

const SEED: &str = "
users:
  - { login: maintainer, id: 1001, email: maintainer@example.org }
  - { login: contributor, id: 1003, email: contributor@example.org }
repositories:
  - name: maintainer/models
    from: models
    collaborators: { contributor: write }
    issues: [{ title: It is slow, author: contributor, created-at: 2026-01-02T03:04:05Z }]
";

const CHARTER: &str = "charter: 1
name: Models
version: 1.0.0
extends: [llama-stack]
";

const MEMBERS: &str = "\
- { id: 1001, login: maintainer, emails: [maintainer@example.org], roles: [maintainer@project] }
";

fn stage() -> TestForge {
    let forge = TestForge::start(
        program(),
        SEED,
        &[
            ("models/README.md", "Models\n"),
            ("models/CODEOWNERS", "* @maintainer\n"),
            ("models/.althing/charter.yaml", CHARTER),
            ("models/.althing/members.yaml", MEMBERS),
        ],
    );
    let url = "git@github.com:maintainer/models.git";
    forge.git_text("contributor", ".", &["clone", "--quiet", url, "tree"]);
    forge
}

/// Commits a file on a branch of `main` and pushes it; the commit.
fn push(forge: &TestForge, branch: &str, path: &str) -> String {
    let git = |args: &[&str]| forge.git_text("contributor", "tree", args);
    git(&["checkout", "--quiet", "-B", branch, "origin/main"]);
    fs::write(forge.folder().join("tree").join(path), "x = 1\n").expect("written");
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", path]);
    git(&["push", "--quiet", "origin", branch]);
    git(&["rev-parse", "HEAD"])
}

fn report(forge: &TestForge, args: &[&str]) -> (i32, Value) {
    let mut command = forge.command("maintainer", program().to_str().expect("path"));
    command
        .current_dir(forge.folder().join("tree"))
        .arg("report")
        .args(args);
    json(command)
}

/// Code and message of each finding of a report.
fn found<'a>(answer: &'a Value, name: &str) -> Vec<(&'a str, &'a str)> {
    let reports = answer["data"]["reports"].as_array().expect("reports");
    let report = reports.iter().find(|report| report["name"] == name);
    let findings = report.expect("asked for")["findings"].as_array();
    let text = |finding: &'a Value, key: &str| finding[key].as_str().expect("text");
    let findings = findings.expect("findings").iter();
    findings
        .map(|finding| (text(finding, "code"), text(finding, "message")))
        .collect()
}

#[test]
fn reports_are_made_of_what_happened_on_the_forge() {
    let forge = stage();
    let direct = push(&forge, "main", "direct.py");
    push(&forge, "unseen", "unseen.py");
    let repo = ["-R", "maintainer/models"];
    let new = ["pr", "create", "--base", "main", "--head", "unseen"];
    let text = ["--title", "Unseen", "--body", ""];
    forge.gh_text("contributor", &[&new[..], &text, &repo].concat());
    let merge = ["pr", "merge", "unseen", "--squash"];
    forge.gh_text("contributor", &[&merge[..], &repo].concat());
    let head = forge.gh_text(
        "maintainer",
        &[
            "api",
            "repos/maintainer/models/commits/main",
            "--jq",
            ".sha",
        ],
    );
    let head = format!("head_sha={head}");
    let run = ["-f", &head, "-f", "name=tests", "-f", "conclusion=failure"];
    let path = [
        "api",
        "repos/maintainer/models/check-runs",
        "-f",
        "status=completed",
    ];
    forge.gh_text("maintainer", &[&path[..], &run].concat());

    let names = [
        "direct-changes",
        "merges",
        "code-owners",
        "unlabeled-issues",
        "stale-issues",
        "stale-pulls",
        "broken-builds",
        "flaky-builds",
    ];
    let asked = [&names[..], &repo].concat();
    let (code, answer) = report(&forge, &asked);
    assert_eq!(code, 1, "{answer}");
    assert_documented("report", &answer);
    let told: Vec<Vec<&str>> = names
        .iter()
        .map(|name| found(&answer, name).iter().map(|it| it.0).collect())
        .collect();
    let expected: [&[&str]; 8] = [
        // The first commit of a repository has no request either.
        &["direct-change", "direct-change"],
        &["merge-unreviewed", "merge-unconsidered", "merge-outside"],
        &[],
        &["issue-unlabeled"],
        &["issue-stale"],
        &[],
        &["build-broken"],
        &[],
    ];
    assert_eq!(told, expected, "{answer}");
    let (_, message) = found(&answer, "direct-changes")[0];
    assert!(message.contains(&direct[..7]), "{message}");
}

#[test]
fn a_repository_that_is_not_there_is_no_empty_report() {
    let forge = stage();
    let (code, answer) = report(&forge, &["-R", "maintainer/nothing"]);
    assert_eq!(code, 5, "{answer}");
    assert_eq!(answer["findings"][0]["code"], "forge-not-found");
}
