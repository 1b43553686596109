//! The machine around a run: its tools, in their order, and its log. Programs that need
//! hardware or network are scripts that note how they were called.

use std::{
    fs, io,
    os::unix::fs::symlink,
    sync::{Arc, Mutex},
};

use althing_bringup::{
    Argv, ListedIssue, Program, Status, Weights, WorkerOptions, check_machine, rehearse,
};
use althing_testkit::{HubModel, HubRequest, HubServer};
use rstest::rstest;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    memory_forge::MemoryForge,
    running::breaks,
    world::{BROKEN, TINY, World, client, ending, path},
};

/// Answers every evaluation as an accelerator would, with top1 0.95.
pub(crate) const PYTHON: &str = r#"
mode=; trace=false; replays=0
case "$*" in *"--mode hf"*) mode=hf;; *"--mode tt"*) mode=tt;; esac
case "$*" in *"--trace 1"*) trace=true; replays=3;; esac
[ -z "$mode" ] || echo "YT_METRICS={\"top1\": 0.95, \"top5\": 0.99, \"tokens\": 4, \"mode\": \"$mode\", \"trace\": $trace, \"trace_replays\": $replays, \"decode_steps\": 3, \"timing\": {\"s\": 1}}"
"#;
/// What `tt-smi -s` prints of one chip that works.
pub(crate) const SNAPSHOT: &str =
    r#"[ "$1" != -s ] || echo '{ "device_info": [{ "board_info": { "board_type": "n150" } }] }'"#;
const AGENT: &str = r#"
mkdir -p models/tiny-lab/tiny-2l/n150/functional
echo 'def build_model(hf_model, tt_device, max_seq_len): pass' > models/tiny-lab/tiny-2l/n150/functional/model.py
"#;

/// Puts the hub's own client on the PATH.
pub(crate) fn client_tool(world: &World) {
    world.tool("hf", &format!("exec {} \"$@\"", client().display()));
}

/// A hub with the model that issues ask for.
pub(crate) fn hub() -> HubServer {
    let weights = vec![7; 5000];
    HubServer::start([HubModel::new("tiny-lab/tiny-2l")
        .file("config.json", "{}")
        .stored("model.safetensors", weights)])
}

/// A machine with an accelerator and a way to the hub; every tool notes its call.
pub(crate) async fn machine(hub: &HubServer) -> (World, MemoryForge, WorkerOptions) {
    let mut world = World::new().await;
    world.vars.insert("HF_ENDPOINT".to_owned(), hub.endpoint());
    let log = world.root().join("calls");
    let note = format!(
        "echo \"$(basename $0) $* in $(basename $PWD)\" >> {}\n",
        log.display()
    );
    for (name, script) in [
        ("python", PYTHON),
        ("tt-smi", SNAPSHOT),
        ("hf", &format!("exec {} \"$@\"", client().display())),
    ] {
        world.tool(name, &format!("{note}{script}"));
    }
    world.agent(&format!("{note}{AGENT}"));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let mut options = world.options();
    options.skip_tt = false;
    options.weights = Weights::Hub;
    (world, forge, options)
}

/// The commands of a dry run on the same issue.
fn rehearsed(options: &WorkerOptions) -> Vec<String> {
    let issue = serde_json::json!([{
        "number": 5, "body": TINY, "labels": [{ "name": "n150" }], "createdAt": "2026-01-01T00:00:00Z",
    }]);
    let issues = ListedIssue::parse_list("issues", &issue.to_string()).expect("a list");
    let agent = options.agent.name().to_owned();
    let commands = rehearse(options, issues, "python").commands;
    commands
        .iter()
        .map(|line| line.replace(&agent, "agent").replace("COMMIT", "SHA"))
        .collect()
}

