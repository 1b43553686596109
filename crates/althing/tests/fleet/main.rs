//! The worker as its operator starts it: real `gh` and `git`, the local forge, processes that
//! know nothing of each other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chaos;

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

const REPO: &str = "yieldthought/ttnn_models";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The demo's forge, with the template of a models repository.
fn start() -> TestForge {
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
fn path(forge: &TestForge) -> String {
    let (tools, venv) = (forge.folder().join("tools"), project().join(".venv/bin"));
    let path = env::var("PATH").unwrap();
    format!("{}:{}:{path}", tools.display(), venv.display())
}

/// `althing ARGS` as `user`, with the documented variables.
fn althing(forge: &TestForge, user: &str, name: &str, args: &[&str]) -> Command {
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

fn worker(forge: &TestForge, name: &str, agent: &str) -> Child {
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
    althing(forge, "worker", name, &args).spawn().unwrap()
}

fn scripted_agent() -> String {
    format!("python3 '{}'", project().join("demo/agent.py").display())
}

fn answer(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {stderr}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn nothing_is_left(forge: &TestForge) {
    let left: Vec<_> = fs::read_dir(forge.folder().join("tmp"))
        .unwrap()
        .flatten()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// What lies beside the forge: the home folder and whatever else a run might write to.
fn files(forge: &TestForge) -> Vec<String> {
    let mut all = Vec::new();
    for name in ["", "home", "tmp"] {
        for entry in fs::read_dir(forge.folder().join(name)).unwrap() {
            all.push(format!("{name}/{}", entry.unwrap().file_name().display()));
        }
    }
    all.iter()
        .map(|file| file.trim_start_matches('/').to_owned())
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Makes the second issue one for another kind of machine.
fn leave_one_issue(forge: &TestForge) {
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

#[test]
fn of_five_workers_on_one_ready_issue_exactly_one_runs_it() {
    let forge = start();
    leave_one_issue(&forge);
    let workers: Vec<Child> = (1..=5)
        .map(|number| worker(&forge, &format!("w{number}"), &scripted_agent()))
        .collect();
    let answers: Vec<Value> = workers
        .into_iter()
        .map(|child| answer(&child.wait_with_output().unwrap()))
        .collect();
    nothing_is_left(&forge);

    // Workers that posted at the same moment may all give way; then the next pass has a winner.
    let mut ran: Vec<Value> = answers
        .into_iter()
        .map(|it| it["data"]["run"].clone())
        .filter(|it| !it.is_null())
        .collect();
    if ran.is_empty() {
        let child = worker(&forge, "w6", &scripted_agent());
        ran.push(answer(&child.wait_with_output().unwrap())["data"]["run"].clone());
    }
    assert_eq!(ran.len(), 1, "{ran:?}");
    assert_eq!(ran[0]["status"], "in review", "{ran:?}");

    let pulls = json(&forge.gh_text("reviewer", &["pr", "list", "-R", REPO, "--json", "number"]));
    assert_eq!(pulls.as_array().unwrap().len(), 1, "{pulls}");
    let view = ["issue", "view", "1", "-R", REPO, "--json", "comments"];
    let comments = json(&forge.gh_text("reviewer", &view))["comments"].clone();
    let bodies: Vec<&str> = comments
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["body"].as_str().unwrap())
        .collect();
    let claims = bodies
        .iter()
        .filter(|body| body.starts_with("[yt-claim]\n"))
        .count();
    assert_eq!(
        (claims, bodies.len()),
        (1, 2),
        "losers take their claims back: {bodies:?}"
    );
    let run = format!("run_id: {}", ran[0]["run_id"].as_str().unwrap());
    assert!(bodies.iter().all(|body| body.contains(&run)), "{bodies:?}");

    let verified = althing(&forge, "worker", "w1", &["ledger", "verify"])
        .output()
        .unwrap();
    answer(&verified);
}

#[test]
fn a_bring_up_takes_few_requests() {
    let forge = start();
    let before = files(&forge);
    let ran = answer(
        &worker(&forge, "w1", &scripted_agent())
            .wait_with_output()
            .unwrap(),
    );
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    nothing_is_left(&forge);
    let mut after = files(&forge);
    after.retain(|file| !before.contains(file) && !file.starts_with("ledger.db"));
    assert_eq!(after, [""; 0], "nothing is written outside the workspace");
    let stats = althing(
        &forge,
        "worker",
        "w1",
        &["forge", "stats", "--root", "forge"],
    );
    let stats = answer(&{ stats }.output().unwrap());
    let operations: Vec<(String, u64)> = stats["data"]["requests"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["user"] == "worker")
        .map(|it| {
            (
                it["operation"].as_str().unwrap().to_owned(),
                it["count"].as_u64().unwrap(),
            )
        })
        .collect();
    let total: u64 = operations.iter().map(|(_, count)| count).sum();
    // At the start: login (2), account, board, one poll. Then: 12 for the work, and 6 that `gh`
    // makes of its own, for each comment (1), the pull request (2), and the login (2) asks more
    // than one thing.
    let (start, work, of_gh) = (5, 12, 6);
    assert!(total <= start + work + of_gh, "{total}: {operations:#?}");
    // What else is asked is asked by the commands of `gh`, each version in its own way.
    let own = [
        ("GET /user", 1),
        ("POST /repos/{owner}/{repo}/git/commits", 1),
        ("POST /repos/{owner}/{repo}/git/refs", 1),
        ("POST /repos/{owner}/{repo}/statuses/{sha}", 1),
        ("graphql BoardByNumber", 1),
        ("graphql BoardIssues", 1),
        ("graphql Issue", 3),
        ("graphql SetStatus", 2),
        ("graphql SwapRef", 1),
    ];
    let made: Vec<(&str, u64)> = operations
        .iter()
        .map(|(operation, count)| (operation.as_str(), *count))
        .collect();
    for asked in own {
        assert!(made.contains(&asked), "{asked:?} is not in {made:#?}");
    }
    let gh = [
        "GET /",
        "graphql CommentCreate",
        "graphql PullRequestCreate",
        "graphql UserCurrent",
    ];
    let gh = made
        .iter()
        .filter(|(it, _)| gh.contains(it))
        .map(|(_, count)| count);
    assert_eq!(
        gh.sum::<u64>(),
        7,
        "two logins, two comments, one pull request: {made:#?}"
    );
}

#[test]
fn a_worker_needs_no_arguments_and_takes_what_an_operator_makes_ready() {
    let forge = start();
    let mut command = forge.command("worker", env!("CARGO_BIN_EXE_althing"));
    let worker = command
        .args(["bringup", "worker"])
        .env("PATH", path(&forge))
        .env("YT_SYSTEM", "lb")
        .env("YT_PROJECT_TITLE", "TTNN Models Bringup")
        .env("YT_SLEEP_SECS", "1")
        .env("CODEX_BIN", "no-such-agent")
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

    // This machine has neither agent nor accelerator; what matters is that the issue is taken.
    let view = ["issue", "view", &number, "-R", REPO, "--json", "comments"];
    until("the issue is claimed and its run ends", || {
        let comments = json(&forge.gh_text("maintainer", &view))["comments"].clone();
        let bodies: Vec<&str> = comments
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["body"].as_str().unwrap())
            .collect();
        bodies
            .first()
            .is_some_and(|first| first.starts_with("[yt-claim]\n"))
            && bodies.len() == 2
            && bodies[1].contains("status set: `setup error`")
    });
    let id = worker.id().to_string();
    let kill = Command::new("kill").args(["-TERM", &id]).status();
    assert!(kill.unwrap().success());
    worker.wait_with_output().unwrap();
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
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let ran = answer(&child.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "ready", "{ran}");
    nothing_is_left(&forge);
    let told = bodies(&forge);
    assert_eq!(ended(&told).len(), 1, "{told:?}");
    assert!(told[1].contains("stopped by SIGTERM"), "{told:?}");
    let again = worker(&forge, "w2", &scripted_agent());
    let ran = answer(&again.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    until("the agent ends", || {
        fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "))
    });
}

/// A worker whose claims last twelve seconds.
fn short_lived(forge: &TestForge, name: &str, agent: &str, once: bool) -> Child {
    let models = forge.folder().join("models").display().to_string();
    let mut args = vec!["bringup", "worker", "--skip-tt", "--models-dir", &models];
    args.extend(["--agent", agent]);
    if once {
        args.push("--once");
    }
    let mut command = althing(forge, "worker", name, &args);
    command
        .env("YT_CLAIM_TTL_SECS", "12")
        .env("YT_SLEEP_SECS", "1");
    command.spawn().unwrap()
}

fn signal(process: &Child, name: &str) {
    let id = process.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status().unwrap();
    assert!(sent.success());
}

/// An agent that says that it runs, and goes on once it is told to.
struct Waiting {
    script: String,
    running: PathBuf,
    go: PathBuf,
}

impl Waiting {
    fn new(forge: &TestForge) -> Self {
        let (running, go) = (forge.folder().join("running"), forge.folder().join("go"));
        let (agent, go_) = (scripted_agent(), go.display());
        let wait = format!(
            "echo $$ > {0}.new; mv {0}.new {0}; while [ ! -e {go_} ]; do sleep 0.1; done; exec {agent}",
            running.display()
        );
        let file = forge.folder().join("tools/waiting");
        fs::write(&file, format!("#!/bin/sh\n{wait}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let script = file.display().to_string();
        Self {
            script,
            running,
            go,
        }
    }

    fn is_alive(&self) -> bool {
        let id = fs::read_to_string(&self.running).unwrap();
        let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }
}

fn bodies(forge: &TestForge) -> Vec<String> {
    let view = ["issue", "view", "1", "-R", REPO, "--json", "comments"];
    let comments = json(&forge.gh_text("maintainer", &view))["comments"].clone();
    let comments = comments.as_array().unwrap().iter();
    comments
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

/// The value of a line of a comment.
fn value(body: &str, key: &str) -> String {
    let mut lines = body.lines();
    let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    found
        .unwrap_or_else(|| panic!("{key} is not in {body}"))
        .to_owned()
}

fn time(claim: &str) -> i64 {
    let time = value(claim, "timestamp")
        .parse::<jiff::Timestamp>()
        .unwrap();
    time.as_second()
}

fn ended(bodies: &[String]) -> Vec<&String> {
    bodies
        .iter()
        .filter(|body| body.contains("status set: `"))
        .collect()
}

/// Who has the issue makes it `in review`, and nobody else says anything.
fn assert_ended_by(forge: &TestForge, run: &str) {
    let bodies = bodies(forge);
    let endings = ended(&bodies);
    assert_eq!(endings.len(), 1, "{bodies:?}");
    assert!(endings[0].contains("status set: `in review`"), "{bodies:?}");
    assert_eq!(value(endings[0], "run_id"), run);
    let pulls = json(&forge.gh_text("reviewer", &["pr", "list", "-R", REPO, "--json", "number"]));
    assert_eq!(pulls.as_array().unwrap().len(), 1, "{pulls}");
}

#[test]
fn a_killed_worker_is_followed_by_another_when_its_claim_has_expired() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let mut killed = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    signal(&killed, "-KILL");
    killed.wait().unwrap();
    let first = bodies(&forge).remove(0);

    // Three that are after it; one gets it.
    let others = ["w2", "w3", "w4"].map(|name| short_lived(&forge, name, &scripted_agent(), false));
    until("the issue is worked on to its end", || {
        !ended(&bodies(&forge)).is_empty()
    });
    for other in others {
        signal(&other, "-TERM");
        other.wait_with_output().unwrap();
    }
    let claims = bodies(&forge);
    assert!(claims[1].starts_with("[yt-claim]\n"), "{claims:?}");
    let late = time(&claims[1]) - time(&first);
    assert!(late >= 12, "taken over after {late} s: {claims:?}");
    assert_ended_by(&forge, &value(&claims[1], "run_id"));
    fs::write(&waiting.go, "").unwrap();
    until("what the dead one left behind ends", || !waiting.is_alive());
}

#[test]
fn a_worker_that_was_suspended_for_too_long_does_nothing_more() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let suspended = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    signal(&suspended, "-STOP");
    let other = short_lived(&forge, "w2", &scripted_agent(), false);
    until("another takes over and ends it", || {
        !ended(&bodies(&forge)).is_empty()
    });
    signal(&other, "-TERM");
    other.wait_with_output().unwrap();
    fs::write(&waiting.go, "").unwrap();
    signal(&suspended, "-CONT");
    let ran = answer(&suspended.wait_with_output().unwrap());
    let summary = ran["data"]["run"]["summary"].as_str().unwrap();
    assert!(summary.contains("the claim was lost"), "{ran}");
    assert!(!waiting.is_alive());
    let run = value(&bodies(&forge)[1], "run_id");
    assert_ended_by(&forge, &run);
}

#[test]
fn a_claim_is_renewed_as_long_as_its_run_lives() {
    let forge = start();
    leave_one_issue(&forge);
    let waiting = Waiting::new(&forge);
    let holder = short_lived(&forge, "w1", &waiting.script, true);
    until("the agent runs", || waiting.running.exists());
    let first = bodies(&forge).remove(0);
    let other = short_lived(&forge, "w2", &scripted_agent(), false);
    until("the claim has outlived its first time", || {
        time(&bodies(&forge)[0]) > time(&first) + 13
    });
    fs::write(&waiting.go, "").unwrap();
    let ran = answer(&holder.wait_with_output().unwrap());
    assert_eq!(ran["data"]["run"]["status"], "in review", "{ran}");
    signal(&other, "-TERM");
    other.wait_with_output().unwrap();
    assert_ended_by(&forge, &value(&first, "run_id"));
}

/// A commit on the default branch by somebody else.
fn base_moves(forge: &TestForge, name: &str) {
    let url = format!("git@github.com:{REPO}.git");
    forge.git_text("maintainer", "tmp", &["clone", "--quiet", &url, name]);
    let clone = format!("tmp/{name}");
    fs::write(forge.folder().join(&clone).join(name), "news\n").unwrap();
    forge.git_text("maintainer", &clone, &["add", name]);
    let identity = [
        "-c",
        "user.name=m",
        "-c",
        "user.email=maintainer@example.org",
    ];
    let commit = [&identity[..], &["commit", "--quiet", "-m", name]].concat();
    forge.git_text("maintainer", &clone, &commit);
    forge.git_text(
        "maintainer",
        &clone,
        &["push", "--quiet", "origin", "HEAD:main"],
    );
    fs::remove_dir_all(forge.folder().join(&clone)).unwrap();
}

#[test]
fn a_merging_pass_rebases_what_is_behind_and_merges_what_was_approved() {
    let forge = start();
    leave_one_issue(&forge);
    let ran = worker(&forge, "w1", &scripted_agent());
    let run = answer(&ran.wait_with_output().unwrap())["data"]["run"].clone();
    let (branch, old) = (run["branch"].as_str().unwrap(), run["head"].clone());
    let number = run["pull"]["number"].to_string();
    let view = |fields: &str| {
        json(&forge.gh_text(
            "reviewer",
            &["pr", "view", &number, "-R", REPO, "--json", fields],
        ))
    };
    let pass = || {
        let pass = ["bringup", "pr", "--once"];
        let output = althing(&forge, "worker", "w1", &pass).output().unwrap();
        nothing_is_left(&forge);
        answer(&output)["data"]["pulls"][0].clone()
    };

    base_moves(&forge, "first");
    let looked = pass();
    assert!(looked["outcome"]["blocked"].is_object(), "{looked}");
    let new = view("headRefOid")["headRefOid"].clone();
    assert_eq!(looked["rebased"], new, "{looked}");
    assert_ne!(new, old);
    let reports = format!("repos/{REPO}/commits/{}/statuses", new.as_str().unwrap());
    let reports = json(&forge.gh_text("reviewer", &["api", &reports]));
    let mut reports: Vec<(&str, &str)> = reports
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["context"].as_str().unwrap(),
                it["state"].as_str().unwrap(),
            )
        })
        .collect();
    reports.sort_unstable();
    let green = ["althing/bringup", "althing/merge-tests"].map(|name| (name, "success"));
    assert_eq!(reports, green);

    forge.gh_text(
        "reviewer",
        &["pr", "review", &number, "-R", REPO, "--approve"],
    );
    base_moves(&forge, "second");
    let looked = pass();
    assert!(looked["outcome"]["merged"].is_object(), "{looked}");
    assert!(
        looked["rebased"].is_null(),
        "what is approved is not moved: {looked}"
    );
    let pull = view("state,headRefOid");
    assert_eq!(
        (&pull["state"], &pull["headRefOid"]),
        (&Value::from("MERGED"), &new)
    );
    let heads = format!("repos/{REPO}/git/matching-refs/heads/{branch}");
    assert_eq!(forge.gh_text("reviewer", &["api", &heads]).trim(), "[]");
    assert!(pass().is_null(), "nothing is left in review");
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "{what}: not within two minutes"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// `python ARGS` of the agents repository's template, with this program on its PATH.
fn agents_repository(forge: &TestForge, args: &[&str]) -> Output {
    let engine = althing(forge, "worker", "w1", &[]);
    let mut command = forge.command("worker", "python");
    let set = engine.get_envs();
    command.envs(set.filter_map(|(name, value)| Some((name, value?))));
    let program = Path::new(env!("CARGO_BIN_EXE_althing")).parent().unwrap();
    command
        .env("PATH", format!("{}:{}", program.display(), path(forge)))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", project().join("templates/agents-repo/src"))
        .current_dir(project().join("templates/agents-repo"))
        .args(args);
    command.output().unwrap()
}

#[test]
fn the_agents_repository_drives_this_worker() {
    let forge = start();
    leave_one_issue(&forge);
    let models = forge.folder().join("models").display().to_string();
    let task = "import codexapi, json, sys\n\
         from yieldthought_agents.tasks.functional_bringup import FunctionalBringupTask\n\
         task = FunctionalBringupTask(*sys.argv[1:])\n\
         assert isinstance(task, codexapi.Task)\n\
         result = task()\n\
         print(json.dumps([result.success, result.iterations, result.errors]))\n";
    let (agent, flags) = (scripted_agent(), ["--skip-tt", "--models-dir", &models]);
    let args = [&["-c", task], &flags[..], &["--agent", &agent]].concat();
    assert_eq!(
        answer(&agents_repository(&forge, &args)),
        serde_json::json!([true, 1, null])
    );

    let script = ["scripts/run_worker.py", "--once", "--output", "json"];
    let args = [&script, &flags[..]].concat();
    let nothing_left = answer(&agents_repository(&forge, &args));
    assert_eq!(nothing_left["data"]["run"], Value::Null);
    nothing_is_left(&forge);
}
