//! What the models repository says of its bring-ups, and that only its default branch says it.

use std::fs;

use althing_bringup::Status;
use rstest::rstest;

use crate::{
    machine::PYTHON,
    world::{TINY, World, ending},
};

const RULES: &str = ".althing/bringup.yaml";
const PROMPT: &str = ".althing/prompt.md";

/// A world whose default branch says this, and whose evaluations come to top1 0.95.
async fn world_with(path: &str, text: &str) -> World {
    let world = World::new().await;
    world.commit("main", "main", path, text);
    world.tool("python", PYTHON);
    world
}

#[rstest]
#[case::model_on_system(
    "models: { tiny-lab/tiny-2l: { systems: { n150: { top1: 0.96 } } } }",
    false
)]
#[case::model("models: { tiny-lab/tiny-2l: { top1: 0.96 } }", false)]
#[case::system("systems: { n150: { top1: 0.96 } }", false)]
#[case::other_model("models: { tiny-lab/other: { top1: 0.96 } }", true)]
#[case::other_system("systems: { lb: { top1: 0.96 } }", true)]
#[tokio::test]
async fn the_thresholds_of_the_repository_count_and_are_told(
    #[case] thresholds: &str,
    #[case] passes: bool,
) {
    let rules = format!("bringup: 1\nthresholds: {{ {thresholds} }}\n");
    let world = world_with(RULES, &rules).await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    if passes {
        let comment = ending(&forge, 5, Status::InReview);
        assert!(
            comment.contains("Thresholds: top1 0.9, top5 0.97."),
            "{comment}"
        );
        let body = forge.state.borrow().pulls[0].body.clone();
        assert!(body.contains("Thresholds: top1 0.9, top5 0.97."), "{body}");
    } else {
        // The reference runs none of the agent's code.
        let comment = ending(&forge, 5, Status::ReferenceError);
        for part in [
            "top1 0.95 is below 0.96",
            "Thresholds: top1 0.96, top5 0.97.",
        ] {
            assert!(comment.contains(part), "{part:?} is not in\n{comment}");
        }
    }
}

#[rstest]
#[case::rules(RULES, "bringup: 1\ntreshold: 1\n", ".althing/bringup.yaml:2:")]
#[case::prompt(PROMPT, "Do\n{{ what }}\n", ".althing/prompt.md:2:")]
#[tokio::test]
async fn a_mistake_is_a_setup_error_that_names_its_place(
    #[case] path: &str,
    #[case] text: &str,
    #[case] place: &str,
) {
    let world = world_with(path, text).await;
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    let record = world.run(&forge).await.expect("a run");
    assert_eq!(record.attempts, 0, "no agent worked");
    let comment = ending(&forge, 5, Status::SetupError);
    assert!(comment.contains(place), "{comment}");
}

#[tokio::test]
async fn the_agent_is_asked_in_the_words_of_the_repository() {
    let text = "Bring up {{ model }} for {{ system }}, {{ attempt }} of {{ attempts }}.\n\
                {% if report %}{{ report }}{% endif %}";
    let mut world = world_with(PROMPT, text).await;
    let seen = world.root().join("seen");
    // What it writes over the prompt in its clone is nobody's prompt.
    let script = format!(
        "cat >> {}; echo 'x {{{{ y' > .althing/prompt.md",
        seen.display()
    );
    world.agent(&script);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    let seen = fs::read_to_string(seen).expect("seen");
    assert!(
        seen.starts_with("Bring up tiny-lab/tiny-2l for n150, 1 of 2."),
        "{seen}"
    );
    assert!(seen.contains("n150, 2 of 2.\n"), "{seen}");
    assert!(seen.contains("- .althing/prompt.md"), "the report: {seen}");
}

#[rstest]
#[case::flaky(1, Status::InReview, "- HF-only evaluation: flaky: 2 of 3 runs passed")]
#[case::broken(9, Status::ReferenceError, "it fails each time: none of 2 runs passed")]
#[tokio::test]
async fn an_evaluation_that_fails_runs_again(
    #[case] failures: u32,
    #[case] status: Status,
    #[case] told: &str,
) {
    let rules = "bringup: 1\nreruns: { of: 3, need: 2 }\n";
    let mut world = world_with(RULES, rules).await;
    world
        .vars
        .insert("YT_MAX_ATTEMPTS".to_owned(), "1".to_owned());
    let count = world.root().join("count");
    let flaky = format!(
        "case \"$*\" in *run_eval*) echo x >> {0}; \
         [ $(wc -l < {0}) -gt {failures} ] || {{ echo shaky >&2; exit 1; }};; esac\n{PYTHON}",
        count.display()
    );
    world.tool("python", &flaky);
    let forge = world.forge();
    forge.add_issue(5, TINY, Status::Ready);
    world.run(&forge).await.expect("a run");
    let comment = ending(&forge, 5, status);
    if status == Status::InReview {
        let body = forge.state.borrow().pulls[0].body.clone();
        assert!(body.contains(told), "{body}");
        // Once more for the final metrics, which passes at once.
        let runs = fs::read_to_string(count).expect("count").lines().count();
        assert_eq!(runs, 4);
    } else {
        assert!(
            comment.contains(told) && comment.contains("shaky"),
            "{comment}"
        );
    }
}
