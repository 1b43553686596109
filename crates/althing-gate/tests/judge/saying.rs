//! What checks must say: every kind, on both sides of its boundary, with several reports.

use althing_charter::{Rules, Source};
use althing_diag::Code;
use althing_gate::{Check, CheckState, Facts, judge};
use jiff::Timestamp;
use rstest::rstest;

use crate::fixture::{check, passing, says};

/// The rules of one check, and a worker w4.
fn rules(rule: &str) -> Rules {
    let charter = format!(
        "{{ charter: 1, name: E, version: 1.0.0, roles: {{ worker: {{}} }}, \
         gates: {{ all: {{ paths: ['**'], requires: {{ checks: [{rule}] }} }} }} }}"
    );
    let members = "[{ id: 4, login: w4, emails: [w4@lab.example], roles: [worker] }]";
    let [charter, members] = [
        ("charter.yaml", charter.as_str()),
        ("members.yaml", members),
    ]
    .map(|(name, text)| Source::new(name, text));
    Rules::parse(charter, members, &[], Timestamp::UNIX_EPOCH).expect("rules")
}

fn judged(rule: &str, checks: Vec<Check>) -> (Option<Code>, String) {
    let facts = Facts {
        checks,
        ..passing()
    };
    let verdict = judge(&rules(rule), &facts);
    let reason = verdict.reasons.last().expect("the check's");
    (
        reason.code,
        format!(
            "{}\n{}",
            reason.text,
            reason.help.as_deref().unwrap_or_default()
        ),
    )
}

const MISSING: Option<Code> = Some(Code::GateValueMissing);
const UNMET: Option<Code> = Some(Code::GateValueUnmet);

#[rstest]
#[case::a_whole("at-least: 9", "9", None)]
#[case::more("at-least: 9", "10 of 9", None)]
#[case::less("at-least: 9", "8", UNMET)]
#[case::a_whole_where_a_part_is_asked("at-least: 90%", "1", MISSING)]
#[case::more_than_the_whole("at-least: 90%", "95.3", MISSING)]
#[case::all("at-least: 100%", "100%", None)]
#[case::nearly_all("at-least: 100%", "99.9999999%", UNMET)]
#[case::nothing("at-most: 0", "0", None)]
#[case::nearly_nothing("at-most: 0", "0.0001", UNMET)]
#[case::a_comma("at-most: 0.1", "0,35", MISSING)]
#[case::a_range("at-most: 0.1", "0-35%", MISSING)]
#[case::in_other_case("one-of: [Complete]", " complete ", None)]
#[case::more_words("one-of: [complete]", "complete but for 3", UNMET)]
#[case::no_words("one-of: [complete]", "  ", MISSING)]
#[case::all_words("all-of: [a, b]", "b; a", None)]
#[case::a_part_of_a_word("all-of: [I]", "II", UNMET)]
#[case::a_denial("all-of: [a, b]", "a, no b", UNMET)]
fn a_check_says_what_it_must(
    #[case] asked: &str,
    #[case] said: &str,
    #[case] expect: Option<Code>,
) {
    let rule = format!("{{ name: c, {asked} }}");
    let (code, text) = judged(&rule, vec![says("c", said, None)]);
    assert_eq!(code, expect, "{text}");
}

#[test]
fn a_check_without_a_description_says_nothing() {
    let silent = check("c", CheckState::Success, None);
    let (code, _) = judged("{ name: c, at-most: 1 }", vec![silent]);
    assert_eq!(code, MISSING);
}

#[test]
fn a_good_value_does_not_make_a_red_check_green() {
    let red = Check {
        state: CheckState::Failure,
        ..says("c", "100%", None)
    };
    let (code, _) = judged(
        "{ name: c, at-least: 50%, not-applicable: 100% }",
        vec![red],
    );
    assert_eq!(code, Some(Code::GateCheckFailed));
}

#[rstest]
#[case::both(&[("c", "96%", "u1"), ("c", "97%", "u2")], None)]
#[case::one_too_low(&[("c", "96%", "u1"), ("c", "94%", "u2")], UNMET)]
#[case::one_not_applicable(&[("c", "none", "u1"), ("c", "94%", "u2")], UNMET)]
#[case::none_applicable(&[("c", "none", "u1"), ("c", "None", "u2")], None)]
fn every_report_must_say_it(#[case] reports: &[(&str, &str, &str)], #[case] expect: Option<Code>) {
    let checks = reports.iter();
    let checks = checks.map(|&(name, said, by)| says(name, said, Some(by)));
    let (code, text) = judged(
        "{ name: c, at-least: 95%, not-applicable: none }",
        checks.collect(),
    );
    assert_eq!(code, expect, "{text}");
}

#[test]
fn only_what_holders_of_the_role_say_counts() {
    let reports = |worker: &str, other: &str| {
        let rule = "{ name: c, at-least: 95%, by: worker }";
        let checks = vec![says("c", worker, Some("w4")), says("c", other, Some("u9"))];
        judged(rule, checks).0
    };
    assert_eq!(reports("96%", "1%"), None);
    assert_eq!(reports("1%", "96%"), UNMET);
}

#[test]
fn people_read_what_was_asked_and_what_was_said() {
    let cases = [
        ("at-least: 0.95", "94.9%"),
        ("at-least: 0.95", "\u{1b}[2Jgreat"),
        ("at-least: 0.95", "95"),
        ("all-of: [before, after]", "before"),
        ("one-of: [complete]", ""),
        ("at-least: 0.95", "95.3% (target 95%)"),
    ];
    let texts = cases.map(|(asked, said)| {
        let rule = format!("{{ name: c, {asked} }}");
        judged(&rule, vec![says("c", said, None)]).1
    });
    insta::assert_snapshot!(texts.join("\n"));
}
