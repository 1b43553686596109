//! What an operator does: starts a worker, makes an issue ready, tells a worker to stop.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio};

use althing_testkit::TestForge;

use crate::world::{
    REPO, answer, bodies, ended, json, leave_one_issue, nothing_is_left, path, scripted_agent,
    signal, start, until, worker,
};

#[test]
fn a_worker_needs_no_arguments_and_takes_what_an_operator_makes_ready() {
    let forge = start();
    // This machine has no accelerator; what matters is that the issue is taken.
    let tool = |name: &str, script: &str| {
        let file = forge.folder().join("tools").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    };
    tool("tt-smi", "exit 0");
    tool("codex", "exit 1");
    tool("hf", "exit 1");
    fs::write(forge.folder().join("tools/ttnn.py"), "").unwrap();
    let mut command = forge.command("worker", env!("CARGO_BIN_EXE_althing"));
    let worker = command
        .args(["bringup", "worker"])
        .env("PATH", path(&forge))
        .env("YT_SYSTEM", "lb")
        .env("YT_PROJECT_TITLE", "TTNN Models Bringup")
        .env("YT_SLEEP_SECS", "1")
        .env("PYTHONPATH", forge.folder().join("tools"))
        .env("YT_TMP_ROOT", forge.folder().join("tmp"))
        .env("ALTHING_LEDGER", forge.folder().join("ledger.db"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let polls = || {
        let stats = json(&forge.gh_text("maintainer", &["api", "/_althing/stats"]));
        let all = stats["requests"].as_array().unwrap();
        let own = all.iter().filter(|it| it["user"] == "worker");
        own.filter(|it| it["operation"].as_str().unwrap().contains("BoardIssues"))
            .map(|it| it["count"].as_u64().unwrap())
            .sum::<u64>()
    };
    until("the worker polls again and again", || polls() >= 2);
    let tasks = format!("/proc/{0}/task/{0}/children", worker.id());
    until("between polls it is a process without children", || {
        fs::read_to_string(&tasks).unwrap().is_empty()
    });

    let new = [
        "issue",
        "create",
        "-R",
        REPO,
        "--title",
        "Bring up model",
        "--label",
        "lb",
    ];
    let body = ["--body", "hf_model_id: tiny-lab/tiny-2l"];
    let url = forge.gh_text("maintainer", &[&new[..], &body].concat());
    let number = url.rsplit('/').next().unwrap().to_owned();
    make_ready(&forge, &number);

    until("the issue is claimed and its run ends", || {
        let told = bodies(&forge, &number);
        told.first()
            .is_some_and(|first| first.starts_with("[yt-claim]\n"))
            && told.len() == 2
            && told[1].contains("status set: `setup error`")
    });
    signal(&worker, "-TERM");
    worker.wait_with_output().unwrap();
    nothing_is_left(&forge);
}

#[test]
fn a_worker_on_a_machine_that_lacks_something_claims_nothing() {
    let forge = start();
    let refused = worker(&forge, "w1", "no-such-agent");
    let refused = refused.wait_with_output().unwrap();
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stdout).unwrap();
    assert!(told.contains("`no-such-agent` is not"), "{told}");
    assert!(bodies(&forge, "1").is_empty());
    nothing_is_left(&forge);
}

/// What an operator does by hand on the board.
fn make_ready(forge: &TestForge, number: &str) {
    let graphql = |query: &str, jq: &str| {
        let query = format!("query={query}");
        forge.gh_text("maintainer", &["api", "graphql", "-f", &query, "--jq", jq])
    };
    let project = "organization(login: \"yieldthought\") { projectV2(number: 1) { id \
        field(name: \"Status\") { ... on ProjectV2SingleSelectField { id options { id name } } } } }";
    let ids = graphql(
        &format!("{{ {project} }}"),
        ".data.organization.projectV2 | [.id, .field.id, (.field.options[] | select(.name == \"ready\") | .id)] | join(\" \")",
    );
    let [board, field, ready] = ids.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{ids}")
    };
    let issue = graphql(
        &format!(
            "{{ repository(owner: \"yieldthought\", name: \"ttnn_models\") {{ issue(number: {number}) {{ id }} }} }}"
        ),
        ".data.repository.issue.id",
    );
    let item = graphql(
        &format!(
            "mutation {{ addProjectV2ItemById(input: {{ projectId: \"{board}\", contentId: \"{issue}\" }}) {{ item {{ id }} }} }}"
        ),
        ".data.addProjectV2ItemById.item.id",
    );
    graphql(
        &format!(
            "mutation {{ updateProjectV2ItemFieldValue(input: {{ projectId: \"{board}\", itemId: \"{item}\", fieldId: \"{field}\", value: {{ singleSelectOptionId: \"{ready}\" }} }}) {{ projectV2Item {{ id }} }} }}"
        ),
        ".data",
    );
}

#[test]
fn a_worker_that_is_told_to_stop_gives_back_and_leaves_no_folder_and_no_agent() {
    let forge = start();
    leave_one_issue(&forge);
    let pid = forge.folder().join("pid");
    let script = format!(
        "sh -c 'echo $$ > {0}.new; mv {0}.new {0}; sleep 600'",
        pid.display()
    );
    let child = worker(&forge, "w1", &script);
    until("the agent runs", || pid.exists());
    let agent = fs::read_to_string(&pid).unwrap();
    let stat = format!("/proc/{}/stat", agent.trim());
    assert!(Path::new(&stat).exists());
    signal(&child, "-TERM");
    let ran = answer(&child.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "ready", "{ran}");
    nothing_is_left(&forge);
    let told = bodies(&forge, "1");
    assert_eq!(ended(&told).len(), 1, "{told:?}");
    assert!(told[1].contains("stopped by SIGTERM"), "{told:?}");
    let again = worker(&forge, "w2", &scripted_agent());
    let ran = answer(&again.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    until("the agent ends", || {
        fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "))
    });
}
