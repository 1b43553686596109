use althing_gate::Source;
use jiff::Timestamp;

use super::parse;

const CHARTER: &str = "
charter: 1
name: Example
version: 1.0.0
roles:
  maintainer: {}
gates:
  all:
    paths: ['**']
    requires: { approvals: { maintainer: 1 } }
";
const MEMBERS: &str = "- { id: 7, login: ada, roles: [maintainer] }\n";

fn parsed(charter: Option<&str>, members: Option<&str>) -> String {
    let repo = "o/r".parse().expect("a name");
    let texts = [charter, members].map(|text| text.map(str::to_owned));
    let presets = [Source::new("charters/small.yaml", CHARTER)];
    match parse(&repo, "main", texts, &presets, Timestamp::UNIX_EPOCH) {
        Ok(rules) => format!("rules of {}", rules.charter().name()),
        Err(findings) => findings
            .iter()
            .map(|finding| format!("{finding}\n"))
            .collect(),
    }
}

#[test]
fn two_valid_files_are_the_rules() {
    assert_eq!(parsed(Some(CHARTER), Some(MEMBERS)), "rules of Example");
}

#[test]
fn missing_files_are_findings_and_not_a_lack_of_rules() {
    insta::assert_snapshot!(parsed(None, None));
    insta::assert_snapshot!(parsed(Some(CHARTER), None));
}

#[test]
fn an_invalid_file_is_named_with_its_branch() {
    insta::assert_snapshot!(parsed(
        Some(CHARTER),
        Some("- { id: 7, login: ada, roles: [chief] }\n")
    ));
}

#[test]
fn presets_are_those_of_the_program_and_files_are_not_looked_for() {
    let extending = |what| format!("charter: 1\nname: Small\nversion: '1'\nextends: [{what}]\n");
    assert_eq!(
        parsed(Some(&extending("small")), Some(MEMBERS)),
        "rules of Small"
    );
    insta::assert_snapshot!(parsed(Some(&extending("house.yaml")), Some(MEMBERS)));
}
