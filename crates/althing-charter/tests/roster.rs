//! The members file against the record: a role that no decision gave is a finding (L-118).

use althing_charter::{Charter, Members, Origin, Roster, Source, roster_findings};
use althing_diag::id::{Account, UserId};
use jiff::civil::Date;
use rstest::rstest;

const CHARTER: &str = "
charter: 1
name: x
version: '1'
roles:
  vendor: {}
  maintainer: { scopes: [project, area], entered-by: nomination }
lifecycles:
  nomination:
    title: Nomination
    description: x
    states: { open: x, given: { final: true, description: x } }
    transitions: [{ name: give, from: open, to: given, on: move, needs: { actor: [anyone] } }]
gates:
  all: { paths: ['**'], requires: { checks: [c] } }
";

fn charter() -> Charter {
    Charter::parse(Source::new("c.yaml", CHARTER), &[]).expect("valid")
}

fn members(text: &str) -> Members {
    Members::parse(Source::new("m.yaml", text), &charter()).expect("valid")
}

fn day() -> Date {
    "2026-03-10".parse().expect("a date")
}

/// The record: m1 from the founding, m2 by entry 17.
fn record() -> Members {
    let mut record = members(
        "- { id: 1, login: m1, roles: [maintainer@project, { role: vendor, until: 2026-12-01 }] }",
    );
    let m2 = Account {
        id: UserId(2),
        login: "m2".to_owned(),
    };
    let role = "maintainer@area:x".parse().expect("role");
    record.grant(&m2, role, day(), Origin::Entry(17));
    record
}

fn found(file: &str) -> String {
    let charter = charter();
    let findings = roster_findings(&Roster {
        charter: &charter,
        name: "m.yaml",
        file: &members(file),
        record: &record(),
        day: day(),
    });
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

const M1: &str =
    "- { id: 1, login: m1, roles: [maintainer@project, { role: vendor, until: 2026-12-01 }] }\n";
const M2: &str = "- { id: 2, login: m2, roles: [maintainer@area:x] }\n";

#[rstest]
#[case::as_recorded("{ role: maintainer@area:x, since: 2026-03-10, by: 17 }")]
#[case::shorter("maintainer@area:x")]
#[case::of_old("{ role: maintainer@area:x, since: 2020-01-01 }")]
#[case::with_what_is_over("maintainer@area:x, { role: vendor, until: 2026-03-10 }")]
fn what_the_record_explains_is_no_finding(#[case] roles: &str) {
    let file = format!("{M1}- {{ id: 2, login: m2, roles: [{roles}] }}\n");
    assert_eq!(found(&file), "");
}

#[rstest]
#[case::by_hand(&format!("{M1}{M2}- {{ id: 3, login: m3, roles: [maintainer@project] }}\n"))]
#[case::another_account(&format!("{M1}- {{ id: 4, login: m2, roles: [maintainer@area:x] }}\n"))]
#[case::longer(&format!("- {{ id: 1, login: m1, roles: [maintainer@project, vendor] }}\n{M2}"))]
#[case::another_origin(&format!(
    "{M1}- {{ id: 2, login: m2, roles: [{{ role: maintainer@area:x, by: 16 }}] }}\n"
))]
#[case::taken_away(&format!(
    "- {{ id: 1, login: m1, roles: [{{ role: vendor, until: 2026-12-01 }}] }}\n{M2}"
))]
#[case::never_published(M1)]
fn hand_edits_are_findings(#[case] file: &str) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let name = name.rsplit("::").next().expect("a name").to_owned();
    insta::assert_snapshot!(name, found(file));
}