#[tokio::test]
async fn with_an_accelerator_every_step_runs_in_its_order() {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    let record = world
        .run_with(&forge, &options)
        .await
        .expect("told")
        .expect("a run");
    assert_eq!((record.status, record.skipped.len()), (Status::InReview, 0));
    let sha = record.weights.clone().expect("from the hub").to_string();
    let calls = fs::read_to_string(world.root().join("calls")).expect("calls");
    let calls = calls
        .lines()
        .map(|line| line.replace(&*record.run_id.to_string(), "RUN"))
        .map(|line| line.replace(&sha, "SHA"));
    let calls: Vec<String> = calls
        .map(|line| match line.split_once(" in althing-w7-RUN-") {
            Some((call, _)) => format!("{call} in the workspace"),
            None => line,
        })
        .collect();
    let mut unannounced = rehearsed(&options);
    for call in &calls {
        let call = call.split(" in ").next().expect("a call");
        let at = unannounced
            .iter()
            .position(|line| line.replace('\'', "") == call.trim());
        unannounced.remove(at.unwrap_or_else(|| panic!("a dry run does not tell of `{call}`")));
    }
    let others = |line: &String| !line.starts_with("gh ") && !line.starts_with("git ");
    unannounced.retain(others);
    assert_eq!(unannounced, [""; 0], "a dry run tells of what is not done");
    insta::assert_snapshot!(calls.join("\n"), @r"
    python -c import pytest in the workspace
    python -c import ttnn in the workspace
    tt-smi -ls in the workspace
    hf download tiny-lab/tiny-2l --revision SHA in the workspace
    tt-smi -s in the workspace
    tt-smi -r in the workspace
    tt-smi -s in the workspace
    agent  in ttnn_models
    python -m pytest -q in check
    python scripts/run_eval.py --mode hf --hf-model tiny-lab/tiny-2l --revision SHA --prefill-len 8 --decode-len 4 in check
    python scripts/run_eval.py --mode tt --trace 0 --hf-model tiny-lab/tiny-2l --revision SHA --prefill-len 8 --decode-len 4 in check
    python scripts/run_eval.py --mode tt --trace 1 --hf-model tiny-lab/tiny-2l --revision SHA --prefill-len 8 --decode-len 4 in check
    python scripts/run_eval.py --mode tt --trace 1 --hf-model tiny-lab/tiny-2l --revision SHA --prefill-len 8 --decode-len 4 in check
    ");
    let branch = record.branch.expect("pushed");
    let subject = world.git(&["log", "-1", "--format=%s", &branch]);
    assert_eq!(
        subject,
        "Bringup tiny-lab/tiny-2l (n150) top1=0.9500 top5=0.9900 trace=1\n"
    );
    let state = forge.state.borrow();
    assert_eq!(state.pulls[0].body.matches("```json").count(), 3);
    assert!(state.pulls[0].body.contains("## Skipped checks\n\n- none"));
    assert!(state.pulls[0].body.contains(&format!("weights at `{sha}`")));
    let asked = hub.asked();
    let of_model = |it: &&HubRequest| it.line.contains("tiny-lab/tiny-2l");
    assert!(asked.iter().filter(of_model).count() > 2, "{asked:?}");
    for request in asked.iter().filter(of_model) {
        assert_eq!(
            request.token.as_deref(),
            Some("secret-of-hub"),
            "{request:?}"
        );
    }
    for request in asked.iter().filter(|it| it.line.contains("/store/")) {
        assert_eq!(request.token, None, "{request:?}");
    }
}

#[rstest]
#[case::device_does_not_answer(
    "tt-smi",
    r#"[ "$1" = -r ] || { echo no board >&2; exit 1; }"#,
    "no board"
)]
#[case::reset_fails("tt-smi", r#"[ "$1" = -ls ] || { echo stuck >&2; exit 1; }"#, "stuck")]
#[case::download_fails("hf", "echo no route >&2; exit 1", "no route")]
#[case::no_ttnn(
    "python",
    r#"case "$*" in *ttnn*) echo no module >&2; exit 1;; esac"#,
    "no module"
)]
#[case::no_pytest(
    "python",
    r#"case "$*" in *pytest*) echo no tests >&2; exit 1;; esac"#,
    "no tests"
)]
#[tokio::test]
async fn a_failing_tool_is_a_setup_error_before_the_agent_runs(
    #[case] tool: &str,
    #[case] script: &str,
    #[case] told: &str,
) {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    world.tool(tool, script);
    let record = world
        .run_with(&forge, &options)
        .await
        .expect("told")
        .expect("a run");
    assert_eq!((record.status, record.attempts), (Status::SetupError, 0));
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(
        comment.contains(told) && comment.contains("exit code 1"),
        "{comment}"
    );
    assert!(forge.state.borrow().pulls.is_empty());
}

#[rstest]
#[case::gh("login", "login")]
#[case::git("git", "`git` is not on the PATH")]
#[case::python("python", "`python3` is not on the PATH")]
#[case::reset_tool("tt-smi", "`tt-smi` is not on the PATH")]
#[case::hub("hf", "`hf` is not on the PATH")]
#[tokio::test]
async fn a_missing_tool_is_named(#[case] tool: &str, #[case] told: &str) {
    let hub = hub();
    let (mut world, forge, mut options) = machine(&hub).await;
    let bare = world.root().join("bare");
    fs::create_dir(&bare).expect("folder");
    let have = ["sh", "cp", "basename", "git", "python", "tt-smi", "hf"];
    let folders = format!("{}:{}", world.root().join("tools").display(), path());
    for name in have.into_iter().filter(|name| *name != tool) {
        let mut folders = folders
            .split(':')
            .map(|folder| std::path::Path::new(folder).join(name));
        symlink(
            folders.find(|file| file.exists()).expect(name),
            bare.join(name),
        )
        .expect("link");
    }
    world
        .vars
        .insert("PATH".to_owned(), bare.display().to_string());
    options.vars = world.vars.clone();
    if tool == "login" {
        // It is lost once the worker runs.
        breaks(&forge, "create", "login");
    }
    let record = world
        .run_with(&forge, &options)
        .await
        .expect("told")
        .expect("a run");
    assert_eq!(record.status, Status::SetupError);
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains(told), "{comment}");
}

