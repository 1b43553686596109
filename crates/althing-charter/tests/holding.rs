//! Who holds which role, when, and through which other role.

use althing_charter::{Charter, Members, RoleRef, Rules, Source, seat_findings};
use althing_diag::id::{Account, UserId};
use jiff::{Timestamp, civil::Date};
use rstest::rstest;

const CHARTER: &str = "
charter: 1
name: x
version: '1'
calendar: { timezone: Pacific/Auckland }
roles:
  user: {}
  contributor: { includes: [user], scopes: [area] }
  maintainer: { includes: [contributor], scopes: [project, area] }
  tsc: {}
  vendor: {}
bodies:
  tsc: { seats: { maintainer@project: 1..2, vendor: 1.. } }
gates:
  all: { paths: ['**'], requires: { checks: [c] } }
";

fn charter() -> Charter {
    Charter::parse(Source::new("c", CHARTER), &[]).expect("valid")
}

fn members(text: &str) -> Members {
    Members::parse(Source::new("m", text), &charter()).expect("valid")
}

fn role(text: &str) -> RoleRef {
    text.parse().expect("a role")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[rstest]
#[case("maintainer@area:x", "contributor", true)]
#[case("maintainer@area:x", "contributor@area:x", true)]
#[case("maintainer@area:x", "contributor@area:y", false)]
#[case("maintainer@project", "contributor", true)]
#[case("maintainer@project", "contributor@area", false)]
#[case("maintainer@project", "user", true)]
#[case("contributor@area:x", "maintainer", false)]
#[case("vendor", "user", false)]
fn included_roles_count_in_the_same_scope(
    #[case] held: &str,
    #[case] asked: &str,
    #[case] expected: bool,
) {
    assert_eq!(charter().satisfies(&role(held), &role(asked)), expected);
}

#[rstest]
#[case("2025-12-31", 0)]
#[case("2026-01-01", 1)]
#[case("2026-12-31", 1)]
#[case("2027-01-01", 0)]
fn a_role_is_held_from_its_first_day_to_the_day_before_its_end(
    #[case] date: &str,
    #[case] holders: usize,
) {
    let members = members(
        "- { id: 1, login: m1, roles: [{ role: vendor, since: 2026-01-01, until: 2027-01-01 }] }",
    );
    let charter = charter();
    let vendor = role("vendor");
    assert_eq!(
        members.holders(&charter, &vendor, day(date)).count(),
        holders
    );
}

#[test]
fn the_day_is_that_of_the_charters_clock() {
    let text = "- { id: 1, login: m1, roles: [{ role: vendor, since: 2026-01-02 }] }";
    let held = |now: &str| {
        let now: Timestamp = now.parse().expect("a time");
        let members = Source::new("m", text);
        let rules = Rules::parse(Source::new("c", CHARTER), members, &[], now).expect("valid");
        rules.holders(&role("vendor")).count()
    };
    // Midnight in Auckland, where it is 13 hours later in January.
    assert_eq!(held("2026-01-01T10:59:59Z"), 0);
    assert_eq!(held("2026-01-01T11:00:00Z"), 1);
}

#[test]
fn roles_are_given_and_taken() {
    let mut members =
        members("- { id: 1, login: m1, roles: [maintainer@area:x, maintainer@area:y] }");
    let charter = charter();
    let today = day("2026-03-01");
    let newcomer = Account {
        id: UserId(2),
        login: "m2".to_owned(),
    };
    let by = althing_charter::Origin::Entry(17);
    members.grant(&newcomer, role("vendor"), today, by);
    assert_eq!(members.holders(&charter, &role("vendor"), today).count(), 1);
    members.revoke(UserId(1), &role("maintainer@area:x"));
    let left = members.by_id(UserId(1)).expect("member").held(today);
    assert_eq!(
        left.map(|it| it.role.to_string()).collect::<Vec<_>>(),
        ["maintainer@area:y"]
    );
    members.revoke(UserId(1), &role("maintainer"));
    assert_eq!(
        members
            .by_id(UserId(1))
            .expect("member")
            .held(today)
            .count(),
        0
    );
}

#[test]
fn seats_are_counted_and_whoever_has_none_is_named() {
    let found = |text: &str| {
        let findings = seat_findings(&charter(), &members(text), day("2026-03-01"));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        lines.join("\n")
    };
    assert_eq!(
        found(
            "- { id: 1, login: m1, roles: [maintainer@project, tsc] }\n\
             - { id: 2, login: v1, roles: [vendor] }"
        ),
        ""
    );
    insta::assert_snapshot!(found(
        "- { id: 1, login: m1, roles: [maintainer@project] }\n\
         - { id: 2, login: m2, roles: [maintainer@project] }\n\
         - { id: 3, login: m3, roles: [maintainer@project] }\n\
         - { id: 4, login: m4, roles: [tsc, maintainer@area:x] }"
    ));
}
