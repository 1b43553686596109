//! Lifecycles as people read them.

use althing_charter::{Charter, Source};

const CHARTER: &str = include_str!("valid/lifecycles/charter.yaml");

fn charter() -> Charter {
    Charter::parse(Source::new("charter.yaml", CHARTER), &[]).expect("valid")
}

#[test]
fn a_lifecycle_is_a_section_of_a_page() {
    let charter = charter();
    let sections = charter.lifecycles().iter().map(|it| it.markdown(3));
    insta::assert_snapshot!(sections.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_transition_is_one_sentence() {
    let charter = charter();
    let mut sentences = Vec::new();
    for lifecycle in charter.lifecycles() {
        for transition in &lifecycle.transitions {
            sentences.push(format!("{}: {transition}", transition.name));
        }
    }
    insta::assert_snapshot!(sentences.join("\n"));
}
