//! How changes came to the default branch.

use rstest::rstest;
use serde_json::json;

use crate::fixture::{World, commit, merged, person, review};

#[rstest]
#[case::documentation("docs/guide.md", "documentation")]
#[case::documentation_anywhere("src/README.md", "documentation")]
#[case::code("src/a.py", "code")]
#[case::configuration("pyproject.toml", "configuration")]
#[case::pipelines(".github/workflows/ci.yml", "configuration")]
#[case::governance("GOVERNANCE.md", "governance")]
#[case::charter(".althing/charter.yaml", "governance")]
#[case::owners(".github/CODEOWNERS", "governance")]
#[case::anything("assets/logo.png", "other files")]
fn whatever_is_changed_without_a_pull_request_is_reported(#[case] path: &str, #[case] what: &str) {
    let mut world = World::llama();
    world.add("commits", commit(1, "m1", &[path], None));
    world.add("commits", commit(2, "m1", &[path], Some(7)));
    assert_eq!(
        world.findings("direct-changes"),
        [format!(
            "direct-change: @m1 changed {what} on main without a pull request: 0000000000 `Change 1`"
        )]
    );
    let report = world.report("direct-changes");
    assert_eq!(report.examined, 2);
    assert_eq!(report.people, ["m1", "m2"]);
}

#[test]
fn contributors_and_maintainers_are_held_to_pull_requests_alike() {
    let mut world = World::llama();
    for (number, who) in [(1, "m1"), (2, "t1"), (3, "stranger"), (4, "robot")] {
        world.add("commits", commit(number, who, &["src/a.py"], None));
    }
    assert_eq!(world.codes("direct-changes"), ["direct-change"; 4]);
    let changes = json!(world.report("direct-changes").rows);
    assert_eq!(changes[2]["author"], "stranger");
    assert_eq!(changes[0]["kinds"], json!(["code"]));
}

#[rstest]
#[case::by_a_maintainer("stranger", "m1", &["m2"], &[])]
#[case::by_the_reviewer("stranger", "m1", &["m1"], &[])]
#[case::own_and_reviewed("m1", "m1", &["m2"], &[])]
#[case::by_a_machine_after_review("stranger", "robot", &["m2"], &[])]
#[case::own_and_not_reviewed("m1", "m1", &[], &["merge-unreviewed"])]
#[case::own_review_is_none("m1", "m1", &["m1"], &["merge-unreviewed"])]
#[case::review_by_a_machine("m1", "m1", &["robot"], &["merge-unreviewed"])]
#[case::merged_without_looking("stranger", "m1", &[], &["merge-unreviewed"])]
#[case::among_strangers("stranger", "friend", &["other"], &["merge-unconsidered", "merge-outside"])]
#[case::by_an_author_without_right("stranger", "stranger", &["m1"], &["merge-outside"])]
fn merges_are_reviewed_and_considered(
    #[case] author: &str,
    #[case] merger: &str,
    #[case] reviewers: &[&str],
    #[case] codes: &[&str],
) {
    let mut world = World::llama();
    world.add("pulls", merged(7, author, merger, reviewers));
    assert_eq!(world.codes("merges"), codes);
}

#[rstest]
#[case::own(&["docs/a.md"], &[])]
#[case::other(&["src/inference/a.py"], &["merge-unconsidered", "merge-outside"])]
#[case::mixed(&["docs/a.md", "src/a.py"], &["merge-outside"])]
fn a_code_owner_merges_in_the_own_domain_alone(#[case] paths: &[&str], #[case] codes: &[&str]) {
    let mut world = World::llama();
    let mut pull = merged(7, "stranger", "o1", &["friend"]);
    pull["paths"] = json!(paths);
    world.add("pulls", pull);
    assert_eq!(world.codes("merges"), codes);
}

#[test]
fn a_comment_is_an_act_and_a_later_review_is_not() {
    let mut world = World::llama();
    let mut late = merged(7, "stranger", "m1", &[]);
    let mut review = review("m2");
    review["at"] = json!("2026-06-20T00:00:01Z");
    late["reviews"] = json!([review]);
    world.add("pulls", late);
    let mut discussed = merged(8, "stranger", "robot", &["friend"]);
    discussed["comments"] = json!([{ "author": person("m2"), "at": "2026-06-19T00:00:00Z" }]);
    world.add("pulls", discussed);
    let mut gone = merged(9, "stranger", "m1", &["m2"]);
    gone["merged_by"] = json!(null);
    world.add("pulls", gone);
    assert_eq!(
        world.findings("merges"),
        [
            "merge-unreviewed: #7 `A change` was merged without a review by another person",
            "merge-outside: #9 `A change` was merged by an account that is gone",
        ]
    );
}
