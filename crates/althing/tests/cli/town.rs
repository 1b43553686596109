//! A community with a forge: its rules in a folder beside, its people at `gh`.

use althing_testkit::TestForge;
use serde_json::Value;

use super::run::{json, program};

pub(crate) const REPO: [&str; 2] = ["-R", "m1/models"];

/// The program as its own account.
pub(crate) fn althing(forge: &TestForge, args: &[&str]) -> (i32, Value) {
    let mut command = forge.command("althing", program().to_str().expect("path"));
    command.args(args);
    json(command)
}

/// A round; the whole answer.
pub(crate) fn round(forge: &TestForge, more: &[&str]) -> Value {
    let (code, answer) = althing(forge, &[&["tick", "--repo", "m1/models"], more].concat());
    assert_eq!(code, 0, "{answer}");
    answer
}

pub(crate) fn comment(forge: &TestForge, user: &str, number: &str, text: &str) {
    let comment = ["issue", "comment", number, "--body", text];
    forge.gh_text(user, &[&comment[..], &REPO].concat());
}

/// Comments of the program on an issue or pull request.
pub(crate) fn said(forge: &TestForge, number: &str) -> Vec<String> {
    let view = ["issue", "view", number, "--json", "comments"];
    let answer = gh(forge, &view);
    let all = answer["comments"].as_array().expect("comments").iter();
    let own = all.filter(|comment| comment["author"]["login"] == "althing");
    own.map(|comment| comment["body"].as_str().expect("body").to_owned())
        .collect()
}

/// What `gh` tells about the repository, as JSON.
pub(crate) fn gh(forge: &TestForge, args: &[&str]) -> Value {
    let text = forge.gh_text("u1", &[args, &REPO].concat());
    serde_json::from_str(&text).expect("json")
}

/// Every pull request there ever was.
pub(crate) fn pulls(forge: &TestForge) -> Vec<Value> {
    let list = ["pr", "list", "--state", "all"];
    let fields = ["--json", "number,title,state,headRefName,body"];
    let answer = gh(forge, &[&list[..], &fields].concat());
    answer.as_array().expect("pull requests").clone()
}

/// Two weeks, or so, from now.
pub(crate) fn later(days: i64) -> String {
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    later.to_string()
}
