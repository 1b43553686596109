//! Runs from `ready` to each of their endings.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use althing_bringup::{Argv, Check, Claim, Mode, Program, Status, Stopper, WorkerError};
use rstest::rstest;

use crate::{
    machine::SNAPSHOT,
    memory_forge::{Happens, MemoryForge, State},
    world::{BROKEN, TINY, World, ending, project},
};

const WRITE_MODEL: &str = r#"
mkdir -p models/tiny-lab/tiny-2l/n150/functional
echo 'def build_model(hf_model, tt_device, max_seq_len): pass' > models/tiny-lab/tiny-2l/n150/functional/model.py
"#;

#[tokio::test]
async fn a_ready_issue_becomes_a_pull_request_in_review() {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(
        (record.issue, record.status, record.attempts),
        (5, Status::InReview, 1)
    );
    assert_eq!(record.skipped, [Check::TtEval, Check::TtTraceEval]);

    let branch = "bringup/issue-5-tiny-lab-tiny-2l";
    assert_eq!(record.branch.as_deref(), Some(branch));
    let subject = world.git(&["log", "-1", "--format=%s%n%an <%ae>", branch]);
    assert_eq!(
        subject,
        "Bringup tiny-lab/tiny-2l (n150) top1=1.0000 top5=1.0000 trace=0\n\
         worker <1003+worker@users.noreply.github.com>\n"
    );
    let files = world.git(&["diff", "--name-only", "main", branch]);
    assert_eq!(
        files,
        "models/tiny-lab/tiny-2l/n150/functional/README.md\n\
         models/tiny-lab/tiny-2l/n150/functional/model.py\n"
    );

    let comment = ending(&forge, 5, Status::InReview);
    assert!(
        comment.contains("https://github.com/yieldthought/ttnn_models/pull/101"),
        "{comment}"
    );
    assert!(
        comment.contains("| hf | 0 | 1.0000 | 1.0000 | 4 |"),
        "{comment}"
    );
    assert!(
        comment.contains("TT evaluation, trace on: skipped"),
        "{comment}"
    );
    {
        let state = forge.state.borrow();
        assert_eq!(state.pulls[0].title, "Bringup: tiny-lab/tiny-2l (n150)");
        assert_eq!(state.pulls[0].head, branch);
        assert!(state.pulls[0].body.starts_with("Closes #5\n"));
        let (head, status) = &state.statuses[0];
        assert_eq!(Some(head), record.head.as_ref());
        assert_eq!(status.context, "althing/bringup");
        assert!(
            status
                .description
                .contains("skipped: TT evaluation, trace off")
        );
        assert!(status.description.len() <= 140);
        assert!(state.refs.is_empty(), "{:?}", state.refs);
        let claim = Claim::parse(&state.issues[&5].comments[0].body).expect("a claim");
        assert_eq!((claim.worker.as_str(), claim.run_id), ("w7", record.run_id));
        insta::assert_snapshot!(state.log.join("\n"), @r"
        login
        viewer
        board
        list ready, in progress
        read 5
        comment 5
        read 5
        mark
        create refs/althing/claims/issue-5
        read 5
        move 5 to in progress
        login
        report althing/bringup
        open pull
        comment 5
        move 5 to in review
        unref refs/althing/claims/issue-5
        ");
    }
    insta::assert_snapshot!(world.kinds().await.join("\n"), @r"
    claim.won
    status.moved
    agent.ran
    checks.run
    branch.pushed
    pull.opened
    status.moved
    claim.released
    run.ended
    ");
    world.ledger.verify().await.expect("an intact ledger");
    world.no_secret_is_out(&forge).await;
}

/// The accelerator is the stand-in that the template's tests bring along; the rest is real.
#[tokio::test]
async fn the_agents_model_is_compared_on_a_device_untraced_and_traced_with_one_reference() {
    let mut world = World::new().await;
    let stand_in = project().join("templates/models-repo/tests/fakes");
    let stand_in = stand_in.display().to_string();
    world.vars.insert("PYTHONPATH".to_owned(), stand_in);
    world.tool("tt-smi", SNAPSHOT);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let mut options = world.options();
    options.skip_tt = false;
    let record = world.run_with(&forge, &options).await.expect("told");
    let record = record.expect("a run");
    let (status, comment) = (record.status, forge.comments(5).concat());
    assert_eq!(status, Status::InReview, "{comment}");
    let told = (record.metrics.iter()).map(|it| {
        let cache = it.more["cache"].as_str().unwrap_or_default();
        (it.mode, it.top1, it.trace_replays, it.decode_steps, cache)
    });
    let expected = [
        (Mode::Hf, 1.0, None, None, "stored"),
        (Mode::Tt, 1.0, None, None, "hit"),
        (Mode::Tt, 1.0, Some(3), Some(3), "hit"),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn checks_that_never_pass_end_failed_with_the_work_preserved() {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(6, BROKEN, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::Failed, 2));
    let branch = "bringup/issue-6-tiny-lab-broken-2l";
    let files = world.git(&["diff", "--name-only", "main", branch]);
    assert!(
        files.contains("models/tiny-lab/broken-2l/n150/functional/model.py"),
        "{files}"
    );
    let comment = ending(&forge, 6, Status::Failed);
    assert!(comment.contains(branch), "{comment}");
    assert!(
        comment.contains("$ python -m pytest -q\nexit code 1"),
        "{comment}"
    );
    assert!(
        comment.contains("defines no function build_model"),
        "{comment}"
    );
    assert!(forge.state.borrow().pulls.is_empty());
    assert!(forge.state.borrow().refs.is_empty());
}

#[tokio::test]
async fn the_report_of_a_failed_attempt_is_in_the_next_prompt() {
    let mut world = World::new().await;
    let prompts = world.root().join("prompts");
    let keep = format!("cat >> {0}; echo '=====' >> {0}", prompts.display());
    let second = format!("grep -q ===== {} && fixed=yes", prompts.display());
    let broken = WRITE_MODEL.replace("build_model", "other");
    world.agent(&format!(
        "{second}\n{keep}\nif [ $fixed ]; then {WRITE_MODEL}\nelse {broken}\nfi"
    ));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 2));
    let prompts = fs::read_to_string(prompts).expect("prompts");
    let (first, second) = prompts.split_once("=====").expect("two prompts");
    assert!(
        first.contains("Attempt: 1 of 2") && !first.contains("did not pass"),
        "{first}"
    );
    assert!(
        second.contains("Attempt: 2 of 2") && second.contains("defines no function"),
        "{second}"
    );
}

#[rstest]
#[case::wrong_issue("hf_model_id: llama", "", "issue #5:1:14: error[issue-malformed]")]
#[case::no_such_model("hf_model_id: no/such", "", "no/such is no model")]
#[case::missing_agent(TINY, "agent", "`no-such-agent` is not on the PATH")]
#[case::remote_branch(TINY, "branch", "`bringup/issue-5-tiny-lab-tiny-2l` exists already")]
#[case::no_remote(TINY, "remote", "git clone")]
#[case::no_accelerator(TINY, "tt", "import ttnn")]
#[case::agent_breaks_down(TINY, "exit", "changed nothing and ended with exit code 7")]
#[case::harness_lacks_something("hf_model_id: tiny-lab/torch\n", "torch", "torch")]
#[tokio::test]
async fn whatever_fails_around_the_model_is_a_setup_error(
    #[case] body: &str,
    #[case] what: &str,
    #[case] told: &str,
) {
    let mut world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, body, Status::Ready);
    let mut options = world.options();
    match what {
        "agent" => options.agent = Program::Command(Argv::new("no-such-agent", &[])),
        "branch" => drop(world.git(&["branch", "bringup/issue-5-tiny-lab-tiny-2l"])),
        "remote" => fs::remove_dir_all(world.remote()).expect("removed"),
        "tt" => {
            let lacks = r#"case "$*" in *ttnn*) echo no module ttnn >&2; exit 1;; esac"#;
            world.tool("python", lacks);
            options.skip_tt = false;
        }
        "exit" => {
            world.agent("exit 7");
            options.agent = Program::Command(world.agent.clone().unwrap());
        }
        "torch" => {
            let folder = world.models.join("tiny-lab/torch");
            fs::create_dir_all(&folder).expect("folder");
            let config = r#"{"model_type": "no-such-thing", "architectures": ["NoSuchThing"]}"#;
            fs::write(folder.join("config.json"), config).expect("config");
            world.agent(&WRITE_MODEL.replace("tiny-2l", "torch"));
            options.agent = Program::Command(world.agent.clone().unwrap());
        }
        _ => {}
    }
    let record = world
        .run_with(&forge, &options)
        .await
        .expect("told")
        .expect("a run");
    assert_eq!(record.status, Status::SetupError);
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains(told), "{comment}");
    assert_eq!(forge.comments(5).len(), 2, "the claim, and one report");
    assert!(forge.state.borrow().pulls.is_empty());
    assert!(forge.state.borrow().refs.is_empty(), "the fence is down");
}