#[rstest]
#[case::no_agent("no-such-agent", None, "`no-such-agent` is not")]
#[case::no_accelerator("tt-smi", Some("echo no board >&2; exit 1"), "no board")]
#[case::no_tests("python", Some("echo no tests >&2; exit 1"), "no tests")]
#[tokio::test]
async fn a_worker_does_not_start_on_a_machine_that_lacks_something(
    #[case] tool: &str,
    #[case] script: Option<&str>,
    #[case] told: &str,
) {
    let hub = hub();
    let (world, _, mut options) = machine(&hub).await;
    check_machine(&options).await.expect("it has everything");
    match script {
        Some(script) => drop(world.tool(tool, script)),
        None => options.agent = Program::Command(Argv::new(tool, &[])),
    }
    let refused = check_machine(&options)
        .await
        .expect_err("it lacks something");
    assert!(refused.to_string().contains(told), "{refused}");
    assert!(
        refused.to_string().contains("checking prerequisites"),
        "{refused}"
    );
    world.nothing_is_left();
}

#[tokio::test]
async fn work_is_kept_when_the_machine_fails_after_the_agent() {
    let hub = hub();
    let (world, forge, options) = machine(&hub).await;
    let script = r#"case "$*" in *"--trace 1"*) echo wedged >&2; exit 3;; esac"#;
    world.tool("python", &format!("{script}\n{PYTHON}"));
    let run = world.run_with(&forge, &options).await;
    let record = run.expect("told").expect("a run");
    assert_eq!(record.status, Status::SetupError);
    let head = record.head.expect("the work is pushed");
    let files = world.git(&["diff", "--name-only", "main", head.as_str()]);
    assert_eq!(files, "models/tiny-lab/tiny-2l/n150/functional/model.py\n");
    let comment = ending(&forge, 5, Status::SetupError);
    let kept = "The work is kept on the branch `bringup/issue-5-tiny-lab-tiny-2l`";
    assert!(
        comment.contains("wedged") && comment.contains(kept),
        "{comment}"
    );
}

#[tokio::test]
async fn a_board_that_lacks_a_status_stops_the_worker_at_the_start() {
    let world = World::new().await;
    let forge = world.forge();
    forge.state.borrow_mut().lacks = Some(Status::InReview);
    let error = world
        .run_with(&forge, &world.options())
        .await
        .expect_err("refused");
    let findings: Vec<String> = error.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].contains("no option `in review`"),
        "{findings:?}"
    );
    assert_eq!(forge.state.borrow().log, ["login", "viewer", "board"]);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self
            .0
            .lock()
            .map_err(|error| io::Error::other(error.to_string()))?;
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_tells_the_run_line_by_line_and_no_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut world = World::new().await;
    world
        .vars
        .insert("YT_MAX_ATTEMPTS".to_owned(), "1".to_owned());
    let forge = world.forge();
    forge.add_issue(6, BROKEN, Status::Ready);
    let record = world.run(&forge).await.expect("a run");

    let log = String::from_utf8(log.0.lock().expect("log").clone()).expect("utf-8");
    let lines: Vec<&str> = log.lines().collect();
    let (run_id, pid) = (record.run_id, std::process::id());
    let run = format!("run{{issue=6 run_id={run_id} worker=\"w7\" pid={pid}}}");
    let has = |parts: &[&str]| {
        lines
            .iter()
            .any(|line| line.contains(&run) && parts.iter().all(|part| line.contains(part)))
    };
    for command in [
        "git clone --quiet git@github.com:yieldthought/ttnn_models.git ttnn_models",
        "git ls-remote --heads origin bringup/issue-6-tiny-lab-broken-2l",
        "git checkout --quiet -b bringup/issue-6-tiny-lab-broken-2l",
        "demo/agent.py",
        "python -m pytest -q",
        "python scripts/run_eval.py --mode hf",
        "git push --quiet -u origin bringup/issue-6-tiny-lab-broken-2l",
    ] {
        assert!(
            has(&["INFO", "running", command]),
            "{command} is not in\n{log}"
        );
    }
    assert!(
        has(&["\"from\":\"ready\"", "\"to\":\"in progress\""]),
        "{log}"
    );
    assert!(
        has(&["\"from\":\"in progress\"", "\"to\":\"failed\""]),
        "{log}"
    );
    assert!(has(&["WARN", "ended", "status=failed"]), "{log}");
    assert!(log.contains("defines no function build_model"), "{log}");
    let order = |part: &str| lines.iter().position(|line| line.contains(part));
    assert!(order("git ls-remote") < order("git checkout --quiet"));
    for (name, value) in crate::world::SECRETS {
        assert!(!log.contains(value), "{name} is in the log");
    }
}
