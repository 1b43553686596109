//! `bringup setup` makes what a fleet needs, once, and takes nothing away.

use std::process::Command;

use althing_testkit::TestForge;
use serde_json::{Value, json};

use super::{
    output::assert_documented,
    run::{findings, json, program},
};

const SEED: &str = "
users:
  - { login: owner, id: 1 }
  - { login: guest, id: 2 }
organizations:
  - { login: lab, id: 10, members: [owner] }
repositories:
  - name: owner/models
    from: repository
    collaborators: { guest: read }
    labels: [{ name: bug }]
  - name: lab/models
    from: repository
    collaborators: { owner: write }
    labels: [{ name: n150 }, { name: N300 }]
    issues:
      - { title: routed, author: owner, labels: [n150] }
      - { title: lost, author: owner }
projects:
  - owner: lab
    number: 4
    title: Models
    writers: [owner]
    fields: { Status: [Todo, ready, In Progress, done] }
    items:
      - { issue: 'lab/models#1', status: ready }
      - { issue: 'lab/models#2', status: ready }
";

fn start() -> TestForge {
    TestForge::start(program(), SEED, &[("repository/README.md", "Models\n")])
}

/// `althing bringup setup --repo-models models ARGS` as `user`.
fn command(forge: &TestForge, user: &str, args: &[&str]) -> Command {
    let mut command = forge.command(user, program().to_str().expect("path"));
    command
        .args(["bringup", "setup", "--repo-models", "models"])
        .args(args);
    command
}

fn setup(forge: &TestForge, user: &str, args: &[&str]) -> (i32, Value) {
    json(command(forge, user, args))
}

fn steps(answer: &Value) -> Vec<&str> {
    let steps = answer["data"]["steps"].as_array().expect("steps");
    let names = steps.iter().map(|step| step["step"].as_str());
    names.map(|name| name.expect("a name")).collect()
}

#[test]
fn what_is_missing_is_made_and_the_next_time_nothing_is() {
    let forge = start();
    let own = |args: &[&str]| setup(&forge, "owner", &[&["--owner", "owner"], args].concat());
    let everything = [
        "create_label",
        "create_label",
        "create_label",
        "create_board",
        "propose_templates",
    ];
    for _ in 0..2 {
        let (code, plan) = own(&["--dry-run"]);
        assert_eq!((code, steps(&plan)), (0, everything.to_vec()), "{plan}");
        assert_eq!(plan["data"]["board"], Value::Null, "nothing was made");
    }
    let (code, made) = own(&[]);
    assert_eq!((code, steps(&made)), (0, everything.to_vec()), "{made}");
    assert_documented("bringup setup", &made);
    let data = &made["data"];
    assert_eq!(data["board"]["title"], "TTNN Models Bringup");
    let hint = data["by_hand"][0].as_str().expect("a hint");
    assert!(hint.contains("Group by, Status"), "{hint}");

    let labels = forge.gh_text("owner", &["label", "list", "-R", "owner/models"]);
    for label in ["bug", "n150", "n300", "lb"] {
        let starts = |line: &str| line.split('\t').next() == Some(label);
        assert!(labels.lines().any(starts), "{label}: {labels}");
    }
    let options =
        "query={ user(login: \"owner\") { projectV2(number: 1) { field(name: \"Status\") {
        ... on ProjectV2SingleSelectField { options { name } } } } } }";
    let list = ".data.user.projectV2.field.options | map(.name) | join(\",\")";
    let names = forge.gh_text("owner", &["api", "graphql", "-f", options, "--jq", list]);
    assert_eq!(
        names.trim(),
        "assessing,ready,in progress,setup error,failed,in review,done,reference error"
    );

    let number = data["pull"]["number"].to_string();
    let (_, again) = own(&[]);
    assert_eq!(steps(&again), ["propose_templates"]);
    assert_eq!(again["data"]["pull"], data["pull"], "the same pull request");
    let files = forge.gh_text(
        "owner",
        &["pr", "diff", &number, "-R", "owner/models", "--name-only"],
    );
    assert_eq!(
        files.trim(),
        ".github/ISSUE_TEMPLATE/bringup_model.yml\n.github/ISSUE_TEMPLATE/new_model_candidate.yml"
    );
    forge.gh_text(
        "owner",
        &["pr", "merge", &number, "-R", "owner/models", "--squash"],
    );
    for by in [&[] as &[&str], &["--project-number", "1"]] {
        let (code, answer) = own(by);
        assert_eq!((code, steps(&answer)), (0, vec![]), "{answer}");
        assert_eq!(answer["data"]["board"]["number"], 1);
        assert_eq!(answer["data"]["pull"], Value::Null);
    }

    let said = command(&forge, "owner", &["--owner", "owner"]).output();
    let said = String::from_utf8(said.expect("the program runs").stdout).expect("utf-8");
    let exports = "export YT_OWNER=owner YT_REPO_MODELS=models YT_PROJECT_NUMBER=1\n";
    assert!(said.contains(exports), "{said}");
}