#[rstest]
#[case::push(
    "push",
    "All checks had passed. The branch could not be pushed; this patch"
)]
#[case::pull("open pull", "All checks had passed. The work is kept on the branch")]
#[case::status("report", "All checks had passed. The work is kept on the branch")]
#[tokio::test]
async fn a_failure_after_passed_checks_is_a_setup_error_and_the_work_is_not_lost(
    #[case] what: &str,
    #[case] told: &str,
) {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    if what == "push" {
        let hook = world.remote().join("hooks/pre-receive");
        fs::copy(world.tool("refuse", "exit 1"), hook).expect("hook");
    } else {
        forge.state.borrow_mut().broken.push(what.to_owned());
    }
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::SetupError);
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains(told), "{comment}");
    assert_eq!(record.head.is_some(), what != "push");
    if what == "push" {
        assert!(comment.contains("+def build_model"), "{comment}");
    }
}

#[tokio::test]
async fn a_reference_that_fails_is_not_the_models_failure() {
    let world = World::new().await;
    fs::remove_file(world.models.join("tiny-lab/tiny-2l/model.safetensors")).expect("removed");
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::ReferenceError);
    let comment = ending(&forge, 5, Status::ReferenceError);
    assert!(comment.contains("model.safetensors"), "{comment}");
}

