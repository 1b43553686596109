//! The forge that workers work on, the workers, and what people see of them afterwards.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use althing_testkit::{TestForge, tiny_models};
use serde_json::Value;

pub(crate) const REPO: &str = "yieldthought/ttnn_models";

pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The demo's forge, with the template of a models repository.
pub(crate) fn start() -> TestForge {
    let mut files = Vec::new();
    collect(
        &project().join("templates/models-repo"),
        "models-repo",
        &mut files,
    );
    let members = fs::read_to_string(project().join("demo/members.yaml")).unwrap();
    files.retain(|(path, _)| path != "models-repo/.althing/members.yaml");
    files.push(("models-repo/.althing/members.yaml".to_owned(), members));
    let seed = fs::read_to_string(project().join("demo/seed.yaml")).unwrap();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let forge = TestForge::start(Path::new(env!("CARGO_BIN_EXE_althing")), &seed, &files);
    fs::create_dir(forge.folder().join("tmp")).unwrap();
    tiny_models(&forge.folder().join("models"));
    // Whoever runs jq, which not every machine has, fails.
    let jq = forge.folder().join("tools/jq");
    fs::create_dir(jq.parent().unwrap()).unwrap();
    fs::write(&jq, "#!/bin/sh\nexit 127\n").unwrap();
    fs::set_permissions(&jq, fs::Permissions::from_mode(0o755)).unwrap();
    forge
}

fn collect(folder: &Path, name: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_file() {
            files.push((name, fs::read_to_string(entry.path()).unwrap()));
        } else if !name.ends_with("__pycache__") {
            collect(&entry.path(), &name, files);
        }
    }
}

/// The PATH with the Python that has pytest, where `scripts/setup` made one.
pub(crate) fn path(forge: &TestForge) -> String {
    let (tools, venv) = (forge.folder().join("tools"), project().join(".venv/bin"));
    let path = env::var("PATH").unwrap();
    format!("{}:{}:{path}", tools.display(), venv.display())
}

/// `althing ARGS` as `user`, with the documented variables.
pub(crate) fn althing(forge: &TestForge, user: &str, name: &str, args: &[&str]) -> Command {
    let mut command = forge.command(user, env!("CARGO_BIN_EXE_althing"));
    command
        .args(["--output", "json"])
        .args(args)
        .env("PATH", path(forge))
        .env("YT_SYSTEM", "n150")
        .env("YT_PROJECT_NUMBER", "1")
        .env("YT_WORKER_NAME", name)
        .env("YT_MAX_ATTEMPTS", "1")
        .env("YT_TMP_ROOT", forge.folder().join("tmp"))
        .env("ALTHING_LEDGER", forge.folder().join("ledger.db"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn worker(forge: &TestForge, name: &str, agent: &str) -> Child {
    worker_command(forge, name, agent).spawn().unwrap()
}

pub(crate) fn worker_command(forge: &TestForge, name: &str, agent: &str) -> Command {
    let models = forge.folder().join("models").display().to_string();
    let args = [
        "bringup",
        "worker",
        "--once",
        "--skip-tt",
        "--models-dir",
        &models,
        "--agent",
        agent,
    ];
    althing(forge, "worker", name, &args)
}

pub(crate) fn scripted_agent() -> String {
    format!("python3 '{}'", project().join("demo/agent.py").display())
}

/// Makes the second issue one for another kind of machine.
pub(crate) fn leave_one_issue(forge: &TestForge) {
    let relabel = [
        "issue",
        "edit",
        "2",
        "-R",
        REPO,
        "--remove-label",
        "n150",
        "--add-label",
        "n300",
    ];
    forge.gh_text("maintainer", &relabel);
}

pub(crate) fn signal(process: &Child, name: &str) {
    let id = process.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "{what}: not within two minutes"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn answer(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn nothing_is_left(forge: &TestForge) {
    let left: Vec<_> = fs::read_dir(forge.folder().join("tmp"))
        .unwrap()
        .flatten()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The comments on an issue, the oldest first.
pub(crate) fn bodies(forge: &TestForge, number: &str) -> Vec<String> {
    let view = ["issue", "view", number, "-R", REPO, "--json", "comments"];
    let comments = json(&forge.gh_text("maintainer", &view))["comments"].clone();
    let comments = comments.as_array().unwrap().iter();
    comments
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

pub(crate) fn ended(bodies: &[String]) -> Vec<&String> {
    bodies
        .iter()
        .filter(|body| body.contains("status set: `"))
        .collect()
}
