//! Builds of the default branch.

use rstest::rstest;
use serde_json::{Value, json};

use crate::fixture::{World, build, commit, issue, person};

/// Commit 2 is newer than commit 1.
fn world() -> World {
    let mut world = World::llama();
    world.add("commits", commit(2, "m1", &["a.py"], Some(2)));
    world.add("commits", commit(1, "m1", &["a.py"], Some(1)));
    world
}

fn about(title: &str, body: &str, assignees: &[&str]) -> Value {
    let mut issue = issue(5, title);
    issue["body"] = json!(body);
    let assignees: Vec<Value> = assignees.iter().map(|login| person(login)).collect();
    issue["assignees"] = json!(assignees);
    issue
}

#[test]
fn the_newest_commit_with_a_result_decides_and_there_the_last_attempt() {
    let mut world = world();
    world.add("builds", build(1, "lint", "failure", 9));
    world.add("builds", build(2, "lint", "success", 1));
    world.add("builds", build(1, "tests", "success", 1));
    world.add("builds", build(2, "tests", "failure", 2));
    world.add("builds", build(1, "docs", "failure", 1));
    world.add("builds", build(2, "docs", "pending", 2));
    world.add("builds", build(2, "types", "failure", 1));
    world.add("builds", build(2, "types", "success", 2));
    let report = world.report("broken-builds");
    let found: Vec<&str> = report
        .findings
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "`docs` is red on main at 0000000000, and nobody is assigned to it",
            "`tests` is red on main at 0000000000, and nobody is assigned to it",
        ]
    );
    assert_eq!(report.examined, 4);
}

#[rstest]
#[case::nobody_knows(None, 1)]
#[case::nobody_is_assigned(Some(about("tests fail", "", &[])), 1)]
#[case::somebody_is(Some(about("tests fail", "", &["m1"])), 0)]
#[case::named_in_the_text(Some(about("Red", "The check `tests` fails.", &["m1"])), 0)]
#[case::a_word_in_the_text(Some(about("Docs", "I wrote tests too.", &["m1"])), 1)]
#[case::part_of_a_word(Some(about("contests", "", &["m1"])), 1)]
fn a_red_check_needs_somebody_who_repairs_it(#[case] about: Option<Value>, #[case] told: usize) {
    let mut world = world();
    world.add("builds", build(2, "tests", "failure", 1));
    if let Some(issue) = about {
        world.add("issues", issue);
    }
    assert_eq!(world.codes("broken-builds"), vec!["build-broken"; told]);
}

#[rstest]
#[case::nobody_knows(None, 1)]
#[case::an_issue_names_it(Some(about("tests are flaky", "", &[])), 0)]
#[case::another_one(Some(about("lint is flaky", "", &[])), 1)]
fn a_check_that_is_red_and_green_on_one_commit_needs_an_issue(
    #[case] about: Option<Value>,
    #[case] told: usize,
) {
    let mut world = world();
    world.add("builds", build(1, "tests", "failure", 1));
    world.add("builds", build(1, "tests", "success", 2));
    world.add("builds", build(1, "lint", "success", 1));
    world.add("builds", build(2, "lint", "failure", 2));
    if let Some(issue) = about {
        world.add("issues", issue);
    }
    assert_eq!(world.codes("flaky-builds"), vec!["build-flaky"; told]);
}