#[tokio::test]
async fn the_agent_sees_no_credential_and_none_gets_out() {
    let mut world = World::new().await;
    let dump = "env > models/tiny-lab/tiny-2l/n150/functional/notes.txt; git config --list >> models/tiny-lab/tiny-2l/n150/functional/notes.txt";
    world.agent(&format!("{WRITE_MODEL}{dump}"));
    // Its own key is the agent's to see; here it must not publish it.
    world.vars.remove("CODEX_API_KEY");
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    let branch = "bringup/issue-5-tiny-lab-tiny-2l";
    let notes = world.git(&[
        "show",
        &format!("{branch}:models/tiny-lab/tiny-2l/n150/functional/notes.txt"),
    ]);
    assert!(notes.contains("YT_SYSTEM=n150"), "{notes}");
    assert!(
        !notes.contains("GIT_CONFIG") && !notes.contains("insteadof"),
        "{notes}"
    );
    assert!(
        !notes.contains(&format!("\nHOME={}\n", world.vars["HOME"])),
        "{notes}"
    );
    world.no_secret_is_out(&forge).await;
}

#[tokio::test]
async fn a_key_that_the_agent_writes_down_is_neither_accepted_nor_published() {
    let mut world = World::new().await;
    let leak = "echo $CODEX_API_KEY > models/tiny-lab/tiny-2l/n150/functional/notes.txt";
    world.agent(&format!("{WRITE_MODEL}{leak}"));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.head), (Status::Failed, None));
    let comment = ending(&forge, 5, Status::Failed);
    assert!(
        comment.contains("n150/functional/notes.txt holds a credential"),
        "{comment}"
    );
    world.no_secret_is_out(&forge).await;
}

