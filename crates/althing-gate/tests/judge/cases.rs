//! One rule at a time, on both sides of its boundary.

use althing_diag::Code;
use althing_gate::{
    Check, CheckState, CommitPerson, Facts, Mergeable, PullState, Review, ReviewState,
    WEB_COMMITTER_EMAIL,
};
use rstest::rstest;

use crate::fixture::{account, check, codes, gap, person, review, sha};

const NONE: &[Code] = &[];
const NO_APPROVAL: &[Code] = &[Code::GateApprovalsMissing];

#[rstest]
#[case::open(PullState::Open, false, NONE)]
#[case::draft(PullState::Open, true, &[Code::GateNotOpen])]
#[case::closed(PullState::Closed, false, &[Code::GateNotOpen])]
#[case::merged(PullState::Merged, false, &[Code::GateNotOpen])]
fn only_open_pulls_pass(#[case] state: PullState, #[case] draft: bool, #[case] expect: &[Code]) {
    let found = codes(|facts| {
        facts.state = state;
        facts.draft = draft;
    });
    assert_eq!(found, expect);
}

#[rstest]
#[case::clean(Mergeable::Yes, NONE)]
#[case::conflict(Mergeable::No, &[Code::GateConflict])]
#[case::unknown(Mergeable::Unknown, &[Code::GateConflict])]
fn only_clean_merges_pass(#[case] mergeable: Mergeable, #[case] expect: &[Code]) {
    assert_eq!(codes(|facts| facts.mergeable = mergeable), expect);
}

#[rstest]
#[case::gap(|facts: &mut Facts| facts.gaps.push(gap()))]
#[case::no_paths(|facts: &mut Facts| facts.paths.clear())]
#[case::no_commits(|facts: &mut Facts| facts.commits.clear())]
#[case::head_unseen(|facts: &mut Facts| facts.commits[0].sha = sha('b'))]
fn incomplete_facts_block(#[case] spoil: fn(&mut Facts)) {
    assert_eq!(codes(spoil), [Code::GateFactsIncomplete]);
}

#[rstest]
#[case::covered(&["models/x"], NONE)]
#[case::uncovered(&["src/x"], &[Code::GateNoRule])]
#[case::one_of_two(&["models/x", "src/x"], &[Code::GateNoRule])]
#[case::two_gates(&["models/x", "docs/x"], &[Code::GateCheckMissing])]
#[case::stricter(&[".althing/charter.yaml"], &[Code::GateApprovalsMissing, Code::GateApprovalsMissing])]
fn every_path_needs_a_gate_and_every_gate_of_a_path_applies(
    #[case] paths: &[&str],
    #[case] expect: &[Code],
) {
    let found = codes(|facts| facts.paths = paths.iter().map(|&path| path.to_owned()).collect());
    assert_eq!(found, expect);
}

fn approved(id: u64) -> Review {
    review(id, ReviewState::Approved, 'a')
}

#[rstest]
#[case::none(vec![], NO_APPROVAL)]
#[case::reviewer(vec![approved(3)], NONE)]
#[case::holder_of_two_roles(vec![approved(1)], NONE)]
#[case::wrong_role(vec![approved(4)], NO_APPROVAL)]
#[case::outsider(vec![approved(9)], NO_APPROVAL)]
#[case::older_commit(vec![review(2, ReviewState::Approved, 'b')], NO_APPROVAL)]
#[case::commit_gone(vec![Review { commit: None, ..approved(2) }], NO_APPROVAL)]
#[case::account_gone(vec![Review { author: None, ..approved(2) }], NO_APPROVAL)]
#[case::comment_only(vec![review(2, ReviewState::Commented, 'a')], NO_APPROVAL)]
#[case::not_submitted(vec![review(2, ReviewState::Pending, 'a')], NO_APPROVAL)]
#[case::comment_later(vec![approved(2), review(2, ReviewState::Commented, 'a')], NONE)]
#[case::dismissed(vec![review(2, ReviewState::Dismissed, 'a')], NO_APPROVAL)]
#[case::dismissed_later(vec![approved(2), review(2, ReviewState::Dismissed, 'a')], NO_APPROVAL)]
#[case::approved_again(vec![review(2, ReviewState::Dismissed, 'a'), approved(2)], NONE)]
#[case::older_after_newer(vec![approved(2), review(2, ReviewState::Approved, 'b')], NO_APPROVAL)]
#[case::newer_after_older(vec![review(2, ReviewState::Approved, 'b'), approved(2)], NONE)]
fn approvals_count_when_they_are_the_latest_word_on_the_head(
    #[case] reviews: Vec<Review>,
    #[case] expect: &[Code],
) {
    assert_eq!(codes(|facts| facts.reviews = reviews), expect);
}

#[test]
fn the_login_gives_no_right() {
    let found = codes(|facts| {
        let impostor = facts.reviews[0].author.as_mut().unwrap();
        impostor.id = account(9).id;
    });
    assert_eq!(found, NO_APPROVAL);
}

#[test]
fn the_same_person_counts_once() {
    let rules_need_two = |ids: &[u64]| {
        codes(|facts| {
            facts.paths = vec![".althing/members.yaml".to_owned()];
            facts.reviews = ids.iter().map(|&id| approved(id)).collect();
        })
    };
    assert_eq!(rules_need_two(&[1, 1]), NO_APPROVAL, "1 of 2 reviewers");
    assert_eq!(rules_need_two(&[1, 2]), NONE);
    assert_eq!(rules_need_two(&[2, 3]), NO_APPROVAL, "no maintainer");
}

const WANTS_CHANGES: &[Code] = &[Code::GateChangesRequested];

