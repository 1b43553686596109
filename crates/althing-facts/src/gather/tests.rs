use althing_diag::id::{Account, Sha, UserId};
use althing_forge::{
    Check, CheckState, Commit, CommitPerson, IssueNumber, Mergeable, Partial, Pull, PullNumber,
    PullState, Review, ReviewState,
};

use super::facts_of;

fn sha(digit: char) -> Sha {
    digit.to_string().repeat(40).parse().expect("a commit id")
}

fn all<T>(items: Vec<T>) -> Partial<T> {
    Partial {
        items,
        complete: true,
    }
}

fn pull() -> Pull {
    let ada = Account {
        id: UserId(7),
        login: "ada".to_owned(),
    };
    let bob = Account {
        id: UserId(8),
        login: "bob".to_owned(),
    };
    Pull {
        number: PullNumber(12),
        title: "Add a model".to_owned(),
        url: "https://github.com/o/r/pull/12".to_owned(),
        state: PullState::Open,
        draft: true,
        author: Some(ada.clone()),
        base_branch: "main".to_owned(),
        head_branch: "model".to_owned(),
        head: sha('b'),
        mergeable: Mergeable::Unknown,
        merge_commit: None,
        files: all(vec!["model.py".to_owned()]),
        commits: all(vec![Commit {
            sha: sha('b'),
            people: vec![CommitPerson {
                account: Some(ada),
                email: "ada@example.org".to_owned(),
            }],
        }]),
        reviews: all(vec![Review {
            author: Some(bob),
            state: ReviewState::ChangesRequested,
            commit: None,
            submitted_at: None,
        }]),
        checks: all(vec![Check {
            name: "gate".to_owned(),
            state: CheckState::Failure,
            reporter: None,
            description: Some("94.9%".to_owned()),
        }]),
        closes: vec![IssueNumber(5)],
    }
}

#[test]
fn what_was_seen_becomes_facts() {
    insta::assert_debug_snapshot!(facts_of(&pull()));
}

#[test]
fn every_cut_list_becomes_a_gap() {
    let cut: [fn(&mut Pull); 4] = [
        |pull| pull.files.complete = false,
        |pull| pull.commits.complete = false,
        |pull| pull.reviews.complete = false,
        |pull| pull.checks.complete = false,
    ];
    let named = ["changed paths", "commits", "reviews", "checks"];
    for (cut, name) in cut.into_iter().zip(named) {
        let mut pull = pull();
        cut(&mut pull);
        let gaps = facts_of(&pull).gaps;
        let names: Vec<&str> = gaps.iter().map(|gap| gap.facts.as_str()).collect();
        assert_eq!(names, [name]);
    }
}

#[test]
fn commits_without_the_head_are_a_gap() {
    let mut pull = pull();
    pull.head = sha('c');
    let gaps = facts_of(&pull).gaps;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
}
