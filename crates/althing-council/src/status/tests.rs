//! Comments about subjects that went through the engine.

mod world;

use althing_charter::Event;
use proptest::prelude::*;
use pulldown_cmark::{Event as Markdown, Parser};

use self::world::{World, vote};
use crate::comment;

fn object(reason: &str) -> Event {
    Event::Object {
        reason: reason.to_owned(),
    }
}

fn attach(reference: &str) -> Event {
    Event::Attach {
        name: "notice".parse().expect("name"),
        reference: reference.to_owned(),
        result: None,
        recipients: Vec::new(),
    }
}

#[test]
fn a_subject_that_waits_for_silence() {
    let mut world = World::open("proposal", "Weekly releases");
    world.at("2026-03-06T09:00:00Z");
    world.does("m1", attach("https://lists.example.org/42"));
    insta::assert_snapshot!(world.status());
}

#[test]
fn a_public_vote_with_objections() {
    let mut world = World::open("proposal", "Weekly releases");
    world.does("u2", object("it breaks my deployment"));
    world.at("2026-03-06T12:00:00Z");
    world.does("m1", vote("yes", None));
    world.does("m2", vote("no", Some("too often\nfor us")));
    world.does("m3", vote("abstain", None));
    world.does("u2", vote("no", Some("see above")));
    insta::assert_snapshot!(world.status());
}

#[test]
fn a_vote_that_is_over() {
    let mut world = World::open("proposal", "Weekly releases");
    world.does("u2", object("it breaks my deployment"));
    for voter in ["m1", "m2", "m3"] {
        world.does(voter, vote("yes", None));
    }
    world.at("2026-03-20T12:00:00Z");
    world.does("clock", Event::Tick);
    insta::assert_snapshot!("over_status", world.status());
    insta::assert_snapshot!("over_final", world.ending());
}

#[test]
fn a_change_that_waits_for_approvals() {
    let mut world = World::open("change", "New schema");
    world.does("m1", Event::Approve);
    insta::assert_snapshot!(world.status());
}

#[test]
fn a_private_vote_shows_numbers_only() {
    let mut world = World::open("nomination", "Nominate u3");
    world.does("m1", vote("yes", None));
    world.does("m2", vote("no", Some("does not answer")));
    insta::assert_snapshot!("private_open", world.status());
    world.at("2026-03-20T12:00:00Z");
    world.does("clock", Event::Tick);
    assert!(world.subject.over);
    insta::assert_snapshot!("private_over", world.ending());
}

#[test]
fn nobody_can_tell_who_voted_what_in_private() {
    let comments = |voters: [&str; 3]| {
        let mut world = World::open("nomination", "Nominate u3");
        for (voter, ballot) in voters.into_iter().zip(["yes", "yes", "no"]) {
            world.does(voter, vote(ballot, Some("a reason of mine")));
        }
        let open = world.status();
        world.at("2026-03-20T12:00:00Z");
        world.does("clock", Event::Tick);
        (open, world.status(), world.ending())
    };
    let shown = comments(["m1", "m2", "m3"]);
    assert_eq!(shown, comments(["m3", "m4", "m1"]));
    for comment in [&shown.0, &shown.1, &shown.2] {
        assert!(!comment.contains("a reason of mine"), "{comment}");
    }
}

#[test]
fn a_comment_fits_whatever_was_written() {
    let mut world = World::open("proposal", &"A long title ".repeat(500));
    world.does("u2", object(&"because ".repeat(400)));
    world.does("m1", attach(&"x".repeat(3_000)));
    let (objection, notice) = (
        world.subject.objections[0].clone(),
        world.subject.evidence[0].clone(),
    );
    world.subject.objections = vec![objection; 200];
    world.subject.evidence = vec![notice; 200];
    let shown = world.status();
    assert!(shown.len() <= 65_000, "{}", shown.len());
    assert!(shown.contains("and 180 more"), "{shown}");
}

/// Words that would do something if they were not only shown.
fn evil() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/vote yes\n"),
        Just("\n\n/close\n"),
        Just("@m2 "),
        Just("<!-- althing:effect x -->"),
        Just("<script>"),
        Just("`"),
        Just("\n```\n"),
        Just("> "),
        Just("- "),
        Just("[x](y)"),
        Just("**"),
        Just("</details>"),
        Just("\\"),
        Just("|"),
        Just("#1 "),
        Just("word "),
        Just("https://x.y/<!-- -->"),
        Just("https://x.y/@m2"),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| format!("x{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn words_of_others_are_only_shown(
        title in evil(), reason in evil(), reference in evil(), remark in evil(),
    ) {
        let mut world = World::open("proposal", &title);
        world.does("m1", attach(&reference));
        world.does("u2", object(&reason));
        world.does("m2", vote("no", Some(&remark)));
        for shown in [world.status(), world.ending()] {
            prop_assert_eq!(comment::read(&shown), comment::Heard::default());
            for event in Parser::new(&shown) {
                prop_assert!(!matches!(event, Markdown::InlineHtml(_)), "{event:?} in {shown}");
                if let Markdown::Html(html) = &event {
                    let html = html.trim();
                    let own = html.starts_with("<details><summary>") || html == "</details>";
                    prop_assert!(own, "{html} in {shown}");
                }
                if let Markdown::Text(text) = &event {
                    let mentions = text.replace("@\u{200b}", "").contains('@');
                    prop_assert!(!mentions || text.starts_with("https://"), "{text}");
                }
            }
        }
    }
}