fn changes(id: u64, commit: char) -> Review {
    review(id, ReviewState::ChangesRequested, commit)
}

#[rstest]
#[case::on_the_head(vec![approved(2), changes(3, 'a')], WANTS_CHANGES)]
#[case::on_an_older_commit(vec![approved(2), changes(3, 'b')], WANTS_CHANGES)]
#[case::outsider(vec![approved(2), changes(9, 'a')], NONE)]
#[case::other_role(vec![approved(2), changes(4, 'a')], NONE)]
#[case::then_approved(vec![changes(2, 'a'), approved(2)], NONE)]
#[case::then_commented(vec![approved(2), changes(3, 'a'), review(3, ReviewState::Commented, 'a')], WANTS_CHANGES)]
#[case::dismissed(vec![approved(2), review(3, ReviewState::Dismissed, 'a')], NONE)]
#[case::another_approves(vec![changes(3, 'a'), approved(2)], WANTS_CHANGES)]
#[case::after_an_approval(vec![approved(2), changes(2, 'a')], &[Code::GateChangesRequested, Code::GateApprovalsMissing])]
fn changes_asked_for_by_an_approver_block(#[case] reviews: Vec<Review>, #[case] expect: &[Code]) {
    assert_eq!(codes(|facts| facts.reviews = reviews), expect);
}

#[rstest]
#[case::author(|facts: &mut Facts| facts.author = Some(account(2)))]
#[case::account_in_a_commit(|facts: &mut Facts| facts.commits[0].people.push(person(Some(2), "x@y")))]
#[case::address_in_a_commit(|facts: &mut Facts| facts.commits[0].people.push(person(None, "R2@Home.Example")))]
#[case::address_under_another_account(|facts: &mut Facts| facts.commits[0].people.push(person(Some(9), "r2@home.example")))]
#[case::in_an_earlier_commit(|facts: &mut Facts| {
    let mut earlier = facts.commits[0].clone();
    earlier.sha = sha('b');
    earlier.people = vec![person(Some(2), "x@y")];
    facts.commits.insert(0, earlier);
})]
fn whoever_made_the_change_cannot_approve_it(#[case] spoil: fn(&mut Facts)) {
    assert_eq!(codes(spoil), NO_APPROVAL);
}

const UNKNOWN: &[Code] = &[Code::GateAuthorUnknown];

#[rstest]
#[case::account(vec![person(Some(9), "any@where")], NONE)]
#[case::member_address(vec![person(None, "w4@lab.example")], NONE)]
#[case::stranger(vec![person(None, "any@where")], UNKNOWN)]
#[case::co_author(vec![person(Some(4), "w4@x"), person(None, "any@where")], UNKNOWN)]
#[case::web_edit(vec![person(Some(4), "w4@x"), person(None, WEB_COMMITTER_EMAIL)], NONE)]
#[case::web_alone(vec![person(None, WEB_COMMITTER_EMAIL)], UNKNOWN)]
#[case::web_alone_with_account(vec![person(Some(9), WEB_COMMITTER_EMAIL)], UNKNOWN)]
#[case::web_twice(vec![person(Some(4), "w4@x"), person(None, WEB_COMMITTER_EMAIL), person(None, WEB_COMMITTER_EMAIL)], UNKNOWN)]
#[case::nobody(vec![], UNKNOWN)]
fn everybody_in_a_commit_must_be_known(#[case] people: Vec<CommitPerson>, #[case] expect: &[Code]) {
    assert_eq!(codes(|facts| facts.commits[0].people = people), expect);
}

#[test]
fn a_pull_request_of_a_deleted_account_blocks() {
    assert_eq!(codes(|facts| facts.author = None), UNKNOWN);
}

const MISSING: &[Code] = &[Code::GateCheckMissing];
const PENDING: &[Code] = &[Code::GateCheckPending];
const FAILED: &[Code] = &[Code::GateCheckFailed];

fn bringup(state: CheckState, reporter: &str) -> Check {
    check("bringup", state, Some(reporter))
}

#[rstest]
#[case::green(vec![bringup(CheckState::Success, "w4")], NONE)]
#[case::login_in_other_case(vec![bringup(CheckState::Success, "W4")], NONE)]
#[case::none(vec![], MISSING)]
#[case::other_name(vec![check("Bringup", CheckState::Success, Some("w4"))], MISSING)]
#[case::pending(vec![bringup(CheckState::Pending, "w4")], PENDING)]
#[case::failed(vec![bringup(CheckState::Failure, "w4")], FAILED)]
#[case::by_another_role(vec![bringup(CheckState::Success, "r2")], MISSING)]
#[case::by_an_outsider(vec![bringup(CheckState::Success, "u9")], MISSING)]
#[case::by_nobody_known(vec![check("bringup", CheckState::Success, None)], MISSING)]
#[case::both_green(vec![bringup(CheckState::Success, "u9"), bringup(CheckState::Success, "w4")], NONE)]
#[case::one_red(vec![bringup(CheckState::Success, "w4"), bringup(CheckState::Failure, "u9")], FAILED)]
#[case::one_pending(vec![bringup(CheckState::Pending, "w4"), bringup(CheckState::Success, "w4")], PENDING)]
fn checks_must_be_green_by_whom_they_must(#[case] checks: Vec<Check>, #[case] expect: &[Code]) {
    assert_eq!(codes(|facts| facts.checks = checks), expect);
}

#[test]
fn a_check_without_a_role_counts_whoever_reports_it() {
    for reporter in [None, Some("u9")] {
        let found = codes(|facts| {
            facts.paths = vec!["docs/x".to_owned()];
            facts.checks = vec![check("links", CheckState::Success, reporter)];
        });
        assert_eq!(found, NONE);
    }
}
