//! What must hold whatever the facts.

use althing_gate::{
    Check, CheckState, Commit, CommitPerson, Facts, Gap, Mergeable, PullState, Review, ReviewState,
    judge,
};
use proptest::prelude::*;

use crate::fixture::{account, check, gap, head, passing, person, review, rules, sha};

fn any_reviews() -> impl Strategy<Value = Vec<Review>> {
    let state = prop::sample::select(vec![
        ReviewState::Approved,
        ReviewState::Approved,
        ReviewState::ChangesRequested,
        ReviewState::Commented,
        ReviewState::Dismissed,
        ReviewState::Pending,
    ]);
    let one = (1..7_u64, state, prop::sample::select(vec!['a', 'a', 'b']));
    prop::collection::vec(
        one.prop_map(|(id, state, commit)| review(id, state, commit)),
        0..8,
    )
}

fn any_people() -> impl Strategy<Value = Vec<CommitPerson>> {
    let email = prop::sample::select(vec!["w4@lab.example", "r2@home.example", "x@y"]);
    let one = (prop::option::weighted(0.9, 1..7_u64), email);
    prop::collection::vec(one.prop_map(|(id, email)| person(id, email)), 1..3)
}

fn any_checks() -> impl Strategy<Value = Vec<Check>> {
    let name = prop::sample::select(vec!["bringup", "links"]);
    let state = prop::sample::select(vec![
        CheckState::Success,
        CheckState::Success,
        CheckState::Success,
        CheckState::Pending,
        CheckState::Failure,
    ]);
    let reporter = prop::option::of(prop::sample::select(vec!["w4", "W4", "r2", "u9"]));
    let one = (name, state, reporter);
    prop::collection::vec(
        one.prop_map(|(name, state, by)| check(name, state, by)),
        0..4,
    )
}

fn any_paths() -> impl Strategy<Value = Vec<String>> {
    let path = prop::sample::select(vec![
        "models/a",
        "models/b",
        "models/c",
        "docs/a",
        ".althing/charter.yaml",
        "src/a",
    ]);
    prop::collection::vec(path.prop_map(str::to_owned), 0..3)
}

fn any_gaps() -> impl Strategy<Value = Vec<Gap>> {
    prop::collection::vec(Just(gap()), 0..2)
}

/// Facts that pass often enough to matter.
fn any_facts() -> impl Strategy<Value = Facts> {
    let mostly_open =
        prop::sample::select(vec![PullState::Open, PullState::Open, PullState::Closed]);
    let mostly_clean =
        prop::sample::select(vec![Mergeable::Yes, Mergeable::Yes, Mergeable::Unknown]);
    let author = prop::option::weighted(0.9, 1..7_u64);
    let all = (
        (mostly_open, mostly_clean, prop::bool::weighted(0.1), author),
        (any_paths(), any_people(), any_reviews(), any_checks()),
        prop_oneof![4 => Just(Vec::new()), 1 => any_gaps()],
        // Spoils one fact of a passing pull request, or makes all of them up.
        0..6_u8,
    );
    all.prop_map(
        |((state, mergeable, draft, author), (paths, people, reviews, checks), gaps, which)| {
            let mut facts = passing();
            let all = which == 0;
            if all {
                facts.state = state;
                facts.mergeable = mergeable;
                facts.draft = draft;
                facts.author = author.map(account);
                facts.gaps = gaps;
            }
            if all || which == 1 {
                facts.paths = paths;
            }
            if all || which == 2 {
                facts.commits = vec![Commit {
                    sha: head(),
                    people,
                }];
            }
            if all || which == 3 || which == 4 {
                facts.reviews = reviews;
            }
            if all || which == 5 {
                facts.checks = checks;
            }
            facts
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_pass_has_no_unmet_reason_and_a_refusal_has_one_with_a_way_out(facts in any_facts()) {
        let verdict = judge(rules(), &facts);
        prop_assert_eq!(verdict.pass, verdict.findings().is_empty());
        prop_assert!(!verdict.pass || !verdict.gates.is_empty());
        for reason in &verdict.reasons {
            prop_assert_eq!(reason.met, reason.code.is_none());
            prop_assert_eq!(reason.met, reason.help.is_none());
        }
    }

    #[test]
    fn the_same_facts_give_the_same_verdict(facts in any_facts()) {
        prop_assert_eq!(judge(rules(), &facts), judge(rules(), &facts.clone()));
    }

    #[test]
    fn one_more_approval_of_the_head_never_turns_a_pass_into_a_refusal(
        facts in any_facts(),
        id in 1..7_u64,
    ) {
        let before = judge(rules(), &facts).pass;
        let mut more = facts;
        more.reviews.push(review(id, ReviewState::Approved, 'a'));
        prop_assert!(!before || judge(rules(), &more).pass);
    }

    #[test]
    fn an_approval_of_another_commit_never_turns_a_refusal_for_lack_of_approvals_into_a_pass(
        facts in any_facts(),
        id in 1..7_u64,
    ) {
        let mut facts = facts;
        facts.reviews.retain(|it| it.state != ReviewState::Approved || it.commit != Some(head()));
        facts.reviews.push(review(id, ReviewState::Approved, 'b'));
        let verdict = judge(rules(), &facts);
        let needs_approval = verdict.gates.iter().any(|gate| gate.as_str() != "docs");
        prop_assert!(!verdict.pass || !needs_approval);
    }

    #[test]
    fn the_order_of_different_people_does_not_matter(
        facts in any_facts(),
        keys in prop::collection::vec(any::<u32>(), 8),
    ) {
        let mut shuffled = facts.clone();
        // A stable sort by a key per person keeps each one's reviews in order.
        shuffled.reviews.sort_by_key(|it| {
            let id = it.author.as_ref().map_or(0, |author| author.id.0);
            keys[usize::try_from(id).unwrap_or(0)]
        });
        prop_assert_eq!(judge(rules(), &facts), judge(rules(), &shuffled));
    }

    #[test]
    fn a_gap_never_passes(facts in any_facts()) {
        let mut facts = facts;
        facts.gaps.push(gap());
        prop_assert!(!judge(rules(), &facts).pass);
    }

    #[test]
    fn one_more_hand_in_the_change_never_turns_a_refusal_into_a_pass(
        facts in any_facts(),
        people in any_people(),
    ) {
        let before = judge(rules(), &facts).pass;
        let mut more = facts;
        more.commits.push(Commit { sha: sha('d'), people });
        prop_assert!(before || !judge(rules(), &more).pass);
    }

    #[test]
    fn facts_read_back_from_json(facts in any_facts()) {
        let text = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), facts);
    }
}
