//! When people last did something.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::id::{Account, UserId};
use althing_forge::{Past, PastIssue, PastPull};
use jiff::Timestamp;

/// The last commit, pull request, review, issue or comment of each of `people` (T-175).
pub(super) fn last(
    people: &BTreeSet<UserId>,
    past: &Past,
    pulls: &[PastPull],
    issues: &[PastIssue],
) -> BTreeMap<UserId, Option<Timestamp>> {
    let mut last: BTreeMap<UserId, Option<Timestamp>> =
        people.iter().map(|person| (*person, None)).collect();
    let mut did = |who: &Option<Account>, at: Timestamp| {
        let time = who.as_ref().and_then(|account| last.get_mut(&account.id));
        if let Some(time) = time {
            *time = (*time).max(Some(at));
        }
    };
    for said in &past.written.items {
        did(&said.author, said.at);
    }
    for pull in pulls {
        did(&pull.author, pull.created_at);
        for review in &pull.reviews.items {
            did(&review.author, review.at);
        }
        for said in &pull.comments.items {
            did(&said.author, said.at);
        }
    }
    for issue in issues {
        did(&issue.author, issue.created_at);
        for said in &issue.comments {
            did(&said.author, said.at);
        }
    }
    last
}
