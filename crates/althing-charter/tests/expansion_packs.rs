//! What the preset `expansion-packs` says about roles, assignments, meetings and channels; how it
//! decides is shown by the scenarios in `charters/scenarios/expansion-packs`.

use std::collections::BTreeSet;

use althing_charter::{Charter, Meeting, Role, RoleRef, Rules, Source};
use jiff::Timestamp;
use rstest::rstest;

const CHARTER: Source<'_> = Source {
    name: "charters/expansion-packs.yaml",
    text: include_str!("../../../charters/expansion-packs.yaml"),
};

const MEMBERS: Source<'_> = Source {
    name: "members.yaml",
    text: include_str!("../../../charters/samples/expansion-packs/members.yaml"),
};

fn charter() -> Charter {
    Charter::parse(CHARTER, &[]).expect("the preset is valid")
}

fn role(name: &str) -> Role {
    charter().roles()[&name.parse().expect("a name")].clone()
}

fn meeting(name: &str) -> Meeting {
    charter().meetings()[&name.parse().expect("a name")].clone()
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

#[rstest]
#[case("system-architect", "System Architect", &["architecture across packs", "design of integrations"], &[])]
#[case("pack-maintainer", "Pack Maintainer", &["features of the pack", "quality of the pack", "documentation of the pack"], &["pack"])]
#[case("integration-owner", "Integration Owner", &["the contract of the integration point"], &["integration"])]
#[case("database-owner", "Database Owner", &["design of the schema", "migrations", "the data model"], &[])]
fn each_role_has_its_responsibilities_and_its_scope(
    #[case] name: &str,
    #[case] title: &str,
    #[case] duties: &[&str],
    #[case] scopes: &[&str],
) {
    let role = role(name);
    assert_eq!(role.title.as_deref(), Some(title));
    assert_eq!(role.duties, duties);
    let kinds: Vec<&str> = role.scopes.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, scopes);
    assert_eq!(role.entered_by.as_deref(), Some("assignment"));
}

#[test]
fn roles_without_scopes_say_where_they_hold() {
    for (name, scope) in [
        ("system-architect", "scope is all packs"),
        ("database-owner", "scope is the database"),
    ] {
        let description = role(name).description.expect("a description");
        assert!(description.contains(scope), "{description}");
    }
}

#[rstest]
#[case("system-architect", None)]
#[case("pack-maintainer@pack:mmos", Some("MMOS"))]
#[case("pack-maintainer@pack:creator-os", Some("CreatorOS"))]
#[case("pack-maintainer@pack:innerlens", Some("InnerLens"))]
#[case("pack-maintainer@pack:etl", Some("ETL Data Collector"))]
#[case("pack-maintainer@pack:super-agentes", Some("SuperAgentes"))]
#[case("database-owner", None)]
#[case("integration-owner@integration:etl-mmos", Some("ETL, MMOS"))]
#[case(
    "integration-owner@integration:mmos-creator-os",
    Some("MMOS, CreatorOS")
)]
fn each_assignment_waits_for_somebody(#[case] assignment: RoleRef, #[case] packs: Option<&str>) {
    let now = at("2025-10-27T12:00:00Z");
    let rules = Rules::parse(CHARTER, MEMBERS, &[], now).expect("the sample is valid");
    assert_eq!(rules.holders(&assignment).count(), 0);
    let role = &rules.charter().roles()[&assignment.role];
    let mut positions = role.positions.iter();
    let position = positions.find(|position| Some(&position.scope) == assignment.scope.as_ref());
    assert_eq!(position.map(|position| position.title.as_str()), packs);
}

