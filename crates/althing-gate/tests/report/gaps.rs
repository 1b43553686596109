//! What is not known is said.

use althing_gate::History;
use rstest::rstest;
use serde_json::json;

use crate::fixture::World;

#[rstest]
#[case("pulls", &["merges", "stale-pulls", "reviews"])]
#[case("commits", &["direct-changes", "broken-builds"])]
#[case("issues", &["unlabeled-issues", "stale-issues", "broken-builds", "flaky-builds"])]
#[case("files", &["code-owners"])]
#[case("something else", &["direct-changes", "merges", "code-owners", "unlabeled-issues", "stale-issues", "stale-pulls", "reviews", "broken-builds", "flaky-builds"])]
fn a_gap_makes_the_reports_incomplete_that_need_the_facts(
    #[case] facts: &str,
    #[case] incomplete: &[&str],
) {
    let mut world = World::new(
        crate::fixture::LLAMA,
        "[{ id: 1, login: m1, roles: [maintainer@project] }]",
    );
    world.file(".github/CODEOWNERS", Some("* @m1"));
    world.add(
        "gaps",
        json!({ "facts": facts, "why": "the answer was cut" }),
    );
    let names = world.charter.reports().iter().map(|it| it.kind.name());
    let names: Vec<&str> = names.collect();
    let found = names.into_iter().filter(|name| {
        let report = world.report(name);
        let codes = report.findings.iter().map(|it| it.code.slug());
        codes.filter(|code| *code == "report-incomplete").count() == 1
    });
    let found: Vec<&str> = found.collect();
    assert_eq!(found, incomplete);
}

#[test]
fn a_file_that_nobody_looked_for_is_no_missing_file() {
    let world = World::new(crate::fixture::LLAMA, crate::fixture::MEMBERS);
    assert_eq!(world.codes("code-owners"), ["report-incomplete"]);
    assert_eq!(world.codes("merges"), ["report-incomplete"]);
}

#[test]
fn a_history_reads_back_and_unknown_facts_are_refused() {
    let mut world = World::llama();
    world.history["activity"] = json!({ "1": "2026-06-01T00:00:00Z", "2": null });
    let read: History = serde_json::from_value(world.history.clone()).expect("a history");
    let written = serde_json::to_value(&read).expect("written");
    assert_eq!(
        serde_json::from_value::<History>(written).expect("again"),
        read
    );
    world.history["gossip"] = json!([]);
    assert!(serde_json::from_value::<History>(world.history).is_err());
}
