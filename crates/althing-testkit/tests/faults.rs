//! Every kind of fault, as clients meet it, and what the forge has done meanwhile.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::Path,
    time::{Duration, Instant},
};

use althing_localforge::{forge::Forge, server::Faults};
use althing_testkit::TestForge;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_althing-testkit");
const SEED: &str = "
users: [{ login: ada, token: token-ada }]
repositories: [{ name: ada/models, issues: [{ title: First }] }]
projects:
  - owner: ada
    number: 1
    title: Board
    fields: { Status: [ready, done] }
    items: [{ issue: ada/models#1, status: ready }]
";
const COMMENT: [&str; 4] = [
    "api",
    "repos/ada/models/issues/1/comments",
    "-f",
    "body=new",
];

fn start(faults: &str) -> TestForge {
    let faults = Faults::parse("faults.yaml", faults).unwrap();
    TestForge::start_with_faults(Path::new(PROGRAM), SEED, &[], faults)
}

/// How many comments there are, whatever the server says.
fn comments(forge: &TestForge) -> u64 {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let opened = Forge::open(&forge.root()).await.unwrap();
        let ada = opened.authenticate("token-ada").await.unwrap();
        let repo = opened.repo(&ada, "ada", "models").await.unwrap();
        let count = opened.issue(&ada, &repo, 1).await.unwrap().comments;
        opened.close().await;
        count
    })
}

#[test]
fn refusals_do_nothing_and_cuts_come_after_the_deed() {
    for (faults, words, done) in [
        ("errors: { rate: 1, status: 500 }", "HTTP 500", 0),
        ("errors: { rate: 1 }", "HTTP 502", 0),
        (
            "secondary-limit: { rate: 1, retry-after: 7 }",
            "secondary rate limit",
            0,
        ),
        ("cuts: { rate: 1 }", "EOF", 1),
    ] {
        let forge = start(faults);
        let output = forge.gh("ada").args(COMMENT).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && stderr.contains(words),
            "{faults}: {stderr}"
        );
        assert_eq!(comments(&forge), done, "{faults}");
    }
}

#[test]
fn a_secondary_limit_says_how_long_to_wait_in_both_apis() {
    let forge = start("secondary-limit: { rate: 1, retry-after: 7 }");
    for args in [
        &["api", "-i", "user"][..],
        &["api", "-i", "graphql", "-f", "query={viewer{login}}"],
    ] {
        let output = forge.gh("ada").args(args).output().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(
            answer.to_lowercase().contains("retry-after: 7\r\n"),
            "{answer}"
        );
    }
}

#[test]
fn an_answer_takes_the_latency_longer() {
    let forge = start("latency: { milliseconds: 150, jitter: 20 }");
    let begin = Instant::now();
    forge.gh_text("ada", &["api", "user"]);
    assert!(begin.elapsed() >= Duration::from_millis(150));
}

#[test]
fn lists_lag_behind_writes_in_both_apis() {
    let forge = start("read-lag: { milliseconds: 3600000 }");
    forge.gh_text("ada", &COMMENT);
    let listed = [
        "api",
        "repos/ada/models/issues/1/comments",
        "--jq",
        "length",
    ];
    assert_eq!(forge.gh_text("ada", &listed), "0");
    let document = "query={ repository(owner: \"ada\", name: \"models\") {
        issue(number: 1) { comments(first: 9) { totalCount } projectItems(first: 1) { totalCount } } } }";
    let answer: Value =
        serde_json::from_str(&forge.gh_text("ada", &["api", "graphql", "-f", document])).unwrap();
    assert_eq!(
        answer["data"]["repository"]["issue"],
        json!({ "comments": { "totalCount": 0 }, "projectItems": { "totalCount": 0 } })
    );
}

#[test]
fn what_was_asked_for_is_done_when_the_client_goes_away() {
    let forge = start("latency: { milliseconds: 400 }");
    let body = "{\"body\":\"new\"}";
    let request = format!(
        "POST /repos/ada/models/issues/1/comments HTTP/1.1\r\nHost: api.github.com\r\n\
         Authorization: token token-ada\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let deadline = Instant::now() + Duration::from_secs(60);
    while comments(&forge) == 0 {
        assert!(Instant::now() < deadline, "what was begun is dropped");
        let mut client = UnixStream::connect(forge.root().join("forge.sock")).unwrap();
        client.write_all(request.as_bytes()).unwrap();
        // Long enough for the server to begin, too short for it to answer.
        client
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        assert!(client.read(&mut [0]).is_err());
    }
}
