use althing_diag::id::{Account, Sha, UserId};
use althing_forge::{
    Check, CheckState, IssueNumber, Mergeable, Partial, Pull, PullNumber, PullState, Review,
    ReviewState,
};
use rstest::rstest;

use super::{Next, next, repeated};

fn sha(letter: &str) -> Sha {
    letter.repeat(40).parse().expect("sha")
}

fn own() -> Account {
    Account {
        id: UserId(1),
        login: "w".to_owned(),
    }
}

fn check(name: &str, state: CheckState, reporter: &str, description: &str) -> Check {
    Check {
        name: name.to_owned(),
        state,
        reporter: Some(reporter.to_owned()),
        description: Some(description.to_owned()),
    }
}

fn pull() -> Pull {
    fn all<T>(items: Vec<T>) -> Partial<T> {
        Partial {
            items,
            complete: true,
        }
    }
    Pull {
        number: PullNumber(7),
        title: String::new(),
        url: String::new(),
        state: PullState::Open,
        draft: false,
        author: None,
        base_branch: "main".to_owned(),
        head_branch: "bringup/issue-5-a-b".to_owned(),
        head: sha("b"),
        mergeable: Mergeable::Mergeable,
        merge_commit: None,
        files: all(vec!["models/a".to_owned()]),
        commits: all(Vec::new()),
        reviews: all(Vec::new()),
        checks: all(vec![check(
            "althing/bringup",
            CheckState::Success,
            "w",
            "fine",
        )]),
        closes: Vec::new(),
    }
}

fn tested(pull: &mut Pull, state: CheckState, reporter: &str, base: &str) {
    let description = format!("on {}", sha(base));
    let tests = check("althing/merge-tests", state, reporter, &description);
    pull.checks.items.push(tests);
}

fn review(pull: &mut Pull, state: ReviewState, commit: &str) {
    pull.reviews.items.push(Review {
        author: None,
        state,
        commit: Some(sha(commit)),
        submitted_at: None,
    });
}

const MOVE: Next = Next::Try { may_move: true };
const STAY: Next = Next::Try { may_move: false };

#[rstest]
#[case::nothing_is_known(|_: &mut Pull| {}, MOVE)]
#[case::no_report(|it: &mut Pull| it.checks.items.clear(), MOVE)]
#[case::draft(|it: &mut Pull| it.draft = true, Next::Judge)]
#[case::tested(|it: &mut Pull| tested(it, CheckState::Success, "w", "a"), Next::Judge)]
#[case::red(|it: &mut Pull| tested(it, CheckState::Failure, "w", "a"), Next::Red)]
#[case::pending(|it: &mut Pull| tested(it, CheckState::Pending, "w", "a"), MOVE)]
#[case::tested_on_an_older_base(|it: &mut Pull| tested(it, CheckState::Success, "w", "c"), MOVE)]
#[case::tested_by_another(|it: &mut Pull| tested(it, CheckState::Success, "x", "a"), MOVE)]
#[case::approved(|it: &mut Pull| review(it, ReviewState::Approved, "b"), STAY)]
#[case::approved_before(|it: &mut Pull| review(it, ReviewState::Approved, "c"), MOVE)]
#[case::commented(|it: &mut Pull| review(it, ReviewState::Commented, "b"), MOVE)]
#[case::reported_by_another(|it: &mut Pull| it.checks.items[0].reporter = None, STAY)]
fn the_next_step(#[case] change: fn(&mut Pull), #[case] expected: Next) {
    let mut pull = pull();
    change(&mut pull);
    assert_eq!(next(&pull, IssueNumber(5), &sha("a"), &own()), expected);
}

#[rstest]
#[case::any_branch(|it: &mut Pull| it.head_branch = "fix".to_owned())]
#[case::of_another_issue(|it: &mut Pull| it.head_branch = "bringup/issue-55-a".to_owned())]
#[case::outside(|it: &mut Pull| it.files.items.push("models.py".to_owned()))]
fn what_no_bring_up_makes_is_left_to_people(#[case] change: fn(&mut Pull)) {
    let mut pull = pull();
    // Not even when it was tested.
    tested(&mut pull, CheckState::Success, "w", "a");
    change(&mut pull);
    let next = next(&pull, IssueNumber(5), &sha("a"), &own());
    assert!(matches!(next, Next::People(_)), "{next:?}");
}

#[rstest]
#[case::ours(|_: &mut Check| {}, Some("fine (from bbbbbbb)"))]
#[case::anothers(|it: &mut Check| it.reporter = Some("x".to_owned()), None)]
#[case::nobodys(|it: &mut Check| it.reporter = None, None)]
#[case::bad(|it: &mut Check| it.state = CheckState::Failure, None)]
#[case::pending(|it: &mut Check| it.state = CheckState::Pending, None)]
#[case::of_something_else(|it: &mut Check| it.name = "x".to_owned(), None)]
#[case::repeated(
    |it: &mut Check| it.description = Some("fine (from ccccccc)".to_owned()),
    Some("fine (from ccccccc)")
)]
fn only_the_own_good_report_is_repeated(
    #[case] change: fn(&mut Check),
    #[case] expected: Option<&str>,
) {
    let mut pull = pull();
    change(&mut pull.checks.items[0]);
    assert_eq!(repeated(&pull, &own()).as_deref(), expected);
}

#[test]
fn a_repeated_report_fits_and_names_where_it_is_from() {
    let mut pull = pull();
    pull.checks.items[0].description = Some("ü".repeat(140));
    let text = repeated(&pull, &own()).expect("repeated");
    assert_eq!(text.chars().count(), 140);
    assert!(text.ends_with(" (from bbbbbbb)"), "{text}");
}