#[tokio::test]
async fn a_stored_login_that_the_agent_reads_is_neither_accepted_nor_published() {
    let mut world = World::new().await;
    let login = "codex-access-0123456789";
    let home = world.root().join("home/.codex");
    fs::create_dir_all(&home).expect("dir");
    let stored = format!(r#"{{ "tokens": {{ "access_token": "{login}" }} }}"#);
    fs::write(home.join("auth.json"), stored).expect("written");
    let leak = "cat $CODEX_HOME/auth.json | tee models/tiny-lab/tiny-2l/n150/functional/notes.txt";
    world.agent(&format!("{WRITE_MODEL}{leak}"));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.head), (Status::Failed, None));
    let comment = ending(&forge, 5, Status::Failed);
    assert!(
        comment.contains("notes.txt holds a credential"),
        "{comment}"
    );
    assert!(!comment.contains(login), "{comment}");
}

#[tokio::test]
async fn a_repository_without_a_harness_is_a_setup_error_before_the_agent_runs() {
    let world = World::new().await;
    world.remove("scripts/run_eval.py");
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.attempts, 0);
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(
        comment.contains("there is no scripts/run_eval.py"),
        "{comment}"
    );
}

#[tokio::test]
async fn secrets_in_output_are_redacted_where_people_read_it() {
    let mut world = World::new().await;
    world.agent("echo my key is $CODEX_API_KEY; exit 1");
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    assert!(ending(&forge, 5, Status::SetupError).contains("my key is [redacted]"));
    world.no_secret_is_out(&forge).await;
}

#[rstest]
#[case::harness(
    "echo 'print(\"YT_METRICS={}\")' > scripts/run_eval.py",
    "scripts/run_eval.py"
)]
#[case::tests("rm tests/test_models.py", "tests/test_models.py")]
#[case::stray("echo x > conftest.py", "conftest.py")]
#[case::link("ln -s /etc/hostname models/link", "links and nested repositories")]
#[case::nothing(
    "git checkout -q . && git clean -qfd",
    "nothing below models/ was changed"
)]
#[tokio::test]
async fn an_agent_that_changes_what_judges_it_does_not_pass(
    #[case] cheat: &str,
    #[case] told: &str,
) {
    let mut world = World::new().await;
    world.agent(&format!("{WRITE_MODEL}{cheat}"));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::Failed);
    let comment = ending(&forge, 5, Status::Failed);
    assert!(comment.contains(told), "{comment}");
    if let Some(head) = record.head {
        let files = world.git(&["diff", "--name-only", "main", head.as_str()]);
        assert!(
            files.lines().all(|file| file.starts_with("models/")),
            "{files}"
        );
    }
}

#[tokio::test]
async fn what_is_ignored_or_hidden_in_the_clone_is_neither_run_nor_committed() {
    let mut world = World::new().await;
    // A compiled harness that git ignores, a hook and an alias that the run's own git must not use.
    let tricks = r#"
mkdir -p scripts/__pycache__ && echo junk > scripts/__pycache__/run_eval.cpython-311.pyc
printf '#!/bin/sh\ntouch "$GIT_DIR/../hooked"; exit 1\n' > .git/hooks/pre-commit
cp .git/hooks/pre-commit .git/hooks/pre-push
chmod +x .git/hooks/pre-commit .git/hooks/pre-push
mkdir -p ../git/hooks && cp -p .git/hooks/pre-commit .git/hooks/pre-push ../git/hooks/
git config remote.origin.url /nowhere
git -c user.name=x -c user.email=x@example.org commit -q --no-verify --allow-empty -m "mine"
dd if=/dev/zero of=models/tiny-lab/tiny-2l/n150/functional/weights.onnx bs=1 count=1 2>/dev/null
"#;
    world.agent(&format!("{WRITE_MODEL}{tricks}"));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::InReview);
    let branch = record.branch.expect("pushed");
    assert_eq!(
        world.git(&["rev-list", "--count", &format!("main..{branch}")]),
        "1\n"
    );
    let files = world.git(&["diff", "--name-only", "main", &branch]);
    assert_eq!(files, "models/tiny-lab/tiny-2l/n150/functional/model.py\n");
}

