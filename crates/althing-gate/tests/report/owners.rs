//! CODEOWNERS and CODEOWNERS.md.

use althing_gate::{Owners, areas};
use proptest::prelude::*;
use rstest::rstest;

use crate::fixture::{TTT, World};

const SAMPLE: &str = include_str!("../../../../templates/presets/tttv2/.github/CODEOWNERS");

fn owners_of(text: &str, path: &str) -> Vec<String> {
    let owners = Owners::parse(text);
    owners.of(path).iter().map(ToString::to_string).collect()
}

#[rstest]
#[case::building_blocks("/tt_transformers_v2/src/building_blocks/x.py", &["@ttt-core-team"])]
#[case::patterns("tt_transformers_v2/src/patterns/x.py", &["@ttt-core-team", "@tsc-members"])]
#[case::contrib("tt_transformers_v2/contrib/x.py", &["@module-maintainers"])]
#[case::experimental("tt_transformers_v2/experimental/deep/x.py", &["@community"])]
#[case::other("tt_transformers_v2/interfaces.py", &[])]
fn the_sample_of_tttv2_says_who_owns_what(#[case] path: &str, #[case] owners: &[&str]) {
    assert_eq!(owners_of(SAMPLE, path), owners);
}

#[test]
fn the_sample_groups_community_modules_under_a_comment_and_parses() {
    let owners = Owners::parse(SAMPLE);
    assert!(owners.skipped().is_empty());
    let lines: Vec<&str> = SAMPLE.lines().collect();
    let comment = lines.iter().position(|line| *line == "# Community modules");
    let comment = u32::try_from(comment.expect("the comment") + 1).expect("a line");
    let below = owners.rules().iter().filter(|rule| rule.line > comment);
    let below: Vec<&str> = below.map(|rule| rule.written.as_str()).collect();
    assert_eq!(
        below,
        [
            "/tt_transformers_v2/contrib/",
            "/tt_transformers_v2/experimental/"
        ]
    );
}

/// What GitHub's page about code owners says, line by line.
#[rstest]
#[case("* @a", "deep/down/x", true)]
#[case("*.js @a", "deep/x.js", true)]
#[case("*.js @a # said why", "x.js", true)]
#[case("*.js @a", "x.jsx", false)]
#[case("/build/logs/ @a", "build/logs/deep/x", true)]
#[case("/build/logs/ @a", "sub/build/logs/x", false)]
#[case("/build/logs/ @a", "build/logs", false)]
#[case("docs/* @a", "docs/getting-started.md", true)]
#[case("docs/* @a", "docs/build-app/troubleshooting.md", false)]
#[case("apps/ @a", "apps/x", true)]
#[case("apps/ @a", "deep/apps/x", true)]
#[case("/docs/ @a", "docs/deep/x", true)]
#[case("/docs/ @a", "deep/docs/x", false)]
#[case("/scripts/ a@example.org @a", "scripts/x", true)]
#[case("**/logs @a", "deep/logs/x", true)]
#[case("**/logs @a", "logs/x", true)]
#[case("/apps/github @a", "apps/github/x", true)]
#[case("/apps/github @a", "apps/github2", false)]
#[case("src @a", "deep/src/x", true)]
#[case("a/b @a", "x/a/b", false)]
#[case("a\\ b.md @a", "a b.md", true)]
#[case("a?.md @a", "ab.md", true)]
#[case("{a,b}.md @a", "a.md", false)]
#[case("{a,b}.md @a", "{a,b}.md", true)]
#[case("README.md @a", "readme.md", false)]
fn patterns_are_read_as_the_forge_does(
    #[case] line: &str,
    #[case] path: &str,
    #[case] owned: bool,
) {
    let owners = Owners::parse(line);
    assert!(owners.skipped().is_empty(), "{:?}", owners.skipped());
    assert_eq!(!owners.of(path).is_empty(), owned);
}

#[test]
fn the_last_line_that_matches_decides_also_when_it_names_nobody() {
    let text = "* @a\n/apps/ @b\n/apps/github\n";
    assert_eq!(owners_of(text, "x"), ["@a"]);
    assert_eq!(owners_of(text, "apps/x"), ["@b"]);
    assert_eq!(owners_of(text, "apps/github/x"), [""; 0]);
}

#[rstest]
#[case("!docs/ @a")]
#[case("[ab].md @a")]
#[case("docs/ a")]
#[case("docs/ @a/b/c")]
#[case("docs/ @")]
fn lines_that_the_forge_leaves_out_are_said(#[case] line: &str) {
    let mut world = World::llama();
    let file = format!("* @m1\n/docs/ @o1 @m3\n{line}\n");
    world.file(".github/CODEOWNERS", Some(&file));
    assert_eq!(world.codes("code-owners"), ["code-owners-invalid"]);
    assert_eq!(owners_of(&file, "docs/x"), ["@o1", "@m3"]);
}

