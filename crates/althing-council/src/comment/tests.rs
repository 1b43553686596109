//! Comments as people write them, and as they might.

use althing_diag::Code;
use proptest::prelude::*;
use rstest::rstest;

use super::{Command, Heard, MOST_COMMANDS, read};

fn commands(comment: &str) -> Vec<Command> {
    let Heard { commands, findings } = read(comment);
    assert!(findings.is_empty(), "{findings:?}");
    commands
}

fn finding(comment: &str) -> (Code, String) {
    let Heard { commands, findings } = read(comment);
    assert!(commands.is_empty(), "{commands:?}");
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    (finding.code, finding.to_string())
}

fn vote(ballot: &str, reason: Option<&str>) -> Command {
    Command::Vote {
        ballot: ballot.to_owned(),
        reason: reason.map(str::to_owned),
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[rstest]
#[case("/vote yes", vote("yes", None))]
#[case("  /VOTE yes  ", vote("yes", None))]
#[case(
    "/althing vote no because it is slow",
    vote("no", Some("because it is slow"))
)]
#[case("/althing /vote abstain.", vote("abstain", None))]
#[case(
    "/Vote: no, it is `slow` and **large**",
    vote("no", Some("it is `slow` and **large**"))
)]
#[case(
    "/vote no\nfirst\nsecond\n\nunrelated",
    vote("no", Some("first\nsecond"))
)]
#[case(
    "/vote no see\n/usr/share/doc",
    vote("no", Some("see\n/usr/share/doc"))
)]
#[case("Hello,\n/vote yes", vote("yes", None))]
#[case("> quoted\n\n/vote yes", vote("yes", None))]
#[case("/vote yes\n--\nmy signature", vote("yes", None))]
#[case("/vote yes\r\n\r\nbye\r\n", vote("yes", None))]
#[case("/vote yes <!-- hidden --> good", vote("yes", Some("good")))]
#[case("/vote NAME-of-choice", vote("NAME-of-choice", None))]
#[case("/object it breaks a contract", Command::Object { reason: text("it breaks a contract") })]
#[case("/object", Command::Object { reason: None })]
#[case("/resolve", Command::Resolve { objection: None, reason: None })]
#[case("/resolve #2: agreed", Command::Resolve { objection: Some(2), reason: text("agreed") })]
#[case("/resolve 2nd thoughts", Command::Resolve { objection: None, reason: text("2nd thoughts") })]
#[case("/approve", Command::Approve)]
#[case("/withdraw.", Command::Withdraw { reason: None })]
#[case("/decline thanks", Command::Decline { reason: text("thanks") })]
#[case("/close", Command::Close { reason: None })]
#[case("/edit", Command::Edit { editorial: false })]
#[case("/edit --editorial", Command::Edit { editorial: true })]
#[case("/attach notice https://example.org/t/1", Command::Attach {
    evidence: "notice".to_owned(), reference: "https://example.org/t/1".to_owned(), result: None, recipients: vec![] })]
#[case("/attach run <https://example.org> PASSED", Command::Attach {
    evidence: "run".to_owned(), reference: "<https://example.org>".to_owned(), result: text("passed"), recipients: vec![] })]
#[case("/attach notice list/12 @m1, @m2", Command::Attach {
    evidence: "notice".to_owned(), reference: "list/12".to_owned(), result: None,
    recipients: vec!["m1".to_owned(), "m2".to_owned()] })]
#[case("/move In Progress\nwork has begun", Command::Move {
    to: "in progress".to_owned(), reason: text("work has begun") })]
#[case("/open proposal", Command::Open { lifecycle: "proposal".to_owned(), set: vec![] })]
#[case("/open proposal kind=general title=\"Two words\"\nnote=“round ones”", Command::Open {
    lifecycle: "proposal".to_owned(),
    set: vec![
        ("kind".to_owned(), "general".to_owned()),
        ("title".to_owned(), "Two words".to_owned()),
        ("note".to_owned(), "round ones".to_owned()),
    ] })]
#[case("/nominate @m2 maintainer@area:core good reviews", Command::Nominate {
    nominee: "m2".to_owned(), role: "maintainer@area:core".to_owned(), reason: text("good reviews") })]
#[case("/ask", Command::Ask)]
#[case("/answer see above", Command::Answer { text: "see above".to_owned() })]
fn one_command(#[case] comment: &str, #[case] command: Command) {
    assert_eq!(commands(comment), [command]);
}

#[test]
fn several_commands_count_in_their_order() {
    let comment = "/attach notice ref-1\n/vote no\nbecause\n/object really\n\nText.\n\n/close";
    assert_eq!(
        commands(comment),
        [
            Command::Attach {
                evidence: "notice".to_owned(),
                reference: "ref-1".to_owned(),
                result: None,
                recipients: vec![],
            },
            vote("no", Some("because")),
            Command::Object {
                reason: text("really")
            },
            Command::Close { reason: None },
        ]
    );
}

