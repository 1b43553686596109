//! Every folder of `valid/` gives rules, every folder of `invalid/` the findings written in it.

#![expect(clippy::disallowed_methods, reason = "the corpus lies in files")]

use std::{fs, path::Path};

use althing_charter::{Rules, Source};
use althing_diag::Finding;
use jiff::Timestamp;

fn cases(kind: &str) -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(kind);
    let mut cases: Vec<_> = fs::read_dir(&folder)
        .expect("corpus folder")
        .map(|case| {
            let case = case.expect("entry").path();
            let read = |file| {
                fs::read_to_string(case.join(file)).unwrap_or_else(|_| {
                    fs::read_to_string(folder.join("..").join("common").join(file))
                        .expect("file of the case or common one")
                })
            };
            let name = case
                .file_name()
                .expect("name")
                .to_string_lossy()
                .into_owned();
            (name, read("charter.yaml"), read("members.yaml"))
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{kind} has cases");
    cases
}

/// Small charters that the cases may extend.
const PRESETS: &[Source<'static>] = &[
    Source {
        name: "charters/small.yaml",
        text: include_str!("presets/small.yaml"),
    },
    Source {
        name: "charters/other.yaml",
        text: include_str!("presets/other.yaml"),
    },
    Source {
        name: "charters/round.yaml",
        text: include_str!("presets/round.yaml"),
    },
    Source {
        name: "charters/broken.yaml",
        text: include_str!("presets/broken.yaml"),
    },
];

/// 1 March 2026, 0:00 UTC.
const MARCH_2026: Timestamp = Timestamp::constant(1_772_323_200, 0);

fn parse(charter: &str, members: &str) -> Result<Rules, Vec<Finding>> {
    Rules::parse(
        Source::new("charter.yaml", charter),
        Source::new("members.yaml", members),
        PRESETS,
        MARCH_2026,
    )
}

#[test]
fn valid_rules_are_accepted() {
    let mut warnings = Vec::new();
    for (name, charter, members) in cases("valid") {
        let rules = parse(&charter, &members);
        let rules = rules.unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
        let given = rules.charter().warnings().iter();
        warnings.extend(given.map(|warning| format!("{name}/{warning}")));
    }
    insta::assert_snapshot!("valid_warnings", warnings.join("\n"));
}

#[test]
fn invalid_rules_give_all_their_findings() {
    for (name, charter, members) in cases("invalid") {
        let findings = parse(&charter, &members).expect_err(&name);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(format!("invalid_{name}"), lines.join("\n"));
    }
}

#[test]
fn documented_examples_are_valid() {
    let readme = include_str!("../README.md");
    let mut blocks = readme.split("```yaml\n").skip(1);
    let mut next = || {
        blocks
            .next()
            .expect("block")
            .split("```")
            .next()
            .expect("end")
    };
    let (charter, members) = (next(), next());
    parse(charter, members).expect("the README shows rules that work");
}

#[test]
fn the_documented_lifecycle_is_valid() {
    let page = include_str!("../../../docs/lifecycles.md");
    let (_, block) = page.split_once("```yaml\n").expect("block");
    let (charter, _) = block.split_once("```").expect("end");
    let rules = parse(
        charter,
        "[{ id: 1, login: m1, roles: [maintainer@project] }]",
    );
    let rules = rules.expect("the page shows a lifecycle that works");
    assert_eq!(rules.charter().lifecycles().len(), 1);
}

#[test]
fn the_rules_of_the_template_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/models-repo/.althing");
    let read = |file| fs::read_to_string(folder.join(file)).expect("file of the template");
    let (charter, members) = (read("charter.yaml"), read("members.yaml"));
    parse(&charter, &members).expect("the template starts with rules that work");
}
