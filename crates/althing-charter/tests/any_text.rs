//! Whatever the files say, the answer is rules or findings, never a panic.

use althing_charter::{Charter, Rules, Source};
use jiff::Timestamp;
use proptest::prelude::*;

const CHARTER: &str = include_str!("valid/full/charter.yaml");
const LIFECYCLES: &str = include_str!("valid/lifecycles/charter.yaml");
const EVERYTHING: &str = include_str!("valid/everything/charter.yaml");
const THEIR_MEMBERS: &str = include_str!("valid/everything/members.yaml");
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_lifecycles_give_rules_or_findings(charter in mutated(LIFECYCLES)) {
        if let Err(count) = outcome(&charter, "[]") {
            prop_assert!(count > 0);
        }
    }

    #[test]
    fn damaged_sections_give_rules_or_findings(
        charter in mutated(EVERYTHING),
        members in mutated(THEIR_MEMBERS),
    ) {
        for (charter, members) in [(charter.as_str(), THEIR_MEMBERS), (EVERYTHING, &members)] {
            if let Err(count) = outcome(charter, members) {
                prop_assert!(count > 0);
            }
        }
    }

    #[test]
    fn any_text_can_be_extended(text in ".{0,200}", damaged in mutated(EVERYTHING)) {
        let own = "{ charter: 1, name: n, version: v, extends: [a, b] }";
        let presets = [
            Source::new("charters/a.yaml", &damaged),
            Source::new("charters/b.yaml", &text),
        ];
        let findings = Charter::parse(Source::new("c", own), &presets).err();
        prop_assert!(findings.is_none_or(|findings| !findings.is_empty()));
    }

    #[test]
    fn any_condition_gives_rules_or_findings(
        tokens in prop::collection::vec(token(), 0..60),
        noise in ".{0,40}",
    ) {
        for condition in [tokens.concat(), format!("{}{noise}", tokens.concat())] {
            if let Err(count) = outcome(&with_condition(&condition), "[]") {
                prop_assert!(count > 0);
            }
        }
    }
}

/// A part of a CEL expression, or of something that looks like one.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "subject",
        ".",
        "kind",
        "['packs']",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "==",
        "!=",
        "<",
        "&&",
        "||",
        "!",
        "-",
        "+",
        "*",
        "/",
        "%",
        "?",
        ":",
        " in ",
        " ",
        ",",
        "1",
        "0",
        "2.5",
        "9223372036854775807",
        "0x",
        "1u",
        "'a'",
        "'",
        "\"",
        "r'",
        "b'",
        "\\",
        "'''",
        "true",
        "null",
        "size(",
        ".all(x, x",
        ".map(x, x+x)",
        ".exists(y, y)",
        "has(subject.kind)",
        "holders",
        "catalog",
        "@",
        "`",
        "//",
        "\n",
        "é",
        "🙂",
        "..",
        ".contains('a')",
        ".matches('(a+)+')",
        "timestamp('x')",
        "duration('1h')",
        "dyn(",
        "type(1)",
        "_",
        "a.b{c: 1}",
    ])
}

fn with_condition(condition: &str) -> String {
    let condition = serde_json::Value::from(condition);
    CONDITION.replace("CONDITION", &condition.to_string())
}

const CONDITION: &str = r#"
charter: 1
name: n
version: "1"
lifecycles:
  a:
    attributes: { kind: {}, packs: { type: list } }
    evidence: { x: {} }
    states: { open: x, done: { final: true } }
    transitions:
    - name: end
      from: open
      to: done
      needs: { condition: CONDITION }
"#;

#[test]
fn the_largest_conditions_are_answered_in_time() {
    let long = |part: &str, end: &str| {
        let times = (990 - end.len()) / part.len();
        format!("{}{end}", part.repeat(times))
    };
    let ones = format!("[{}]", ["1"; 140].join(","));
    let sum = ["x"; 150].join("+");
    for condition in [
        long("(", "true"),
        long("!", "true"),
        long("-", "1"),
        long("! ", "true"),
        long("1+", "1"),
        long("true?", "true"),
        long("true?true:", "true"),
        long("true&&", "true"),
        long("subject.", "kind"),
        long("[", ""),
        long("{1:", "1"),
        long("'a'+", "'a'"),
        long("a(", ""),
        long("[1,1,1,1].all(a,", "true"),
        format!("[1]{} == [1]", ".map(x, x + x)".repeat(60)),
        format!("{ones}.all(a, {ones}.all(b, {ones}.all(c, a + b + c > 0)))"),
        format!("['a'].map(x, {sum}).map(x, {sum}).map(x, {sum}) == []"),
    ] {
        let _ = outcome(&with_condition(&condition), "[]");
    }
}

#[test]
fn the_deepest_guards_are_answered_in_time() {
    for (open, close) in [("{ all: [", "] }"), ("{ not: ", " }"), ("{ any: [", "] }")] {
        for depth in [5, 50, 500, 5000, 50_000] {
            let guard = format!(
                "{}{{ evidence: x }}{}",
                open.repeat(depth),
                close.repeat(depth)
            );
            let _ = outcome(&CONDITION.replace("{ condition: CONDITION }", &guard), "[]");
        }
    }
}

/// A charter of one lifecycle with very many transitions.
fn large(states: &str, attributes: &str, transition: impl Fn(usize) -> String) -> String {
    let mut charter = format!(
        "charter: 1\nname: n\nversion: \"1\"\nlifecycles:\n  a:\n    attributes: {{ {attributes} }}\n    \
         states: {{ {states} }}\n    transitions:\n"
    );
    for number in 0.. {
        let transition = transition(number);
        if charter.len() + transition.len() > 1 << 15 {
            break;
        }
        charter.push_str(&transition);
    }
    charter
}

#[test]
fn the_largest_lifecycles_are_answered_in_time() {
    let end =
        |number: usize| format!("    - {{ name: n{number}, from: s1, to: done, on: close }}\n");
    let listed = |what: &str, number: usize| {
        let entries: Vec<String> = (0..number)
            .map(|it| what.replace('#', &it.to_string()))
            .collect();
        entries.join(", ")
    };
    let few = "s1: x, done: { final: true }";
    let many = format!("{}, done: {{ final: true }}", listed("s#: x", 2_000));
    let unknown = |it: usize| format!("    - {{ name: n{it}, from: t{it}, to: u{it} }}\n");
    let from = listed("s#", 2_000);
    for charter in [
        large(few, "", end),
        large(&many, "", end),
        large(&many, "", unknown),
        large(few, &listed("a#: {}", 2_000), end),
        large(&many, "", |it| {
            format!("    - {{ name: n{it}, from: [{from}], to: done }}\n")
        }),
        large(few, "a: { type: boolean }, b: { type: boolean }", |it| {
            format!(
                "    - {{ name: n{it}, from: s1, to: done, needs: {{ condition: subject.a || subject.b }} }}\n"
            )
        }),
        large(few, "", |it| {
            format!(
                "    - {{ name: n{it}, from: s1, to: done, needs: {{ condition: subject.x{it} }} }}\n"
            )
        }),
        large(few, "", |it| {
            format!(
                "    - {{ name: n{it}, from: s1, to: s1, effects: [{{ comment: \"{{x{it}}}\" }}] }}\n"
            )
        }),
    ] {
        assert!(outcome(&charter, "[]").is_err());
    }
}