/// An agent that says that it runs and then works for long.
fn slow(world: &mut World) -> PathBuf {
    let pid = world.root().join("pid");
    world.agent(&format!(
        "echo $$ > {0}.new; mv {0}.new {0}; sleep 600",
        pid.display()
    ));
    pid
}

async fn appears(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn is_ended(pid: &Path) {
    let pid = fs::read_to_string(pid).expect("pid");
    let stat = format!("/proc/{}/stat", pid.trim());
    let running = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    for _ in 0..200 {
        if !running() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the agent still runs");
}

#[tokio::test]
async fn who_is_told_to_stop_gives_the_issue_back() {
    let mut world = World::new().await;
    let pid = slow(&mut world);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let (stopper, stopping) = Stopper::new();
    let told = async {
        appears(&pid).await;
        stopper.stop("SIGTERM");
    };
    let options = world.options();
    let run = world.run_until(&forge, &options, stopping);
    let (record, ()) = tokio::join!(run, told);
    let record = record.expect("told").expect("a run");
    assert_eq!((record.status, record.attempts), (Status::Ready, 1));
    world.nothing_is_left();
    is_ended(&pid).await;

    let comment = ending(&forge, 5, Status::Ready);
    assert!(comment.contains("stopped by SIGTERM"), "{comment}");
    assert!(forge.state.borrow().refs.is_empty(), "the fence is down");
    let kinds = world.kinds().await;
    assert_eq!(kinds.last().map(String::as_str), Some("run.ended"));

    // It is anybody's again.
    world.agent(WRITE_MODEL);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::InReview);
}

#[tokio::test]
async fn dropping_a_run_leaves_no_folder_and_no_process() {
    let mut world = World::new().await;
    let pid = slow(&mut world);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    tokio::select! {
        record = world.run(&forge) => panic!("ended: {record:?}"),
        () = appears(&pid) => {}
    }
    world.nothing_is_left();
    is_ended(&pid).await;
}

/// What is asked first of all once a run works on its issue.
const STARTED: &str = "login";

/// From `at` on, requests that start with `broken` fail.
pub(crate) fn breaks(forge: &MemoryForge, at: &str, broken: &'static str) {
    let happens = |state: &mut State| state.broken.push(broken.to_owned());
    let happens = (at.to_owned(), Box::new(happens) as Happens);
    if at == STARTED {
        // The worker itself asks the same when it starts.
        let starts = (at.to_owned(), Box::new(|_: &mut State| {}) as Happens);
        forge.state.borrow_mut().meanwhile.push_back(starts);
    }
    forge.state.borrow_mut().meanwhile.push_back(happens);
}

#[rstest]
#[case::verifying("comment 5", "read 5")]
#[case::fencing("create", "create")]
#[case::looking_again("create", "read 5")]
#[tokio::test]
async fn a_claim_that_fails_half_way_leaves_nothing_behind(
    #[case] at: &str,
    #[case] broken: &'static str,
) {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    breaks(&forge, at, broken);
    let error = world.run_with(&forge, &world.options()).await;
    assert!(error.is_err(), "{error:?}");
    assert_eq!(forge.status(5), Status::Ready.name());
    assert_eq!(forge.comments(5), [""; 0]);
    assert!(forge.state.borrow().refs.is_empty());
    assert_eq!(world.kinds().await, [""; 0]);
}

#[tokio::test]
async fn a_status_that_cannot_be_set_at_the_start_is_a_setup_error() {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    breaks(&forge, "create", "move 5 to in progress");
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::SetupError, 0));
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains("move 5 to in progress"), "{comment}");
    assert!(forge.state.borrow().refs.is_empty(), "the fence is down");
}

