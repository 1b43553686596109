//! The gates of the presets, on both sides of the numbers that their documents name.

use althing_charter::{Rules, Source};
use althing_diag::Code;
use althing_gate::{CheckState, Commit, Facts, ReviewState, judge};
use rstest::rstest;

use crate::fixture::{account, check, head, passing, person, review, says};

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

/// A check that is green: what it is called, who reports it, what it says.
type Green = (&'static str, &'static str, &'static str);

/// An outsider's change of one path with these approvals and green checks.
fn change(path: &str, approvals: &[u64], checks: &[Green]) -> Facts {
    let approved = |&id: &u64| review(id, ReviewState::Approved, 'a');
    let green = |&(name, by, said): &Green| says(name, said, Some(by));
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

const TIERS: &[Green] = &[
    ("lint", "ci", ""),
    ("typing", "ci", ""),
    ("tests", "ci", ""),
    ("test_coverage", "ci", "0.95"),
    ("benchmark_regression", "ci", "0.1"),
    ("documentation", "ci", "complete"),
    ("compatibility", "ci", ""),
    ("maintenance", "w4", ""),
];
const REVIEWED: &[&str] = &[
    "lint",
    "typing",
    "tests",
    "test_coverage",
    "benchmark_regression",
    "documentation",
    "compatibility",
    "maintenance",
];

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
#[case::core("src/a.py", &[1, 2], REVIEWED)]
#[case::contrib("contrib/a.py", &[3], REVIEWED)]
#[case::community("community/a.py", &[4], &["tests"])]
#[case::experimental("experimental/a.py", &[], &["tests"])]
fn a_tier_of_tttv2_needs_its_checks(
    #[case] path: &str,
    #[case] approvals: &[u64],
    #[case] needed: &[&str],
) {
    let path = format!("tt_transformers_v2/{path}");
    for (index, (name, ..)) in TIERS.iter().enumerate() {
        let mut facts = change(&path, approvals, TIERS);
        facts.checks[index].state = CheckState::Failure;
        let expect: &[Code] = match needed.contains(name) {
            true => &[Code::GateCheckFailed],
            false => &[],
        };
        assert_eq!(codes(&tttv2(), &facts), expect, "{name}");
    }
}

const MISSING: &[Code] = &[Code::GateValueMissing];
const UNMET: &[Code] = &[Code::GateValueUnmet];
const NONE: &[Code] = &[];

/// Green checks of which one says something else.
fn saying(path: &str, approvals: &[u64], green: &[Green], name: &str, said: &str) -> Facts {
    let mut facts = change(path, approvals, green);
    let check = facts.checks.iter_mut().find(|check| check.name == name);
    check.expect("one of the checks").description = Some(said.to_owned());
    facts
}

#[rstest]
#[case::coverage("test_coverage", "0.949", UNMET, NONE)]
#[case::coverage_met("test_coverage", "0.95", NONE, NONE)]
#[case::coverage_in_percent("test_coverage", "94.9% (target 95%)", UNMET, NONE)]
#[case::coverage_of_contrib("test_coverage", "0.80", UNMET, NONE)]
#[case::coverage_below_contrib("test_coverage", "0.799", UNMET, UNMET)]
#[case::coverage_without_percent("test_coverage", "95", MISSING, MISSING)]
#[case::coverage_unsaid("test_coverage", "", MISSING, MISSING)]
#[case::coverage_unknown("test_coverage", "unknown", MISSING, MISSING)]
#[case::regression("benchmark_regression", "0.101", UNMET, NONE)]
#[case::regression_met("benchmark_regression", "10%", NONE, NONE)]
#[case::faster("benchmark_regression", "-3%", NONE, NONE)]
#[case::regression_between("benchmark_regression", "15%", UNMET, NONE)]
#[case::regression_of_contrib("benchmark_regression", "0.2", UNMET, NONE)]
#[case::regression_beyond_contrib("benchmark_regression", "0.201", UNMET, UNMET)]
#[case::complete("documentation", "complete", NONE, NONE)]
#[case::basic("documentation", "basic", UNMET, NONE)]
#[case::undocumented("documentation", "none", UNMET, UNMET)]
fn a_tier_of_tttv2_has_its_limits(
    #[case] name: &str,
    #[case] said: &str,
    #[case] core: &[Code],
    #[case] contrib: &[Code],
) {
    for (path, approvals, expect) in [("src", &[1, 2][..], core), ("contrib", &[3], contrib)] {
        let path = format!("tt_transformers_v2/{path}/a.py");
        let facts = saying(&path, approvals, TIERS, name, said);
        assert_eq!(codes(&tttv2(), &facts), expect, "{path}");
    }
}

#[test]
fn only_a_reviewer_of_tttv2_sees_that_a_module_is_maintained() {
    let mut facts = change("tt_transformers_v2/contrib/a.py", &[3], TIERS);
    let by = facts.checks.last_mut().expect("maintenance");
    by.reporter = Some("u9".to_owned());
    assert_eq!(codes(&tttv2(), &facts), [Code::GateCheckMissing]);
}

const PRINCIPLES: &str = "I, II, III, IV, V, VI, VII, VIII, IX";

const CI: &[Green] = &[
    ("contract-tests", "ci", ""),
    ("integration-tests", "ci", ""),
    ("unit-tests", "ci", ""),
    ("build (ubuntu-22.04)", "ci", ""),
    ("build (ubuntu-24.04)", "ci", ""),
    ("latency", "ci", "0%"),
    ("memory", "ci", "0%"),
    ("lint", "ci", ""),
    ("constitution-check", "r2", PRINCIPLES),
    ("tests-first", "r2", ""),
    ("rationale", "r2", ""),
    ("benchmarks", "r2", "before after"),
];

#[rstest]
#[case::eight_principles("constitution-check", "I II III IV V VI VII VIII", UNMET)]
#[case::one_denied("constitution-check", "I II III IV V VI VII VIII not IX", UNMET)]
#[case::no_principle("constitution-check", "", MISSING)]
#[case::slower("latency", "10.1%", UNMET)]
#[case::just_not_slower("latency", "10%", NONE)]
#[case::latency_unsaid("latency", "", MISSING)]
#[case::more_memory("memory", "10.1%", UNMET)]
#[case::as_much_memory("memory", "10%", NONE)]
#[case::no_linter("lint", "not configured", NONE)]
#[case::no_benchmark("benchmarks", "", MISSING)]
#[case::half_a_benchmark("benchmarks", "after", UNMET)]
#[case::nothing_to_benchmark("benchmarks", "not performance-related", NONE)]
fn ktransformers_reads_what_checks_say(
    #[case] name: &str,
    #[case] said: &str,
    #[case] expect: &[Code],
) {
    let facts = saying("a.cpp", &[2], CI, name, said);
    assert_eq!(codes(&ktransformers(), &facts), expect);
}

#[rstest]
#[case("csrc/scheduler.cpp")]
#[case("csrc/expert_cache/evict.cpp")]
#[case("python/cost_model.py")]
fn what_is_critical_for_speed_shows_numbers_before_and_after(#[case] path: &str) {
    let rules = ktransformers();
    assert_eq!(codes(&rules, &change(path, &[2], CI)), []);
    let evaded = saying(path, &[2], CI, "benchmarks", "not performance-related");
    assert_eq!(codes(&rules, &evaded), UNMET);
}

#[test]
fn a_linter_that_is_not_configured_is_called_not_applicable() {
    let facts = saying("a.cpp", &[2], CI, "lint", "not configured");
    let verdict = judge(&ktransformers(), &facts);
    let lint = verdict.reasons.iter().find(|it| it.text.contains("lint"));
    let text = &lint.expect("a reason").text;
    assert!(text.contains("not applicable"), "{text}");
}

#[test]
fn ktransformers_needs_every_check_and_a_review() {
    let rules = ktransformers();
    assert_eq!(codes(&rules, &change("a.cpp", &[2], CI)), []);
    assert_eq!(codes(&rules, &change("a.cpp", &[], CI)), [APPROVALS]);
    for (index, (name, ..)) in CI.iter().enumerate() {
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
#[case::the_comments("rationale")]
#[case::the_numbers("benchmarks")]
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
