use althing_diag::id::Sha;
use jiff::Timestamp;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Walk, answer::CommitNode};
use crate::Past;

fn sha(letter: char) -> Sha {
    let digits = letter.to_string().repeat(40);
    digits.parse().expect("a commit id")
}

fn day(day: u8) -> Timestamp {
    let text = format!("2026-01-{day:02}T00:00:00Z");
    text.parse().expect("a time")
}

/// A commit on its first parent, committed on a day of January.
fn commit(letter: char, parent: char, at: u8, pulls: Value) -> CommitNode {
    let end = json!({ "hasNextPage": false, "endCursor": null });
    let node = json!({
        "oid": sha(letter),
        "messageHeadline": "Change",
        "committedDate": day(at).to_string(),
        "parents": { "nodes": [{ "oid": sha(parent) }] },
        "authors": { "nodes": [{ "user": { "databaseId": 1, "login": "ada" } }], "pageInfo": end },
        "associatedPullRequests": { "nodes": pulls, "pageInfo": end },
    });
    serde_json::from_value(node).expect("true to the schema")
}

fn walked(since: u8, pages: Vec<Vec<CommitNode>>) -> Past {
    let here = "o/r".parse().expect("a name");
    let mut walk = Walk::new("main".to_owned(), here, sha('a'), day(since), false);
    for page in pages {
        walk.add(page);
    }
    walk.finish()
}

fn ids(past: &Past) -> String {
    let firsts = past.commits.items.iter();
    firsts
        .filter_map(|it| it.sha.as_str().chars().next())
        .collect()
}

#[test]
fn first_parents_are_followed_through_what_is_listed_by_time() {
    let plain = |letter, parent, at| commit(letter, parent, at, json!([]));
    // `e` belongs to a merged branch; `c` is listed before its child `b`.
    let pages = vec![
        vec![
            plain('a', 'b', 20),
            plain('e', 'c', 19),
            plain('c', 'd', 12),
        ],
        vec![plain('b', 'c', 11), plain('d', 'f', 2)],
    ];
    let past = walked(10, pages);
    assert_eq!(ids(&past), "abc");
    assert_eq!(past.written.items.len(), 4, "the branch's author wrote too");
}

#[test]
fn a_commit_with_an_old_date_on_a_newer_one_came_in_the_period() {
    let plain = |letter, parent, at| commit(letter, parent, at, json!([]));
    let page = vec![
        plain('a', 'b', 1),
        plain('b', 'c', 12),
        plain('c', 'd', 1),
        plain('d', 'e', 1),
    ];
    assert_eq!(ids(&walked(10, vec![page])), "ab");
}

#[rstest]
#[case(json!([]), None)]
#[case(json!([{ "number": 1, "state": "MERGED", "baseRefName": "main" }]), Some(1))]
#[case(json!([{ "number": 1, "state": "OPEN", "baseRefName": "main" }]), None)]
#[case(json!([{ "number": 1, "state": "MERGED", "baseRefName": "dev" }]), None)]
#[case(json!([{ "number": 1, "state": "MERGED", "baseRefName": "main", "home": "fork/r" }]), None)]
#[case(json!([
    { "number": 1, "state": "MERGED", "baseRefName": "main" },
    { "number": 2, "state": "MERGED", "baseRefName": "main", "ended": true },
]), Some(2))]
fn a_commit_came_with_a_request_that_was_merged_into_this_branch(
    #[case] mut pulls: Value,
    #[case] brought: Option<u64>,
) {
    for pull in pulls.as_array_mut().expect("a list") {
        let home = pull["home"].as_str().unwrap_or("o/r").to_owned();
        pull["baseRepository"] = json!({ "nameWithOwner": home });
        let ended = pull["ended"].as_bool().unwrap_or_default();
        pull["mergeCommit"] = json!({ "oid": sha(if ended { 'a' } else { 'f' }) });
    }
    let past = walked(1, vec![vec![commit('a', 'b', 5, pulls)]]);
    let pull = past.commits.items.first().and_then(|it| it.pull);
    assert_eq!(pull.map(|pull| pull.0), brought);
}
