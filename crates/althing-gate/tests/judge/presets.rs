//! The gates of the presets, on both sides of the numbers that their documents name.

use althing_charter::{Rules, Source};
use althing_diag::Code;
use althing_gate::{CheckState, Commit, Facts, ReviewState, judge};
use rstest::rstest;

use crate::fixture::{account, check, head, passing, person, review};

/// In the order core team, committee, module maintainer, reviewer; 9 is the author.
const TTTV2_MEMBERS: &str = "
- { id: 1, login: m1, roles: [core-team] }
- { id: 2, login: r2, roles: [community-representative] }
- { id: 3, login: r3, roles: ['module-maintainer@module:attention/linear'] }
- { id: 4, login: w4, roles: [reviewer] }
";

const KTRANSFORMERS_MEMBERS: &str = "
- { id: 1, login: m1, roles: [maintainer] }
- { id: 2, login: r2, roles: [reviewer] }
";

/// Maintainers of the project, of an area, a code owner, a triager.
const LLAMA_STACK_MEMBERS: &str = "
- { id: 1, login: m1, roles: [maintainer@project] }
- { id: 2, login: m2, roles: [maintainer@project] }
- { id: 3, login: a3, roles: ['maintainer@area:inference'] }
- { id: 4, login: o4, roles: ['code-owner@domain:docs'] }
- { id: 5, login: t5, roles: [triager] }
";

const APPROVALS: Code = Code::GateApprovalsMissing;

fn rules(file: &str, charter: &str, members: &str) -> Rules {
    let charter = Source::new(file, charter);
    let now = "2026-02-02T12:00:00Z".parse().unwrap();
    Rules::parse(charter, Source::new("members.yaml", members), &[], now).unwrap()
}

fn tttv2() -> Rules {
    let charter = include_str!("../../../../charters/tttv2.yaml");
    rules("charters/tttv2.yaml", charter, TTTV2_MEMBERS)
}

fn ktransformers() -> Rules {
    let charter = include_str!("../../../../charters/ktransformers.yaml");
    rules(
        "charters/ktransformers.yaml",
        charter,
        KTRANSFORMERS_MEMBERS,
    )
}

fn llama_stack() -> Rules {
    let charter = include_str!("../../../../charters/llama-stack.yaml");
    rules("charters/llama-stack.yaml", charter, LLAMA_STACK_MEMBERS)
}

/// An outsider's change of one path with these approvals and green checks.
fn change(path: &str, approvals: &[u64], checks: &[(&str, &str)]) -> Facts {
    let approved = |&id: &u64| review(id, ReviewState::Approved, 'a');
    let green = |&(name, by): &(&str, &str)| check(name, CheckState::Success, Some(by));
    Facts {
        author: Some(account(9)),
        paths: vec![path.to_owned()],
        commits: vec![Commit {
            sha: head(),
            people: vec![person(Some(9), "u9@home.example")],
        }],
        reviews: approvals.iter().map(approved).collect(),
        checks: checks.iter().map(green).collect(),
        ..passing()
    }
}

fn codes(rules: &Rules, facts: &Facts) -> Vec<Code> {
    let verdict = judge(rules, facts);
    let codes: Vec<Code> = (verdict.reasons.iter())
        .filter_map(|reason| reason.code)
        .collect();
    assert_eq!(verdict.pass, codes.is_empty(), "{verdict:#?}");
    codes
}

const TIERS: &[(&str, &str)] = &[("lint", "ci"), ("typing", "ci"), ("tests", "ci")];

#[rstest]
#[case::core_unreviewed("src/patterns/a.py", &[], &[APPROVALS, APPROVALS])]
#[case::core_one_review("src/patterns/a.py", &[2], &[APPROVALS])]
#[case::core_without_committee("src/building_blocks/a.py", &[1, 3, 4], &[APPROVALS])]
#[case::core("src/building_blocks/a.py", &[1, 2], &[])]
#[case::public_api("__init__.py", &[1, 4], &[APPROVALS])]
#[case::contrib_unreviewed("contrib/a.py", &[], &[APPROVALS, APPROVALS])]
#[case::contrib_without_maintainer("contrib/a.py", &[1, 2, 4], &[APPROVALS])]
#[case::contrib("contrib/a.py", &[3], &[])]
#[case::community_unreviewed("community/a.py", &[], &[APPROVALS])]
#[case::community("community/a.py", &[4], &[])]
#[case::outsiders_review("community/a.py", &[8], &[APPROVALS])]
#[case::experimental("experimental/a.py", &[], &[])]
fn a_tier_of_tttv2_needs_its_reviews(
    #[case] path: &str,
    #[case] approvals: &[u64],
    #[case] expect: &[Code],
) {
    let facts = change(&format!("tt_transformers_v2/{path}"), approvals, TIERS);
    assert_eq!(codes(&tttv2(), &facts), expect);
}

