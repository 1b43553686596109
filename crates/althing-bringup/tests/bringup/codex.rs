//! Real codex, which asks a scripted server instead of a model.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use althing_bringup::Status;
use althing_testkit::{Answer, ResponsesServer};
use serde_json::{Value, json};

use crate::world::{SECRETS, TINY, World, ending};

/// Writes a model as a bring-up must.
const WRITE: &str = "\
set -e; dir=models/tiny-lab/tiny-2l/n150/functional; mkdir -p $dir
echo 'def build_model(hf_model, tt_device, max_seq_len): pass' > $dir/model.py
echo '# Notes' > $dir/README.md";

fn shell(command: &str) -> Answer {
    Answer::Shell(command.to_owned())
}

fn say(text: &str) -> Answer {
    Answer::Say(text.to_owned())
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Every text that the model was given in a request.
fn texts(request: &Value) -> String {
    let input = request["input"].as_array().unwrap();
    input.iter().map(|item| format!("{item}\n")).collect()
}

/// What the ledger says of each turn.
async fn turns(world: &World) -> Vec<Value> {
    let entries = world.entries().await.into_iter();
    let turns = entries.filter(|entry| entry.kind.name() == "agent.ran");
    turns.map(|entry| entry.data).collect()
}

#[tokio::test]
async fn codex_takes_an_issue_from_ready_to_in_review() {
    let mut world = World::new().await;
    let look = "env; cat ~/.netrc /proc/self/environ | tr '\\0' '\\n'; true";
    let server = ResponsesServer::start([shell(look), shell(WRITE), say("The model is there.")]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));

    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    let prompt = texts(&asked[0]);
    for part in ["tiny-lab/tiny-2l", "BFP8", "SDPA", "Attempt: 1 of 2"] {
        assert!(prompt.contains(part), "{part}: {prompt}");
    }
    // What the agent saw of its surroundings, it has told the model.
    let seen = texts(&asked[1]);
    assert!(seen.contains("YT_SYSTEM=n150"), "{seen}");
    for (name, value) in SECRETS {
        assert!(!seen.contains(value), "{name} was seen");
    }
    let turns = turns(&world).await;
    assert_eq!(turns.len(), 1);
    let used = json!({ "input_tokens": 300, "cached_input_tokens": 30, "output_tokens": 60 });
    assert_eq!(
        (&turns[0]["usage"], &turns[0]["ending"]),
        (&used, &json!("exit code 0"))
    );
    world.no_secret_is_out(&forge).await;
}

/// A world whose repository wants the agent's opinion.
async fn world_with_review() -> World {
    let world = World::new().await;
    let rules = "bringup: 1\nreview: true\n";
    world.commit("main", "main", ".althing/bringup.yaml", rules);
    world
}

#[tokio::test]
async fn the_agents_opinion_of_its_work_is_a_note_and_it_can_write_nothing_meanwhile() {
    let mut world = world_with_review().await;
    let server = ResponsesServer::start([
        shell(WRITE),
        say("The model is there."),
        shell("echo late > models/late.txt && echo WRITTEN || echo REFUSED"),
        say("The cache is fragile. Closes #1."),
    ]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));

    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    let question = texts(&asked[2]);
    for part in ["strict reviewer", "The model is there.", "Attempt: 1 of 2"] {
        assert!(question.contains(part), "{part}: {question}");
    }
    let told = texts(&asked[3]);
    assert!(told.contains("REFUSED\\n"), "{told}");
    let body = forge.state.borrow().pulls[0].body.clone();
    let note = "Advisory; it decides nothing.\n\n```text\nThe cache is fragile. Closes #1.\n```";
    assert!(body.contains(note), "{body}");
    let branch = record.branch.expect("pushed");
    let files = world.git(&["ls-tree", "-r", "--name-only", &branch]);
    assert!(!files.contains("late"), "{files}");
    assert_eq!(turns(&world).await.len(), 2);
}