#[test]
fn an_organization_gets_its_board_and_nobody_is_asked_twice() {
    let forge = start();
    let (code, answer) = setup(
        &forge,
        "owner",
        &["--owner", "lab", "--project-title", "Fleet"],
    );
    assert_eq!(code, 3, "a label is in the wrong case: {answer}");
    assert_eq!(findings(&answer), ["board-incomplete"]);
    assert_eq!(answer["data"]["board"]["title"], "Fleet");
    assert_eq!(answer["data"]["board"]["number"], 5);
    let rename = [
        "label",
        "edit",
        "N300",
        "--name",
        "n300",
        "-R",
        "lab/models",
    ];
    forge.gh_text("owner", &rename);

    let number = answer["data"]["pull"]["number"].to_string();
    forge.gh_text("owner", &["pr", "close", &number, "-R", "lab/models"]);
    let (code, again) = setup(
        &forge,
        "owner",
        &["--owner", "lab", "--project-number", "5"],
    );
    assert_eq!((code, steps(&again)), (0, vec!["propose_templates"]));
    assert_eq!(again["data"]["pull"]["state"], "CLOSED", "{again}");
    assert_eq!(again["data"]["pull"]["number"].to_string(), number);
}

#[test]
fn a_board_in_use_is_left_to_people() {
    let forge = start();
    let (code, answer) = setup(
        &forge,
        "owner",
        &["--owner", "lab", "--project-title", "Models"],
    );
    assert_eq!(code, 3, "{answer}");
    assert_eq!(
        findings(&answer),
        [
            "board-incomplete",
            "project 4 (`Models`):0:0 board-incomplete",
            "issue #2:0:0 issue-malformed",
        ]
    );
    let help = answer["findings"][1]["help"].as_str().expect("help");
    assert!(help.contains("orgs/lab/projects/4/settings"), "{help}");
    assert!(
        help.contains("rename `In Progress` to `in progress`"),
        "{help}"
    );
    // The rest is done all the same, and no item lost its status.
    assert_eq!(steps(&answer), ["create_label", "propose_templates"]);
    let query = "query={ organization(login: \"lab\") { projectV2(number: 4) { items(first: 9) {
        nodes { fieldValueByName(name: \"Status\") {
            ... on ProjectV2ItemFieldSingleSelectValue { name } } } } } } }";
    let list = "[.data.organization.projectV2.items.nodes[].fieldValueByName.name] | join(\",\")";
    let kept = forge.gh_text("owner", &["api", "graphql", "-f", query, "--jq", list]);
    assert_eq!(kept.trim(), "ready,ready");
}

#[test]
fn who_may_not_or_names_what_is_not_there_is_told() {
    let forge = start();
    let (code, answer) = setup(&forge, "guest", &["--owner", "owner"]);
    assert_eq!(
        (code, findings(&answer)),
        (5, vec!["forge-forbidden".to_owned()]),
        "{answer}"
    );
    let args = ["--owner", "owner", "--project-number", "9"];
    let (code, answer) = setup(&forge, "owner", &args);
    assert_eq!(
        (code, findings(&answer)),
        (5, vec!["forge-not-found".to_owned()])
    );
    assert_eq!(
        answer["findings"][0]["message"],
        json!("owner has no project number 9 that this account may see")
    );
    let (code, answer) = setup(&forge, "owner", &["--owner", "nobody"]);
    assert_eq!(
        (code, findings(&answer)),
        (5, vec!["forge-not-found".to_owned()])
    );
}
