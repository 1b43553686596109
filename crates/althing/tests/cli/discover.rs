//! `bringup discover` against a hub on loopback, with the real `gh` and `git`.

use std::{env, path::Path};

use althing_testkit::{HubModel, HubServer, TestForge, tiny_models};
use serde_json::{Value, json};

use super::{
    output::assert_documented,
    run::{findings, json, program},
};

const SEED: &str = "
users:
  - { login: owner, id: 1 }
  - { login: finder, id: 2 }
repositories:
  - name: owner/models
    from: models
    collaborators: { finder: write }
    labels: [{ name: n150 }]
    issues:
      - { title: Known, author: owner, body: 'hf_model_id: LAB/known' }
projects:
  - owner: owner
    number: 1
    title: Models
    writers: [finder]
    fields: { Status: [assessing, ready, in progress, setup error, failed, in review, done, reference error] }
    items:
      - { issue: 'owner/models#1', status: done }
";

macro_rules! template {
    ($path:literal) => {
        (
            concat!("models/", $path),
            include_str!(concat!("../../../../templates/models-repo/", $path)),
        )
    };
}

const FILES: &[(&str, &str)] = &[
    template!("scripts/run_eval.py"),
    template!("scripts/harness/__init__.py"),
    template!("scripts/harness/accuracy.py"),
    template!("scripts/harness/althing.py"),
    template!("scripts/harness/candidate.py"),
    template!("scripts/harness/device.py"),
    template!("scripts/harness/errors.py"),
    template!("scripts/harness/hf.py"),
    template!("scripts/harness/prompts.py"),
    template!("scripts/harness/reference.py"),
    template!("scripts/harness/safetensors.py"),
    template!("scripts/harness/trace.py"),
];

fn discover(forge: &TestForge, endpoint: &str) -> (i32, Value) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let venv = project.join(".venv/bin").display().to_string();
    let mut command = forge.command("finder", program().to_str().expect("path"));
    command
        .args(["bringup", "discover", "--once", "--owner", "owner"])
        .args(["--repo-models", "models", "--project-number", "1"])
        .arg("--models-dir")
        .arg(forge.folder().join("models"))
        .arg("--ledger")
        .arg(forge.folder().join("ledger.db"))
        .env("PATH", format!("{venv}:{}", env::var("PATH").expect("set")))
        .env("HF_ENDPOINT", endpoint);
    json(command)
}

#[test]
fn popular_models_become_issues_on_the_board() {
    let forge = TestForge::start(program(), SEED, FILES);
    tiny_models(&forge.folder().join("models"));
    let model = |id| HubModel::new(id).parameters(3_000).downloads(5);
    let hub = HubServer::start([model("tiny-lab/tiny-2l"), model("lab/known")]);
    let (code, answer) = discover(&forge, &hub.endpoint());
    assert_eq!(code, 0, "{answer}");
    assert_documented("bringup discover", &answer);
    let models = &answer["data"]["models"];
    assert_eq!(models[0]["model"], "tiny-lab/tiny-2l");
    assert_eq!(
        (&models[0]["issue"], &models[0]["status"]),
        (&json!(2), &json!("ready"))
    );
    assert_eq!(
        (&models[1]["issue"], &models[1]["why"]),
        (&Value::Null, &json!("issue #1 is about it"))
    );

    let view = [
        "issue",
        "view",
        "2",
        "-R",
        "owner/models",
        "--json",
        "title,labels,comments",
    ];
    let issue: Value = serde_json::from_str(&forge.gh_text("owner", &view)).expect("json");
    assert_eq!(issue["title"], "Candidate: tiny-lab/tiny-2l");
    assert_eq!(issue["labels"][0]["name"], "n150");
    let status = "query={ repository(owner: \"owner\", name: \"models\") { issue(number: 2) { \
        projectItems(first: 1) { nodes { fieldValueByName(name: \"Status\") { \
        ... on ProjectV2ItemFieldSingleSelectValue { name } } } } } } }";
    let status = forge.gh_text("owner", &["api", "graphql", "-f", status]);
    assert!(status.contains("\"name\":\"ready\""), "{status}");
    let comment = issue["comments"][0]["body"].as_str().expect("a comment");
    assert!(comment.contains("status set: `ready`"), "{comment}");
    let estimate = "BFP8 weights and bfloat16 activations";
    assert!(comment.contains(estimate), "{comment}");
    let (code, answer) = discover(&forge, "http://127.0.0.1:1");
    assert_eq!(
        (code, findings(&answer)),
        (5, vec!["hub-unavailable".to_owned()])
    );
}
