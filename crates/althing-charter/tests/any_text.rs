//! Whatever the files say, the answer is rules or findings, never a panic.

use althing_charter::{Rules, Source};
use jiff::Timestamp;
use proptest::prelude::*;

const CHARTER: &str = include_str!("valid/full/charter.yaml");
const MEMBERS: &str = include_str!("valid/full/members.yaml");

fn outcome(charter: &str, members: &str) -> Result<Rules, usize> {
    Rules::parse(
        Source::new("c", charter),
        Source::new("m", members),
        &[],
        Timestamp::UNIX_EPOCH,
    )
    .map_err(|findings| findings.len())
}

/// The text with one range replaced.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let length = text.chars().count();
    (
        0..length,
        0..12_usize,
        "[\\x00-\\x7f]{0,8}|[ :\\-&*!|>\\[\\]{},#'\"<\n]{1,6}",
    )
        .prop_map(move |(start, cut, insert)| {
            let before = text.chars().take(start);
            let after = text.chars().skip(start + cut);
            before.chain(insert.chars()).chain(after).collect()
        })
}

proptest! {
    #[test]
    fn any_text_gives_rules_or_findings(charter in ".{0,300}", members in ".{0,300}") {
        if let Err(count) = outcome(&charter, &members) {
            prop_assert!(count > 0);
        }
    }

    #[test]
    fn damaged_rules_give_rules_or_findings(
        charter in mutated(CHARTER),
        members in mutated(MEMBERS),
    ) {
        if let Err(count) = outcome(&charter, &members) {
            prop_assert!(count > 0);
        }
    }

    #[test]
    fn only_the_same_bytes_have_the_same_hash(charter in mutated(CHARTER)) {
        let rules = outcome(CHARTER, MEMBERS).expect("valid");
        if let Ok(other) = outcome(&charter, MEMBERS) {
            prop_assert_eq!(other.hash() == rules.hash(), charter == CHARTER);
        }
    }
}