#[rstest]
#[case::core("src/a.py", &[1, 2], &["lint", "typing", "tests"])]
#[case::contrib("contrib/a.py", &[3], &["lint", "typing", "tests"])]
#[case::community("community/a.py", &[4], &["tests"])]
#[case::experimental("experimental/a.py", &[], &["tests"])]
fn a_tier_of_tttv2_needs_its_checks(
    #[case] path: &str,
    #[case] approvals: &[u64],
    #[case] needed: &[&str],
) {
    let path = format!("tt_transformers_v2/{path}");
    for (index, (name, _)) in TIERS.iter().enumerate() {
        let mut facts = change(&path, approvals, TIERS);
        facts.checks[index].state = CheckState::Failure;
        let expect: &[Code] = match needed.contains(name) {
            true => &[Code::GateCheckFailed],
            false => &[],
        };
        assert_eq!(codes(&tttv2(), &facts), expect, "{name}");
    }
}

const CI: &[(&str, &str)] = &[
    ("contract-tests", "ci"),
    ("integration-tests", "ci"),
    ("unit-tests", "ci"),
    ("build (ubuntu-22.04)", "ci"),
    ("build (ubuntu-24.04)", "ci"),
    ("latency", "ci"),
    ("memory", "ci"),
    ("constitution-check", "r2"),
    ("tests-first", "r2"),
];

#[test]
fn ktransformers_needs_every_check_and_a_review() {
    let rules = ktransformers();
    assert_eq!(codes(&rules, &change("a.cpp", &[2], CI)), []);
    assert_eq!(codes(&rules, &change("a.cpp", &[], CI)), [APPROVALS]);
    for (index, (name, _)) in CI.iter().enumerate() {
        let mut red = change("a.cpp", &[2], CI);
        red.checks[index].state = CheckState::Failure;
        assert_eq!(codes(&rules, &red), [Code::GateCheckFailed], "{name}");
        let mut absent = change("a.cpp", &[2], CI);
        absent.checks.remove(index);
        assert_eq!(codes(&rules, &absent), [Code::GateCheckMissing], "{name}");
    }
}

#[rstest]
#[case::the_constitution("constitution-check")]
#[case::the_history("tests-first")]
fn only_a_reviewer_verifies(#[case] name: &str) {
    let mut facts = change("a.cpp", &[2], CI);
    facts.checks.retain(|check| check.name != name);
    facts
        .checks
        .push(check(name, CheckState::Success, Some("u9")));
    assert_eq!(codes(&ktransformers(), &facts), [Code::GateCheckMissing]);
}

#[rstest]
#[case::unreviewed("docs/a.md", &[], &[APPROVALS])]
#[case::by_an_outsider("docs/a.md", &[8], &[APPROVALS])]
#[case::by_a_triager("docs/a.md", &[5], &[APPROVALS])]
#[case::by_a_maintainer("docs/a.md", &[1], &[])]
#[case::by_a_maintainer_of_an_area("core/a.py", &[3], &[])]
#[case::configuration("pyproject.toml", &[5], &[APPROVALS])]
#[case::governance_without_maintainer("GOVERNANCE.md", &[4, 5, 8], &[APPROVALS, APPROVALS])]
#[case::governance_by_an_area(".althing/charter.yaml", &[3], &[APPROVALS])]
#[case::governance(".althing/charter.yaml", &[1], &[])]
fn a_change_of_llama_stack_is_approved_by_a_maintainer(
    #[case] path: &str,
    #[case] approvals: &[u64],
    #[case] expect: &[Code],
) {
    assert_eq!(codes(&llama_stack(), &change(path, approvals, &[])), expect);
}

#[test]
fn a_maintainer_of_llama_stack_is_reviewed_by_another() {
    let mut facts = change("core/a.py", &[1], &[]);
    facts.author = Some(account(1));
    assert_eq!(codes(&llama_stack(), &facts), [APPROVALS]);
    facts.reviews.push(review(2, ReviewState::Approved, 'a'));
    assert_eq!(codes(&llama_stack(), &facts), []);
}
