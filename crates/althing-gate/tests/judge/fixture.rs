//! A small community and a pull request that passes; each test spoils one thing.

use std::sync::LazyLock;

use althing_charter::{Rules, Source};
use althing_diag::{
    Code,
    id::{Account, Sha, UserId},
};
use althing_gate::{
    Check, CheckState, Commit, CommitPerson, Facts, Gap, Mergeable, PullState, Review, ReviewState,
    judge,
};
use jiff::Timestamp;

const CHARTER: &str = r#"
charter: 1
name: Example
version: 1.0.0
roles: { maintainer: {}, reviewer: {}, worker: {} }
gates:
  models:
    paths: ["models/**"]
    requires:
      approvals: { reviewer: 1 }
      checks: [{ name: bringup, by: worker }]
  rules:
    paths: [".althing/**"]
    requires: { approvals: { maintainer: 1, reviewer: 2 } }
  docs:
    paths: ["docs/**"]
    requires: { checks: [links] }
"#;

const MEMBERS: &str = r#"
- { id: 1, login: m1, roles: [maintainer, reviewer] }
- { id: 2, login: r2, emails: [r2@home.example], roles: [reviewer] }
- { id: 3, login: r3, roles: [reviewer] }
- { id: 4, login: w4, emails: [w4@lab.example], roles: [worker] }
"#;

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let charter = Source::new("charter.yaml", CHARTER);
    let members = Source::new("members.yaml", MEMBERS);
    Rules::parse(charter, members, &[], Timestamp::UNIX_EPOCH).unwrap()
});

pub(crate) fn rules() -> &'static Rules {
    &RULES
}

pub(crate) fn head() -> Sha {
    sha('a')
}

pub(crate) fn sha(digit: char) -> Sha {
    digit.to_string().repeat(40).parse().unwrap()
}

/// Members have ids 1 to 4 (m1, r2, r3, w4); others are outsiders.
pub(crate) fn account(id: u64) -> Account {
    let login = match id {
        1 => "m1".to_owned(),
        2 | 3 => format!("r{id}"),
        4 => "w4".to_owned(),
        _ => format!("u{id}"),
    };
    Account {
        id: UserId(id),
        login,
    }
}

pub(crate) fn person(id: Option<u64>, email: &str) -> CommitPerson {
    CommitPerson {
        account: id.map(account),
        email: email.to_owned(),
    }
}

pub(crate) fn review(id: u64, state: ReviewState, commit: char) -> Review {
    Review {
        author: Some(account(id)),
        state,
        commit: Some(sha(commit)),
    }
}

pub(crate) fn check(name: &str, state: CheckState, reporter: Option<&str>) -> Check {
    Check {
        name: name.to_owned(),
        state,
        reporter: reporter.map(str::to_owned),
        description: None,
    }
}

/// A green check that says something.
pub(crate) fn says(name: &str, description: &str, reporter: Option<&str>) -> Check {
    Check {
        description: Some(description.to_owned()),
        ..check(name, CheckState::Success, reporter)
    }
}

pub(crate) fn gap() -> Gap {
    Gap {
        facts: "reviews".to_owned(),
        why: "the forge cut the list".to_owned(),
    }
}

/// The worker's model, approved by r2, checks green.
pub(crate) fn passing() -> Facts {
    Facts {
        number: 12,
        author: Some(account(4)),
        state: PullState::Open,
        draft: false,
        base_branch: "main".to_owned(),
        head: head(),
        mergeable: Mergeable::Yes,
        paths: vec!["models/a/model.py".to_owned()],
        commits: vec![Commit {
            sha: head(),
            people: vec![person(Some(4), "w4@lab.example")],
        }],
        reviews: vec![review(2, ReviewState::Approved, 'a')],
        checks: vec![check("bringup", CheckState::Success, Some("w4"))],
        gaps: Vec::new(),
    }
}

/// The codes of the unmet reasons after one change to the passing facts.
pub(crate) fn codes(spoil: impl FnOnce(&mut Facts)) -> Vec<Code> {
    let mut facts = passing();
    spoil(&mut facts);
    let verdict = judge(rules(), &facts);
    let codes: Vec<Code> = verdict
        .reasons
        .iter()
        .filter_map(|reason| reason.code)
        .collect();
    assert_eq!(verdict.pass, codes.is_empty(), "{verdict:#?}");
    codes
}
