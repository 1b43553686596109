//! Issues and pull requests that wait.

use rstest::rstest;
use serde_json::json;

use crate::fixture::{World, issue, pull};

#[test]
fn a_new_issue_without_label_is_told_to_triagers_and_maintainers() {
    let mut world = World::llama();
    world.add("issues", issue(1, "It breaks"));
    let mut labelled = issue(2, "It is slow");
    labelled["labels"] = json!(["bug"]);
    world.add("issues", labelled);
    let mut closed = issue(3, "It works");
    closed["open"] = json!(false);
    world.add("issues", closed);
    assert_eq!(
        world.findings("unlabeled-issues"),
        ["issue-unlabeled: issue #1 `It breaks` of 2026-06-01 has no label"]
    );
    let report = world.report("unlabeled-issues");
    assert_eq!(report.people, ["m1", "m2", "m3", "t1"]);
    assert_eq!(report.examined, 2);
}

#[rstest]
#[case::too_long("2026-05-01T12:00:00Z", 1)]
#[case::almost("2026-05-01T12:00:01Z", 0)]
fn an_issue_without_movement_is_told_to_triagers(#[case] updated: &str, #[case] told: usize) {
    let mut world = World::llama();
    let mut quiet = issue(1, "It breaks");
    quiet["updated"] = json!(updated);
    world.add("issues", quiet);
    assert_eq!(world.codes("stale-issues"), vec!["issue-stale"; told]);
    assert_eq!(world.report("stale-issues").people, ["t1"]);
}

#[rstest]
#[case::too_long("2026-06-16T12:00:00Z", 1)]
#[case::almost("2026-06-16T12:00:01Z", 0)]
fn a_pull_request_without_movement_is_told_to_maintainers(
    #[case] updated: &str,
    #[case] told: usize,
) {
    let mut world = World::llama();
    let mut quiet = pull(1, "stranger");
    quiet["updated"] = json!(updated);
    world.add("pulls", quiet.clone());
    quiet["number"] = json!(2);
    quiet["state"] = json!("closed");
    world.add("pulls", quiet);
    assert_eq!(world.codes("stale-pulls"), vec!["pull-stale"; told]);
    assert_eq!(world.report("stale-pulls").people, ["m1", "m2", "m3"]);
}
