//! What the preset `ktransformers` says about principles and roles; how it decides is shown by
//! the scenarios in `charters/scenarios/ktransformers`, what merges by the gate's tests.

use althing_charter::{Charter, Role, Source};

fn charter() -> Charter {
    let text = include_str!("../../../charters/ktransformers.yaml");
    let charter = Charter::parse(Source::new("charters/ktransformers.yaml", text), &[]);
    charter.expect("the preset is valid")
}

fn role(name: &str) -> Role {
    charter().roles()[&name.parse().expect("a name")].clone()
}

#[test]
fn nine_principles_are_numbered_and_the_sixth_is_not_negotiable() {
    let charter = charter();
    let numbers = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    assert_eq!(charter.principles().len(), numbers.len());
    for (principle, number) in charter.principles().iter().zip(numbers) {
        assert!(principle.starts_with(&format!("{number}. ")), "{principle}");
        assert_eq!(
            principle.contains("NON-NEGOTIABLE"),
            number == "VI",
            "{principle}"
        );
    }
}

#[test]
fn title_version_and_dates_are_those_of_the_constitution() {
    let charter = charter();
    assert_eq!(
        charter.name(),
        "KTransformers MoE Inference Framework Constitution"
    );
    assert_eq!(charter.version(), "1.0.0");
    let description = charter.description().expect("a description");
    assert!(description.contains("2025-10-04"));
    assert!(
        description.contains("above every practice"),
        "K-204: {description}"
    );
}

#[test]
fn reviewers_verify_what_the_constitution_asks_of_reviews() {
    let duties = role("reviewer").duties;
    for (duty, what) in duties.iter().zip([
        "I to IX",
        "tests came before",
        "before and after",
        "not obvious",
    ]) {
        assert!(duty.contains(what), "{duty}");
    }
    assert_eq!(duties.len(), 4);
}

#[test]
fn guidance_names_the_four_places_to_read() {
    let guidance = role("contributor").guidance.join("\n");
    for place in [
        ".specify/templates/agent-file-template.md",
        ".github/prompts/constitution.prompt.md",
        "README.md",
        "docs/",
    ] {
        assert!(guidance.contains(place), "{place}");
    }
}
