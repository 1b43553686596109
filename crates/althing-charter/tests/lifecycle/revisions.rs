//! New revisions: what was said of a text does not hold for the next, and who asked for one
//! looks again.

use althing_charter::Event;
use serde_json::json;

use crate::world::{World, edit};

const MODULE: &str = r#"
roles: { reviewer: {} }
lifecycles:
  module:
    title: Module
    opened-by: [anyone]
    evidence:
      tests: { by: [reviewer], results: [passed, failed] }
      notes: { by: [reviewer] }
    states:
      review: one reviewer looks at it
      request changes: another revision is wanted
      merged: { final: true, description: done }
    transitions:
      - name: merge
        from: review
        to: merged
        needs:
          evidence: [{ name: tests, result: passed }, notes]
          approvals: [{ by: [reviewer], count: 1 }]
      - { name: fails, from: review, to: request changes, needs: { evidence: { name: tests, result: failed } } }
      - { name: revised, from: request changes, to: review, on: edit }
"#;

fn world() -> World {
    let mut world = World::new(MODULE, &[("r", "reviewer")]);
    world.open("author", "M1", "module", json!({}));
    world
}

fn tests(result: &str) -> Event {
    Event::Attach {
        name: "tests".parse().expect("evidence"),
        reference: "run".to_owned(),
        result: Some(result.parse().expect("result")),
        recipients: Vec::new(),
    }
}

fn notes() -> Event {
    crate::world::attach("notes")
}

fn revision(title: &str) -> Event {
    edit(json!({ "title": title }))
}

#[test]
fn a_result_for_one_text_is_none_for_the_next() {
    let mut world = world();
    world.does("r", "M1", tests("passed"));
    world.does("r", "M1", notes());
    world.does("author", "M1", revision("Second"));
    world.does("r", "M1", Event::Approve);
    assert_eq!(
        world.state("M1"),
        "review",
        "the tests were of the first text"
    );
    world.does("r", "M1", tests("passed"));
    assert_eq!(
        world.state("M1"),
        "merged",
        "notes say nothing about a text"
    );
    world.replays();
}

#[test]
fn an_editorial_edit_leaves_results_standing() {
    let mut world = world();
    world.does("r", "M1", tests("passed"));
    world.does("r", "M1", notes());
    let Event::Edit {
        title, set, body, ..
    } = revision("Typo corrected")
    else {
        panic!("an edit");
    };
    let editorial = true;
    world.does(
        "author",
        "M1",
        Event::Edit {
            title,
            set,
            body,
            editorial,
        },
    );
    world.does("r", "M1", Event::Approve);
    assert_eq!(world.state("M1"), "merged");
}

#[test]
fn a_new_revision_goes_back_to_who_asked_for_it_and_stays_there() {
    let mut world = world();
    world.does("author", "M1", revision("Second"));
    world.does("r", "M1", tests("failed"));
    assert_eq!(
        world.state("M1"),
        "request changes",
        "the earlier edit was no answer"
    );
    let waits: Vec<String> = world
        .next("M1")
        .iter()
        .map(|way| way.needs[0].sentence())
        .collect();
    assert_eq!(waits, ["a new revision (from author)"]);
    world.tick("M1");
    assert_eq!(world.state("M1"), "request changes");
    world.does("author", "M1", revision("Third"));
    assert_eq!(
        world.state("M1"),
        "review",
        "the failure was of the second text"
    );
    world.tick("M1");
    assert_eq!(world.state("M1"), "review");
    world.does("r", "M1", tests("failed"));
    assert_eq!(world.state("M1"), "request changes");
    world.replays();
}
