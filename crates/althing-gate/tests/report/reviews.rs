//! Who reviews how much.

use rstest::rstest;
use serde_json::{Value, json};

use crate::fixture::{World, merged, review};

#[test]
fn reviews_are_counted_apart_for_maintainers_and_the_community() {
    let mut world = World::llama();
    world.add("pulls", merged(1, "m1", "m2", &["m2", "m2", "m3"]));
    world.add("pulls", merged(2, "stranger", "m1", &["m1", "m2"]));
    world.add("pulls", merged(3, "t1", "m1", &["m1", "m3"]));
    world.add("pulls", merged(4, "robot", "m1", &["m1"]));
    let rows = json!(world.report("reviews").rows);
    let row = |reviewer: &str, of_peers: u64, of_community: u64| {
        json!({
            "reviewer": reviewer,
            "of_peers": of_peers,
            "of_community": of_community,
            "community_total": 4,
            "equal_parts": 3,
        })
    };
    assert_eq!(
        rows,
        json!([row("m1", 0, 2), row("m2", 1, 1), row("m3", 1, 1)])
    );
    assert_eq!(world.codes("reviews"), [""; 0]);
}

/// Half of an equal share of 12 among 3 are 2.
#[rstest]
#[case(&[10, 0, 2], &["@m2 did 0 of 12 reviews for the community; an equal share is 1 of 3"])]
#[case(&[9, 1, 2], &["@m2 did 1 of 12 reviews for the community; an equal share is 1 of 3"])]
#[case(&[8, 2, 2], &[])]
#[case(&[0, 0, 0], &[])]
fn who_does_less_than_half_of_an_equal_share_is_named(
    #[case] counts: &[usize; 3],
    #[case] messages: &[&str],
) {
    let mut world = World::llama();
    let mut number = 0;
    for (reviewer, count) in ["m1", "m2", "m3"].iter().zip(counts) {
        for _ in 0..*count {
            number += 1;
            world.add("pulls", merged(number, "stranger", "m1", &[reviewer]));
        }
    }
    let report = world.report("reviews");
    let found: Vec<&str> = report
        .findings
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(found, messages);
}

#[rstest]
#[case::before_the_period(json!("2025-12-31T23:59:59Z"), "approved", 0)]
#[case::in_it(json!("2026-01-01T00:00:00Z"), "commented", 1)]
#[case::not_submitted(json!("2026-01-01T00:00:00Z"), "pending", 0)]
fn reviews_count_once_submitted_and_in_the_period(
    #[case] at: Value,
    #[case] state: &str,
    #[case] counted: u64,
) {
    let mut world = World::llama();
    let mut pull = merged(1, "stranger", "m1", &[]);
    let mut one = review("m1");
    one["at"] = at;
    one["state"] = json!(state);
    pull["reviews"] = json!([one]);
    world.add("pulls", pull);
    assert_eq!(
        json!(world.report("reviews").rows)[0]["of_community"],
        counted
    );
}