#[rstest]
#[case("I would /vote yes")]
#[case("`/vote yes`")]
#[case("a `code\n/vote yes` span")]
#[case("```\n/vote yes\n```")]
#[case("~~~sh\n/vote yes")]
#[case("    /vote yes")]
#[case("> /vote yes")]
#[case("> > deep\n> /vote yes")]
#[case("> [!NOTE]\n> /vote yes")]
#[case("- /vote yes")]
#[case("1. text\n\n   /vote yes")]
#[case("- [ ] /vote yes")]
#[case("<!-- \n/vote yes\n-->")]
#[case("<!-- open\n\n/vote yes")]
#[case("text <!--\n/vote yes\n--> text")]
#[case("<details>\n/vote yes\n</details>")]
#[case("<pre>\n\n/vote yes\n\n</pre>")]
#[case("| a |\n|---|\n| /vote yes |")]
#[case("[^1]: /vote yes")]
#[case("$$\n/vote yes\n$$")]
#[case("# /vote yes")]
#[case("**/vote yes**")]
#[case("~/vote yes")]
#[case("\\/vote yes")]
#[case("[/vote yes](https://example.org)")]
#[case("/rebase\n/lgtm\n/home/m1/x\n/ vote yes\n//vote yes")]
#[case("/vote/yes")]
#[case("/")]
#[case("")]
fn no_command(#[case] comment: &str) {
    assert_eq!(read(comment), Heard::default());
}

#[rstest]
#[case("/vot yes", Code::CommandUnknown, "did you mean `/vote`?")]
#[case("/objcet no", Code::CommandUnknown, "`/object`")]
#[case(
    "/althing dance",
    Code::CommandUnknown,
    "`/dance` is not a command; the commands are `/vote"
)]
#[case("/althing", Code::CommandUnknown, "the commands are")]
#[case("/althing @all<b>", Code::CommandUnknown, "`/allb` is not")]
#[case("text\n\n/vote", Code::CommandInvalid, "comment:3:1")]
#[case("/edit typo", Code::CommandInvalid, "--editorial")]
#[case("/attach notice", Code::CommandInvalid, "where the evidence is")]
#[case(
    "/attach notice ref passed really",
    Code::CommandInvalid,
    "after the result"
)]
#[case("/move", Code::CommandInvalid, "names no state")]
#[case("/open", Code::CommandInvalid, "names no lifecycle")]
#[case("/open p some words", Code::CommandInvalid, "only KEY=VALUE")]
#[case("/open p =x", Code::CommandInvalid, "only KEY=VALUE")]
#[case("/open p a=1 a=2", Code::CommandInvalid, "set twice")]
#[case("/open p a=\"x", Code::CommandInvalid, "second quotation mark")]
#[case("/open p a=\"x\"y", Code::CommandInvalid, "second quotation mark")]
#[case("/nominate m2", Code::CommandInvalid, "names no role")]
#[case("/answer", Code::CommandInvalid, "has no text")]
#[case(
    "> what do you say?\n/vote yes",
    Code::CommandInvalid,
    "belongs to the quotation"
)]
#[case("- item\n/vote yes", Code::CommandInvalid, "belongs to the quotation")]
#[case(
    "| a |\n|---|\n/vote yes",
    Code::CommandInvalid,
    "belongs to the quotation"
)]
fn one_answer(#[case] comment: &str, #[case] code: Code, #[case] says: &str) {
    let (found, shown) = finding(comment);
    assert_eq!(found, code, "{shown}");
    assert!(shown.contains(says), "{shown}");
}

#[test]
fn a_mistake_leaves_the_other_commands_alone() {
    let heard = read("/vote yes\n/attach\n/close");
    assert_eq!(heard.commands.len(), 2);
    assert_eq!(heard.findings.len(), 1);
}

#[test]
fn a_comment_of_endless_commands_is_cut_with_one_answer() {
    let heard = read(&"/vote yes\n".repeat(500));
    assert_eq!(heard.commands.len(), MOST_COMMANDS);
    assert_eq!(heard.findings.len(), 1);
}

/// Pieces of which comments are made, those that open and close something above all.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("/vote yes".to_owned()),
        Just("/althing ".to_owned()),
        Just("/open x a=\"".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("> ".to_owned()),
        Just("- ".to_owned()),
        Just("```".to_owned()),
        Just("`".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<pre>".to_owned()),
        Just("|".to_owned()),
        Just("---".to_owned()),
        Just("$$".to_owned()),
        Just("[".to_owned()),
        Just("](x)".to_owned()),
        Just("*".to_owned()),
        Just("    ".to_owned()),
        "\\PC{0,5}",
    ]
}

proptest! {
    #[test]
    fn any_text_is_read(comment in "(?s).{0,200}") {
        read(&comment);
    }

    #[test]
    fn any_markdown_is_read(pieces in prop::collection::vec(piece(), 0..40)) {
        read(&pieces.concat());
    }

    #[test]
    fn nothing_in_a_quotation_commands(pieces in prop::collection::vec(piece(), 0..30)) {
        let quoted: String = pieces.concat().lines().map(|line| format!("> {line}\n")).collect();
        let heard = read(&quoted);
        prop_assert_eq!(heard, Heard::default(), "{}", quoted);
    }

    #[test]
    fn nothing_in_a_fence_commands(pieces in prop::collection::vec(piece(), 0..30)) {
        // Longer than anything within: a fence is closed by one at least as long.
        let fence = "`".repeat(100);
        let fenced = format!("{fence}\n{}\n{fence}\n", pieces.concat());
        prop_assert_eq!(read(&fenced), Heard::default(), "{}", fenced);
    }

    #[test]
    fn nothing_in_an_html_comment_commands(pieces in prop::collection::vec(piece(), 0..30)) {
        let hidden = format!("<!--\n{}\n-->\n", pieces.concat().replace('>', ""));
        prop_assert_eq!(read(&hidden), Heard::default(), "{}", hidden);
    }

    #[test]
    fn a_command_of_its_own_is_found_behind_any_plain_text(words in "[a-zA-Z ,.]{0,80}") {
        let comment = format!("{words}\n\n/vote yes\n\n{words}");
        prop_assert_eq!(read(&comment).commands, [vote("yes", None)]);
    }
}