#[tokio::test]
async fn without_an_opinion_the_outcome_is_the_same() {
    let mut world = world_with_review().await;
    let server = ResponsesServer::start([
        shell(WRITE),
        say("The model is there."),
        Answer::UsageLimit(now() + 3600),
    ]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));
    let body = forge.state.borrow().pulls[0].body.clone();
    assert!(!body.contains("Advisory"), "{body}");
}

#[tokio::test]
async fn the_next_attempt_goes_on_in_the_thread_with_the_checkers_report() {
    let mut world = World::new().await;
    let server = ResponsesServer::start([
        shell("echo outside > README.md"),
        say("done"),
        shell(&format!("git show HEAD:README.md > README.md; {WRITE}")),
        say("mended"),
    ]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(
        (record.status, record.attempts),
        (Status::InReview, 2),
        "{record:?}"
    );

    let asked = server.asked();
    let second = texts(&asked[2]);
    for part in [
        "Attempt: 1 of 2",
        "Attempt: 2 of 2",
        "The last attempt did not pass",
        "README.md",
    ] {
        assert!(second.contains(part), "{part}: {second}");
    }
    let turns = turns(&world).await;
    assert_eq!(turns[0]["thread"], turns[1]["thread"]);
    assert_eq!(turns[1]["usage"]["output_tokens"], 80);
}

#[tokio::test]
async fn a_usage_limit_is_waited_out_and_costs_no_attempt() {
    let mut world = World::new().await;
    world
        .vars
        .insert("YT_MAX_ATTEMPTS".to_owned(), "1".to_owned());
    let server = ResponsesServer::start([Answer::UsageLimit(now()), shell(WRITE), say("done")]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));
    assert_eq!(turns(&world).await.len(), 2);
}

#[tokio::test]
async fn a_limit_longer_than_a_run_may_wait_is_a_setup_error() {
    let mut world = World::new().await;
    let server = ResponsesServer::start([Answer::UsageLimit(now() + 3 * 24 * 3600)]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.status, Status::SetupError);
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains("longer than a run may wait"), "{comment}");
    assert!(comment.contains("usage limit"), "{comment}");
}

#[tokio::test]
async fn a_login_that_is_refused_is_a_setup_error() {
    let mut world = World::new().await;
    let refusal =
        json!({ "error": { "message": "Incorrect API key provided", "code": "invalid_api_key" } });
    let server = ResponsesServer::start([Answer::Refusal(401, refusal)]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains("refuses this login"), "{comment}");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_taken_up_again() {
    let mut world = World::new().await;
    world
        .vars
        .insert("YT_MAX_ATTEMPTS".to_owned(), "1".to_owned());
    let server = ResponsesServer::start([shell(WRITE), Answer::Cut, say("done")]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));
}

#[tokio::test]
async fn an_agent_that_hangs_is_ended_and_its_work_judged() {
    let mut world = World::new().await;
    let server = ResponsesServer::start([shell(WRITE), Answer::Hang]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let mut options = world.options();
    options.agent_silence = Duration::from_secs(5);
    let record = world
        .run_with(&forge, &options)
        .await
        .unwrap()
        .expect("a run");
    assert_eq!((record.status, record.attempts), (Status::InReview, 1));
    assert_eq!(turns(&world).await[0]["ending"], "silent for 5 s");
}

#[tokio::test]
async fn an_empty_answer_is_a_failed_attempt() {
    let mut world = World::new().await;
    let server = ResponsesServer::start([]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!((record.status, record.attempts), (Status::Failed, 2));
}

#[tokio::test]
async fn no_attempt_begins_when_the_budget_is_spent() {
    let mut world = World::new().await;
    let server = ResponsesServer::start([]);
    world.codex(&server);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let mut options = world.options();
    options.budget.tokens = Some(100);
    let record = world
        .run_with(&forge, &options)
        .await
        .unwrap()
        .expect("a run");
    assert_eq!((record.status, record.attempts), (Status::Failed, 1));
    assert!(
        record.summary.contains("used 120 of 100 tokens"),
        "{}",
        record.summary
    );
}
