//! Charters that build on others.

use althing_charter::{Charter, CharterHash, Source, missing_sources};
use rstest::rstest;

const OWN: &str = "
charter: 1
name: Own
version: '3'
extends: [base]
roles: { reviewer: { title: Ours } }
";
const BASE: &str = "
charter: 1
name: Base
version: '1'
description: what it is
calendar: { timezone: Europe/Berlin }
roles: { reviewer: { title: Theirs, may: [review] }, maintainer: {} }
gates: { all: { paths: ['**'], requires: { approvals: { maintainer: 1 } } } }
";

fn base(text: &str) -> Source<'_> {
    Source::new("charters/base.yaml", text)
}

fn parse(own: &str, presets: &[Source<'_>]) -> Charter {
    let charter = Charter::parse(Source::new("own.yaml", own), presets);
    charter.unwrap_or_else(|findings| panic!("{findings:#?}"))
}

#[test]
fn an_entry_is_replaced_whole_and_keeps_its_file() {
    let charter = parse(OWN, &[base(BASE)]);
    assert_eq!((charter.name(), charter.version()), ("Own", "3"));
    assert_eq!(charter.description(), Some("what it is"));
    assert_eq!(charter.calendar().timezone(), "Europe/Berlin");
    let role = |name: &str| charter.roles()[&name.parse().expect("a name")].clone();
    assert_eq!(role("reviewer").title.as_deref(), Some("Ours"));
    assert!(role("reviewer").may.is_empty(), "nothing of theirs is left");
    assert_eq!(role("reviewer").location.to_string(), "own.yaml:6:10");
    assert_eq!(role("maintainer").location.file, "charters/base.yaml");
    assert_eq!(
        charter.gates()[0].location.to_string(),
        "charters/base.yaml:8:10"
    );
}

#[test]
fn every_text_that_counts_is_in_the_hash() {
    let charter = parse(OWN, &[base(BASE)]);
    assert_eq!(charter.hash(), CharterHash::of([OWN, BASE]));
    let other = BASE.replace("what it is", "what it was");
    assert_ne!(parse(OWN, &[base(&other)]).hash(), charter.hash());
    let unused = Source::new("charters/other.yaml", "nonsense");
    assert_eq!(parse(OWN, &[base(BASE), unused]).hash(), charter.hash());
    // What is stored reads back as the same charter.
    let texts: Vec<Source<'_>> = charter.sources().collect();
    let again = Charter::parse(texts[0], &texts[1..]).expect("valid");
    assert_eq!(
        (again.hash(), again.tree()),
        (charter.hash(), charter.tree())
    );
}

#[test]
fn what_two_presets_say_alike_is_no_clash() {
    let middle =
        |name: &str| format!("{{ charter: 1, name: {name}, version: '1', extends: [base] }}");
    let (a, b) = (middle("A"), middle("B"));
    let presets = [
        Source::new("charters/a.yaml", &a),
        Source::new("charters/b.yaml", &b),
        base(BASE),
        Source::new("charters/copy.yaml", BASE),
    ];
    let own = "{ charter: 1, name: n, version: '1', extends: [a, b, copy] }";
    let charter = parse(own, &presets);
    assert_eq!(charter.sources().count(), 5);
    assert_eq!(charter.roles().len(), 2);
}

#[test]
fn a_file_is_looked_for_beside_the_one_that_extends_it() {
    let own = "{ charter: 1, name: n, version: '1', extends: [base, parts/roles.yaml] }";
    let own = Source::new("x/.althing/charter.yaml", own);
    let roles = "{ charter: 1, name: r, version: '1', extends: [../more.yaml] }";
    let roles = Source::new("x/.althing/parts/roles.yaml", roles);
    assert_eq!(missing_sources(own, &[]), ["x/.althing/parts/roles.yaml"]);
    assert_eq!(missing_sources(own, &[roles]), ["x/.althing/more.yaml"]);
    let more = Source::new("x/.althing/more.yaml", BASE);
    assert!(missing_sources(own, &[roles, more]).is_empty());
}

#[rstest]
#[case::itself("own.yaml")]
#[case::through_another("round.yaml")]
fn circles_end(#[case] extended: &str) {
    let text = |what: &str| format!("{{ charter: 1, name: n, version: '1', extends: [{what}] }}");
    let (own, round) = (text(extended), text("own.yaml"));
    let own = Source::new("own.yaml", &own);
    let round = Source::new("round.yaml", &round);
    assert!(missing_sources(own, &[own, round]).is_empty());
    let findings = Charter::parse(own, &[own, round]).expect_err("a circle");
    let codes: Vec<&str> = findings.iter().map(|it| it.code.slug()).collect();
    assert_eq!(codes, ["charter-extends"]);
}

#[test]
fn a_tower_of_presets_has_an_end() {
    let texts: Vec<(String, String)> = (0..100)
        .map(|number| {
            let next = number + 1;
            (
                format!("charters/p{number}.yaml"),
                format!("{{ charter: 1, name: n, version: '1', extends: [p{next}] }}"),
            )
        })
        .collect();
    let presets = texts.iter().map(|(name, text)| Source::new(name, text));
    let presets: Vec<Source<'_>> = presets.collect();
    let findings = Charter::parse(presets[0], &presets).expect_err("too many");
    assert!(
        findings[0].message.contains("more than 32 files"),
        "{findings:?}"
    );
}
