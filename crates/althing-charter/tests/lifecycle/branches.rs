//! The record says by which branch of a decision tree a subject went.

use althing_charter::Record;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{World, move_to};

const EXPANSION_PACKS: &str = include_str!("../../../../charters/expansion-packs.yaml");

#[rstest]
#[case(json!({ "level": "pack", "packs": ["mmos"] }), "one pack")]
#[case(
    json!({ "level": "system", "packs": ["mmos", "etl"] }),
    "several packs"
)]
#[case(
    json!({ "level": "system", "packs": ["mmos", "etl"], "interface": "new", "integrations": ["etl-mmos"] }),
    "new integration"
)]
#[case(
    json!({ "level": "integration", "packs": ["mmos", "etl"], "interface": "modified", "integrations": ["etl-mmos"] }),
    "modified integration"
)]
#[case(
    json!({ "level": "system", "packs": ["mmos"], "schema-change": true }),
    "schema"
)]
#[case(
    json!({ "level": "system", "packs": ["mmos"], "schema-change": true, "architectural": true }),
    "architecture"
)]
fn the_record_says_by_which_branch_an_epic_is_classified(
    #[case] mut set: Value,
    #[case] branch: &str,
) {
    let (_, charter) = EXPANSION_PACKS
        .split_once("version: 1.0.0\n")
        .expect("it has a version");
    let mut world = World::new(charter, &[]);
    set["title"] = json!("Voices");
    world.open("u1", "E1", "epic", set);
    let decision = world.does("u1", "E1", move_to("review"));
    let branches = decision.records.iter().filter_map(|record| {
        let Record::StateChanged { transition, .. } = record else {
            return None;
        };
        Some(transition.to_string())
    });
    let branches: Vec<String> = branches.collect();
    assert_eq!(branches, [format!("classified by {branch}")]);
}