#[test]
fn what_waits_for_a_vacant_role_is_said() {
    let now = at("2025-10-27T12:00:00Z");
    let rules = Rules::parse(CHARTER, MEMBERS, &[], now).expect("the sample is valid");
    let warnings = rules.charter().warnings().iter();
    let warnings: Vec<String> = warnings.map(|finding| finding.message.clone()).collect();
    insta::assert_snapshot!(warnings.join("\n"), @r"
    nobody is `system-architect`; waiting for that: `approved` of epic, `accepted` of pack-onboarding, `notice-given` of pack-deprecation, `accepted` of adr, `by-architect` of assignment and 1 more
    nobody is `integration-owner@integration:{integrations}`; waiting for that: `approved` of epic
    nobody is `database-owner`; waiting for that: `approved` of epic, `approved` of schema-change
    nobody is `pack-maintainer@pack:{packs}`; waiting for that: `approved-by-pack` of epic
    nobody is `pack-maintainer@pack:{provider}`; waiting for that: `implemented` of contract, `frozen` of contract
    nobody is `pack-maintainer@pack:{consumer}`; waiting for that: `implemented` of contract, `frozen` of contract
    ");
}

#[test]
fn there_are_nine_assignments() {
    let charter = charter();
    let positions = charter.roles().values().map(|role| role.positions.len());
    let everywhere = ["system-architect", "database-owner"].len();
    assert_eq!(positions.sum::<usize>() + everywhere, 9);
}

#[rstest]
#[case("system-architecture-review", "System Architecture Review", &["system-architect", "pack-maintainer"], &["Roadmap", "Cross-pack epics", "Contract changes"])]
#[case("integration-sync", "Integration Sync", &["system-architect", "pack-maintainer"], &["Integration progress", "Blockers", "Contract validation"])]
#[case("database-review", "Database Review", &["database-owner", "pack-maintainer"], &["Schema changes", "Migrations", "Performance"])]
fn each_meeting_has_its_attendees_and_its_agenda(
    #[case] name: &str,
    #[case] title: &str,
    #[case] attendees: &[&str],
    #[case] agenda: &[&str],
) {
    let meeting = meeting(name);
    assert_eq!(meeting.title.as_deref(), Some(title));
    let who: Vec<String> = meeting.attendees.iter().map(ToString::to_string).collect();
    assert_eq!(who, attendees);
    assert_eq!(meeting.agenda, agenda);
}

#[test]
fn the_architecture_is_reviewed_once_in_every_month() {
    let from = at("2026-01-01T00:00:00Z");
    let to = at("2027-01-01T00:00:00Z");
    let review = meeting("system-architecture-review");
    let months: Vec<i8> = (review.occurrences(from, to, 100).iter())
        .map(|begin| begin.month())
        .collect();
    assert_eq!(months, (1..=12).collect::<Vec<i8>>());
}

#[rstest]
#[case("integration-sync", 7)]
#[case("database-review", 14)]
fn others_meet_every_so_many_days(#[case] name: &str, #[case] days: i64) {
    let from = at("2026-01-01T00:00:00Z");
    let to = at("2027-01-01T00:00:00Z");
    let begins = meeting(name).occurrences(from, to, 100);
    let apart: BTreeSet<i64> = (begins.windows(2))
        .map(|pair| pair[1].duration_since(&pair[0]).as_hours())
        .collect();
    assert_eq!(apart, BTreeSet::from([24 * days]));
}

#[test]
fn the_integration_sync_is_for_those_who_implement_an_epic() {
    let description = meeting("integration-sync").description;
    assert!(description.is_some_and(|text| text.contains("while packs implement an epic")));
}

#[test]
fn there_are_places_for_the_system_for_packs_and_for_what_is_urgent() {
    let charter = charter();
    let purpose = |name: &str| {
        let channel = &charter.channels()[&name.parse().expect("a name")];
        channel.purpose.clone().expect("a purpose")
    };
    assert!(purpose("discussions").contains("`docs/expansion-packs/discussions/`"));
    assert!(purpose("issues").contains("the pack's directory"));
    assert!(purpose("chat").contains("Urgent"));
    let chat = &charter.channels()[&"chat".parse().expect("a name")];
    assert!(
        chat.rooms
            .iter()
            .any(|(room, _)| room == "#expansion-packs")
    );
}

#[test]
fn the_description_says_what_it_coordinates() {
    let charter = charter();
    let description = charter.description().expect("a description");
    assert!(description.contains("Central coordination"));
    assert_eq!(charter.principles().len(), 5);
}

#[test]
fn the_lifecycles_and_their_states_are_these() {
    let charter = charter();
    let lifecycles = charter.lifecycles().iter().map(|lifecycle| {
        let states = lifecycle.states.iter().map(|state| state.name.as_str());
        let states: Vec<&str> = states.collect();
        format!("{}: {}", lifecycle.name, states.join(", "))
    });
    let lifecycles: Vec<String> = lifecycles.collect();
    insta::assert_snapshot!(lifecycles.join("\n"), @r"
    epic: proposal, review, planning, implementation, validation, merged, archived
    contract: draft, experimental, stable, deprecated, retired
    schema-change: proposed, reviewed, staging, tested, applied, closed, rejected, withdrawn
    pack-onboarding: proposal, planning, implementation, validation, launch, launched, archived
    pack-deprecation: notice, migration, retired, withdrawn
    adr: proposed, accepted, superseded, archived
    escalation: open, decided, withdrawn
    assignment: proposed, assigned, declined
    release: proposed, released, withdrawn
    ");
}
