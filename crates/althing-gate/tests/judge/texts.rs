//! What people read: what is missing, who can give it, which rule asks for it.

use althing_gate::{CheckState, Facts, Mergeable, ReviewState, judge};

use crate::fixture::{account, check, passing, person, review, rules, sha};

fn report(facts: &Facts) -> String {
    let verdict = judge(rules(), facts);
    let mut report = format!("pass: {}\n", verdict.pass);
    for reason in &verdict.reasons {
        match reason.finding() {
            None => report.push_str(&format!("met: {}\n", reason.text)),
            Some(finding) => report.push_str(&format!("{finding}\n")),
        }
    }
    report
}

#[test]
fn a_pass_shows_its_arithmetic() {
    insta::assert_snapshot!(report(&passing()));
}

#[test]
fn a_refusal_says_who_can_do_what() {
    let mut facts = passing();
    facts.reviews = vec![
        review(9, ReviewState::Approved, 'a'),
        review(4, ReviewState::Approved, 'a'),
        review(2, ReviewState::Approved, 'b'),
        review(3, ReviewState::Dismissed, 'a'),
        review(1, ReviewState::ChangesRequested, 'b'),
    ];
    facts.checks = vec![check("bringup", CheckState::Success, Some("u9"))];
    insta::assert_snapshot!(report(&facts));
}

#[test]
fn a_rule_that_nobody_can_meet_any_more_says_so() {
    let mut facts = passing();
    facts.paths = vec![".althing/charter.yaml".to_owned(), "docs/x".to_owned()];
    facts.author = Some(account(1));
    facts.commits[0].people = vec![person(Some(2), "x@y"), person(None, "who@where")];
    facts.checks = vec![check("links", CheckState::Pending, None)];
    insta::assert_snapshot!(report(&facts));
}

#[test]
fn everything_wrong_is_said_at_once() {
    let mut facts = passing();
    facts.draft = true;
    facts.mergeable = Mergeable::Unknown;
    facts.paths = (0..8).map(|number| format!("src/{number}.rs")).collect();
    facts.author = None;
    facts.head = sha('c');
    insta::assert_snapshot!(report(&facts));
}

#[test]
fn the_json_form_is_stable() {
    let mut facts = passing();
    facts.reviews.clear();
    let verdict = judge(rules(), &facts);
    insta::assert_json_snapshot!(verdict);
}