#[test]
fn roster_and_file_agree_both_ways() {
    let mut world = World::llama();
    assert_eq!(world.codes("code-owners"), [""; 0]);
    world.file(
        ".github/CODEOWNERS",
        Some("* @M1 @acme/reviewers\n/docs/ @t1 @stranger\n/src/ @stranger\n"),
    );
    assert_eq!(
        world.findings("code-owners"),
        [
            "code-owner-unlisted: @o1 is code-owner and does not stand in .github/CODEOWNERS",
            "code-owner-unknown: @t1 owns `/docs/` and is not code-owner",
            "code-owner-unknown: @stranger owns `/docs/` and is not code-owner",
        ]
    );
    let place = world.report("code-owners").findings[1].location.clone();
    assert_eq!(
        place.expect("a place").to_string(),
        ".github/CODEOWNERS:2:1"
    );
}

#[test]
fn the_first_file_where_the_forge_looks_counts() {
    let mut world = World::llama();
    world.file("CODEOWNERS", Some("* @stranger"));
    assert_eq!(world.codes("code-owners"), [""; 0]);
    world.file(".github/CODEOWNERS", None);
    assert_eq!(
        world.codes("code-owners"),
        ["code-owner-unlisted", "code-owner-unknown"]
    );
}

#[test]
fn tttv2_misses_its_file() {
    let mut world = World::new(TTT, "[]");
    world.file(".github/CODEOWNERS", None);
    assert_eq!(
        world.findings("code-owners"),
        ["code-owners-missing: nobody owns anything: there is no .github/CODEOWNERS"]
    );
    world.file(".github/CODEOWNERS", Some(SAMPLE));
    assert_eq!(world.codes("code-owners"), [""; 0]);
}

#[test]
fn areas_lead_to_people() {
    let text = "# Whom to ask\n\n| area | people |\n|---|---|\n| Inference (vLLM) | @m1, @m2 |\n\n\
                - **Documentation**: @m3\n\n## Evaluation of models\n@m1\n@m2\n\nWrite to a@example.org.\n";
    let found = areas(text);
    let names: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|area| {
            let people = area.people.iter().map(String::as_str).collect();
            (area.name.as_str(), people)
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Inference vLLM", vec!["m1", "m2"]),
            ("Documentation", vec!["m3"]),
            ("Evaluation of models", vec!["m1", "m2"]),
        ]
    );
    let meant = |asked: &str| -> Vec<&str> {
        let meant = found.iter().filter(|area| area.is_meant_by(asked));
        meant.map(|area| area.name.as_str()).collect()
    };
    assert_eq!(meant("inference"), ["Inference vLLM"]);
    assert_eq!(meant("evaluation models"), ["Evaluation of models"]);
    assert!(meant("infer").is_empty() && meant("").is_empty());
}

/// A naive reading of a pattern without escapes, part by part.
fn matches(pattern: &str, path: &str) -> bool {
    let folder = pattern.ends_with('/');
    let bare = pattern.trim_end_matches('/');
    let mut parts: Vec<&str> = bare.trim_start_matches('/').split('/').collect();
    if !bare.contains('/') {
        parts.insert(0, "**");
    }
    let path: Vec<&str> = path.split('/').collect();
    let files_alone = parts.len() > 1 && parts.last() == Some(&"*") && bare.contains('/');
    // The path itself, or any folder above it.
    (1..=path.len()).any(|end| {
        let whole = end == path.len();
        (if whole { !folder } else { !files_alone }) && parts_match(&parts, &path[..end])
    })
}

fn parts_match(parts: &[&str], path: &[&str]) -> bool {
    match (parts.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            let last = rest.is_empty();
            (last && !path.is_empty())
                || (!last && (0..=path.len()).any(|skipped| parts_match(rest, &path[skipped..])))
        }
        (Some((part, parts)), Some((name, path))) => {
            part_matches(part.as_bytes(), name.as_bytes()) && parts_match(parts, path)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn part_matches(part: &[u8], name: &[u8]) -> bool {
    match (part.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            (0..=name.len()).any(|skipped| part_matches(rest, &name[skipped..]))
        }
        (Some((b'?', part)), Some((_, name))) => part_matches(part, name),
        (Some((a, part)), Some((b, name))) => a == b && part_matches(part, name),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

proptest! {
    #[test]
    fn patterns_match_as_a_naive_reading_does(
        pattern in "/?(a|b|\\*|ab|a\\*|\\?b|\\*\\*)(/(a|b|\\*|ab|\\*b|\\*\\*)){0,2}/?",
        path in "(a|b|ab|ba)(/(a|b|ab|ba)){0,3}",
    ) {
        let owners = Owners::parse(&format!("{pattern} @x"));
        prop_assert_eq!(!owners.of(&path).is_empty(), matches(&pattern, &path));
    }

    #[test]
    fn any_text_is_read_line_by_line(text in "(.{0,40}\n){0,6}") {
        let owners = Owners::parse(&text);
        let lines = text.lines().count();
        prop_assert!(owners.rules().len() + owners.skipped().len() <= lines);
        let _ = owners.of("a/b");
        let _ = areas(&text);
    }

    #[test]
    fn a_later_line_decides(lines in proptest::collection::vec("/?(a|b|\\*|a/b)/?", 1..6), path in "(a|b)(/(a|b)){0,2}") {
        let text: Vec<String> = lines.iter().enumerate().map(|(n, line)| format!("{line} @o{n}")).collect();
        let expected = lines.iter().rposition(|line| matches(line, &path));
        let found = owners_of(&text.join("\n"), &path);
        let expected: Vec<String> = expected.iter().map(|n| format!("@o{n}")).collect();
        prop_assert_eq!(found, expected);
    }
}
