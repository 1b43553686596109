//! The gate against a change of the rules that it judges by: the old rules count.

use std::fs;

use althing_testkit::TestForge;
use serde_json::Value;

use super::run::{json, program};

const SEED: &str = "
users:
  - { login: maintainer, id: 1001, email: maintainer@example.org }
  - { login: worker, id: 1003, email: worker@example.org }
repositories:
  - { name: maintainer/models, from: models, collaborators: { worker: write } }
";

const CHARTER: &str = "charter: 1
name: Models
version: 1.0.0
roles: { maintainer: {}, worker: {} }
gates:
  all:
    paths: [\"**\"]
    requires: { approvals: { maintainer: 1 } }
";

const MEMBERS: &str = "\
- { id: 1001, login: maintainer, emails: [maintainer@example.org], roles: [maintainer] }
- { id: 1003, login: worker, emails: [worker@example.org], roles: [worker] }
";

fn gate(forge: &TestForge, pull: &str) -> (i32, Value) {
    let mut command = forge.command("worker", program().to_str().expect("path"));
    command.args(["gate", pull, "-R", "maintainer/models"]);
    json(command)
}

fn reasons(answer: &Value) -> Vec<&str> {
    let reasons = answer["data"]["reasons"].as_array().expect("reasons");
    let unmet = reasons.iter().filter(|reason| reason["met"] == false);
    unmet
        .map(|reason| reason["code"].as_str().expect("code"))
        .collect()
}

#[test]
fn a_change_of_the_rules_is_judged_by_the_rules_before_it() {
    let forge = TestForge::start(
        program(),
        SEED,
        &[
            ("models/README.md", "Models\n"),
            ("models/.althing/charter.yaml", CHARTER),
            ("models/.althing/members.yaml", MEMBERS),
        ],
    );
    // Under its own rules this change would need nobody: the worker is a maintainer, and one
    // approval of a worker is enough.
    let git = |args: &[&str]| forge.git_text("worker", "models-of-worker", args);
    let url = "git@github.com:maintainer/models.git";
    forge.git_text(
        "worker",
        ".",
        &["clone", "--quiet", url, "models-of-worker"],
    );
    git(&["checkout", "--quiet", "-b", "easier"]);
    let rules = forge.folder().join("models-of-worker/.althing");
    let easier = CHARTER.replace("approvals: { maintainer: 1 }", "approvals: { worker: 1 }");
    fs::write(rules.join("charter.yaml"), easier).expect("charter");
    let promoted = MEMBERS.replace("roles: [worker]", "roles: [worker, maintainer]");
    fs::write(rules.join("members.yaml"), promoted).expect("members");
    git(&["commit", "--quiet", "--all", "-m", "Make it easier"]);
    git(&["push", "--quiet", "origin", "easier"]);
    let create = [
        "pr",
        "create",
        "-R",
        "maintainer/models",
        "--base",
        "main",
        "--head",
        "easier",
    ];
    forge.gh_text(
        "worker",
        &[&create[..], &["--title", "Easier", "--body", ""]].concat(),
    );

    let (code, before) = gate(&forge, "1");
    assert_eq!(
        (code, reasons(&before)),
        (1, vec!["gate-approvals-missing"]),
        "{before}"
    );
    let rule = before["data"]["reasons"]
        .as_array()
        .and_then(|all| all.iter().find(|reason| reason["met"] == false))
        .expect("a reason")["rule"]["file"]
        .clone();
    assert_eq!(rule, "main:.althing/charter.yaml");

    forge.gh_text(
        "maintainer",
        &["pr", "review", "1", "-R", "maintainer/models", "--approve"],
    );
    let (code, after) = gate(&forge, "1");
    assert_eq!(code, 0, "{after}");
    assert_eq!(
        after["data"]["charter"], before["data"]["charter"],
        "the same rules"
    );

    // Once merged, the new rules are those of the branch.
    forge.gh_text(
        "maintainer",
        &["pr", "merge", "1", "-R", "maintainer/models", "--squash"],
    );
    let (_, merged) = gate(&forge, "1");
    assert_ne!(
        merged["data"]["charter"], before["data"]["charter"],
        "other rules"
    );
}

/// What checks say arrives from status and check run alike.
#[test]
fn the_values_of_checks_are_read_from_the_forge() {
    let needs = "requires: { checks: [{ name: coverage, at-least: 0.95 }, \
                 { name: speed, at-most: 10% }] }";
    let charter = CHARTER.replace("requires: { approvals: { maintainer: 1 } }", needs);
    let forge = TestForge::start(
        program(),
        SEED,
        &[
            ("models/README.md", "Models\n"),
            ("models/.althing/charter.yaml", &charter),
            ("models/.althing/members.yaml", MEMBERS),
        ],
    );
    let url = "git@github.com:maintainer/models.git";
    forge.git_text("worker", ".", &["clone", "--quiet", url, "work"]);
    let git = |args: &[&str]| forge.git_text("worker", "work", args);
    git(&["checkout", "--quiet", "-b", "more"]);
    fs::write(forge.folder().join("work/README.md"), "More models\n").expect("file");
    git(&["commit", "--quiet", "--all", "-m", "Say more"]);
    git(&["push", "--quiet", "origin", "more"]);
    let create = "pr create -R maintainer/models --base main --head more --title More --body _";
    forge.gh_text("worker", &create.split(' ').collect::<Vec<_>>());
    let head = git(&["rev-parse", "HEAD"]).trim().to_owned();

    let report = |coverage: &str, speed: &str| {
        let at = format!("repos/maintainer/models/statuses/{head}");
        let description = format!("description={coverage}");
        let status = [
            "api",
            &at,
            "-f",
            "state=success",
            "-f",
            "context=coverage",
            "-f",
        ];
        forge.gh_text("worker", &[&status[..], &[&description]].concat());
        let (sha, title) = (format!("head_sha={head}"), format!("output[title]={speed}"));
        let run = [
            "api",
            "repos/maintainer/models/check-runs",
            "-f",
            "name=speed",
            "-f",
            &sha,
        ];
        let ended = ["-f", "status=completed", "-f", "conclusion=success"];
        let said = ["-f", &title, "-f", "output[summary]=measured"];
        forge.gh_text("worker", &[&run[..], &ended, &said].concat());
    };
    for (coverage, speed, expect) in [
        (
            "94.9%",
            "10.1%",
            &["gate-value-unmet", "gate-value-unmet"][..],
        ),
        ("fine", "5% slower", &["gate-value-missing"]),
        ("95.0% (target 95%)", "-2%", &[]),
    ] {
        report(coverage, speed);
        let (code, answer) = gate(&forge, "1");
        assert_eq!(reasons(&answer), expect, "{answer}");
        assert_eq!(code, i32::from(!expect.is_empty()), "{answer}");
    }
}