#[rstest]
#[case::comment_after_the_pull(TINY, "comment 5", Status::SetupError, 1, false)]
#[case::status_after_the_pull(TINY, "move 5 to in review", Status::InProgress, 2, true)]
#[case::fence_after_the_pull(TINY, "unref", Status::InReview, 2, true)]
#[case::comment_after_a_failure(BROKEN, "comment 5", Status::SetupError, 1, false)]
#[case::every_status("hf_model_id: no/such", "move", Status::InProgress, 2, true)]
#[tokio::test]
async fn an_ending_that_cannot_be_told_is_an_error_and_on_record(
    #[case] body: &str,
    #[case] broken: &'static str,
    #[case] status: Status,
    #[case] comments: usize,
    #[case] fenced: bool,
) {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, body, Status::Ready);
    breaks(&forge, STARTED, broken);
    let error = world
        .run_with(&forge, &world.options())
        .await
        .expect_err("not told");
    assert!(error.to_string().contains(broken), "{error}");
    assert_eq!(forge.status(5), status.name());
    assert_eq!(forge.comments(5).len(), comments);
    assert_eq!(!forge.state.borrow().refs.is_empty(), fenced);
    let last = world.entries().await.pop().expect("entries");
    assert_eq!(last.kind.to_string(), "run.ended");
    assert_eq!(last.data["status"], status.name(), "{}", last.data);
    assert_eq!(
        last.data.to_string().contains("could not be told"),
        broken != "unref",
        "{}",
        last.data
    );
}

#[tokio::test]
async fn a_ledger_that_fails_stops_the_run_and_people_are_told() {
    let mut world = World::new().await;
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('drop table entries')";
    let ledger = world.root().join("ledger.db");
    world.agent(&format!(
        "{WRITE_MODEL}python3 -c \"{script}\" {}",
        ledger.display()
    ));
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let error = world
        .run_with(&forge, &world.options())
        .await
        .expect_err("not recorded");
    assert!(matches!(error, WorkerError::Ledger(_)), "{error}");
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains("recording what happens"), "{comment}");
    let state = forge.state.borrow();
    assert!(state.pulls.is_empty() && state.refs.is_empty());
}

#[tokio::test]
async fn the_network_may_fail_once_where_asking_again_does_no_harm() {
    let world = World::new().await;
    let forge = world.forge();
    forge.add_issue(5, BROKEN, Status::Ready);
    breaks(&forge, STARTED, "move 5 to failed");
    let stays: Happens = Box::new(|_| {});
    let passes: Happens = Box::new(|state| state.broken.clear());
    for happens in [stays, passes] {
        let next = ("move 5 to failed".to_owned(), happens);
        forge.state.borrow_mut().meanwhile.push_back(next);
    }
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::Failed);
    ending(&forge, 5, Status::Failed);
}

#[rstest]
#[case::login("move 5 to in progress", "login")]
#[case::pull("open pull", "open pull")]
#[case::report("report", "report")]
#[case::comment("open pull", "comment 5")]
#[case::status("open pull", "move 5 to in review")]
#[case::fence("open pull", "unref")]
#[tokio::test]
async fn an_answer_that_is_lost_does_nothing_twice(#[case] after: &str, #[case] lost: &str) {
    let mut world = World::new().await;
    world.agent(WRITE_MODEL);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let unsure = lost.to_owned();
    let happens: Happens = Box::new(move |state| state.unsure.push(unsure));
    let from_then_on = (after.to_owned(), happens);
    forge.state.borrow_mut().meanwhile.push_back(from_then_on);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::InReview, "{}", record.summary);
    let state = forge.state.borrow();
    assert!(state.unsure.is_empty(), "the answer was lost");
    assert_eq!(state.pulls.len(), 1);
    assert_eq!(state.issues[&5].comments.len(), 2);
    assert!(state.refs.is_empty());
}
