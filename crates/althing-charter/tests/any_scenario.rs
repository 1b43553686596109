//! Whatever a scenario file says, the answer is a report or findings, never a panic, and soon.

use std::sync::LazyLock;

use althing_charter::{Charter, Scenario, Source};
use proptest::prelude::*;

const SCENARIOS: [&str; 3] = [
    include_str!("../../../charters/scenarios/llama-stack/nomination.yaml"),
    include_str!("../../../charters/scenarios/llama-stack/edits.yaml"),
    include_str!("../../../charters/scenarios/llama-stack/lazy-consensus.yaml"),
];

static CHARTER: LazyLock<Charter> = LazyLock::new(|| {
    let text = include_str!("../../../charters/llama-stack.yaml");
    Charter::parse(Source::new("charters/llama-stack.yaml", text), &[]).expect("valid")
});

/// A report on each of its steps, or findings.
fn answered(text: &str) -> bool {
    match Scenario::parse(Source::new("s.yaml", text)) {
        Ok(scenario) => match scenario.run(&CHARTER) {
            Ok(report) => report.steps.len() == report.summary.steps,
            Err(findings) => !findings.is_empty(),
        },
        Err(findings) => !findings.is_empty(),
    }
}

/// A scenario with one range replaced, mostly by what could stand there.
fn damaged() -> impl Strategy<Value = String> {
    let insert = prop_oneof![
        "[\\x00-\\x7f]{0,6}",
        Just("9999-12-31T23:59:59Z".to_owned()),
        Just("-9999-01-01T00:00:00Z".to_owned()),
        Just("nobody".to_owned()),
        Just("close".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("[]".to_owned()),
    ];
    (
        0..SCENARIOS.len(),
        any::<prop::sample::Index>(),
        0..24_usize,
        insert,
    )
        .prop_map(|(number, start, cut, insert)| {
            let text = SCENARIOS[number];
            let start = start.index(text.chars().count());
            let before = text.chars().take(start);
            let after = text.chars().skip(start + cut);
            before.chain(insert.chars()).chain(after).collect()
        })
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,300}") {
        prop_assert!(answered(&text));
    }

    #[test]
    fn damaged_scenarios_are_answered(text in damaged()) {
        prop_assert!(answered(&text), "{}", text);
    }
}

#[test]
fn a_far_future_is_answered_in_time() {
    for scenario in SCENARIOS {
        let mut text = String::new();
        for line in scenario.lines() {
            match line.find("at: \"") {
                // Every time but the first is as late as times can be.
                Some(place) if text.contains("at: \"") => {
                    let (before, after) = line.split_at(place + 5);
                    let after = after.split_once('"').map_or("", |(_, after)| after);
                    text.push_str(&format!("{before}9999-12-30T00:00:00Z\"{after}\n"));
                }
                Some(_) | None => text.push_str(&format!("{line}\n")),
            }
        }
        assert!(answered(&text));
    }
}
