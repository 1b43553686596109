//! Lists of comments of any length, read against a forge that counts pages.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Ends, answer::RemarkPage};
use crate::{ErrorKind, Since, gh::api::Asked};

/// A page of a list of comments whose ids count from 1 and whose cursors are places in it.
fn page(ids: &[u64], from: usize, to: usize) -> RemarkPage {
    let node = |id: &u64| {
        json!({
            "id": format!("C{id}"), "databaseId": id, "body": "", "author": null,
            "createdAt": "2026-01-02T03:04:05Z", "lastEditedAt": null,
        })
    };
    let nodes: Vec<Value> = ids[from..to].iter().map(node).collect();
    serde_json::from_value(json!({
        "totalCount": ids.len(),
        "nodes": nodes,
        "pageInfo": {
            "hasNextPage": to < ids.len(),
            "endCursor": to.to_string(),
            "hasPreviousPage": from > 0,
            "startCursor": from.to_string(),
        },
    }))
    .expect("true to the schema")
}

fn asked() -> Asked {
    Asked {
        command: "Topic".to_owned(),
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// Reads with pages of `size`; answers with the ids and the number of requests.
fn read(count: u64, size: usize, since: Since) -> (Vec<u64>, usize) {
    let ids: Vec<u64> = (1..=count).collect();
    let mut ends = Ends::new(since);
    for requests in 1.. {
        let place = |cursor: &Option<String>, otherwise: usize| {
            cursor
                .as_ref()
                .map_or(otherwise, |it| it.parse().expect("a place"))
        };
        let head = ends.wants_head.then(|| {
            let from = place(&ends.after, 0);
            page(&ids, from, (from + size).min(ids.len()))
        });
        let to = place(&ends.before, ids.len());
        let tail = page(&ids, to.saturating_sub(size), to);
        ends.add(head, tail, &asked()).expect("well formed");
        if ends.have_met() {
            return (ends.remarks().iter().map(|it| it.id.0).collect(), requests);
        }
    }
    unreachable!("a list has an end")
}

#[test]
fn three_hundred_ballots_are_at_most_three_requests() {
    for (count, since, requests) in [
        (0, 0, 1),
        (100, 0, 1),
        (200, 0, 2),
        (300, 0, 2),
        (399, 0, 2),
        (301, 1, 3),
        (305, 205, 2),
        (305, 206, 1),
        (500, 201, 3),
        (599, 0, 3),
        (5_000, 4_950, 1),
    ] {
        let since = match since {
            0 => Since::Beginning,
            last => Since::Comment(crate::CommentId(last)),
        };
        assert_eq!(read(count, 100, since).1, requests, "{count} {since:?}");
    }
}

#[test]
fn a_list_that_shrinks_while_it_is_read_is_no_list() {
    let mut ends = Ends::new(Since::Beginning);
    let ids: Vec<u64> = (1..=9).collect();
    let (head, tail) = (page(&ids, 0, 2), page(&ids, 7, 9));
    ends.add(Some(head), tail, &asked()).expect("well formed");
    assert!(!ends.have_met());
    let ids = &ids[1..];
    let error = ends.add(Some(page(ids, 2, 4)), page(ids, 5, 7), &asked());
    assert_eq!(error.expect_err("shorter").kind, ErrorKind::Transient);
}

proptest! {
    #[test]
    fn every_comment_is_read_once(count in 0u64..60, size in 1usize..9, last in 0u64..70) {
        let since = Since::Comment(crate::CommentId(last));
        let (ids, _) = read(count, size, since);
        prop_assert_eq!(ids, (last + 1..=count).collect::<Vec<u64>>());
        let (ids, _) = read(count, size, Since::Beginning);
        prop_assert_eq!(ids, (1..=count).collect::<Vec<u64>>());
    }
}
