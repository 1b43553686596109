//! Roles written into a members file as a careful person would, or not at all.

use althing_charter::{Charter, Holding, Members, Origin, RoleEdit, RoleRef, Source, edit_members};
use althing_diag::{
    Location,
    id::{Account, UserId},
};
use jiff::civil::Date;
use proptest::prelude::*;
use rstest::rstest;

const CHARTER: &str = "
charter: 1
name: x
version: '1'
roles:
  vendor: {}
  maintainer: { scopes: [project, area] }
gates:
  all: { paths: ['**'], requires: { checks: [c] } }
";

fn charter() -> Charter {
    Charter::parse(Source::new("c", CHARTER), &[]).expect("valid")
}

fn day() -> Date {
    "2026-03-10".parse().expect("a date")
}

fn edit(id: u64, role: &str, granted: bool) -> RoleEdit {
    let role: RoleRef = role.parse().expect("a role");
    RoleEdit {
        member: Account {
            id: UserId(id),
            login: format!("m{id}"),
        },
        holding: granted.then(|| Holding {
            role: role.clone(),
            since: Some(day()),
            until: None,
            by: Some(Origin::Entry(17)),
            location: Location::file("ledger entry 17"),
        }),
        role,
    }
}

fn edited(file: &str, edits: &[RoleEdit]) -> Result<Option<String>, String> {
    edit_members(Source::new("m.yaml", file), &charter(), edits, day())
}

const BLOCK: &str = "\
# who is who
- id: 1          # the first
  login: m1
  emails: [\"m1@example.org\"]
  roles:
    # founding
    - vendor
    - role: maintainer@project   # for life
      since: 2020-01-01

# the others
- id: 2
  login: m2
";

#[rstest]
#[case::to_a_list(
    "- { id: 1, login: m1, roles: [vendor] } # x\n- { id: 2, login: m2 }\n",
    edit(1, "maintainer@area:a", true),
    "- { id: 1, login: m1, roles: [vendor, { role: maintainer@area:a, since: 2026-03-10, by: 17 }] } # x\n- { id: 2, login: m2 }\n"
)]
#[case::to_an_empty_list(
    "- { id: 1, login: m1, roles: [] }",
    edit(1, "vendor", true),
    "- { id: 1, login: m1, roles: [{ role: vendor, since: 2026-03-10, by: 17 }] }"
)]
#[case::to_a_member_without_roles(
    "- { id: 1, login: m1 }\n",
    edit(1, "vendor", true),
    "- { id: 1, login: m1, roles: [{ role: vendor, since: 2026-03-10, by: 17 }] }\n"
)]
#[case::to_somebody_new(
    "- { id: 1, login: m1 }\n\n# the end\n",
    edit(3, "vendor", true),
    "- { id: 1, login: m1 }\n- { id: 3, login: m3, roles: [{ role: vendor, since: 2026-03-10, by: 17 }] }\n\n# the end\n"
)]
#[case::to_the_first(
    "# nobody yet\n[]\n",
    edit(3, "vendor", true),
    "# nobody yet\n- { id: 3, login: m3, roles: [{ role: vendor, since: 2026-03-10, by: 17 }] }\n"
)]
#[case::in_place_of_one_that_ends(
    "- { id: 1, login: m1, roles: [{ role: vendor, until: 2026-03-01 }, maintainer@project] }\n",
    edit(1, "vendor", true),
    "- { id: 1, login: m1, roles: [maintainer@project, { role: vendor, since: 2026-03-10, by: 17 }] }\n"
)]
#[case::from_the_middle(
    "- { id: 1, login: m1, roles: [maintainer@area:a, vendor, maintainer@area:b] }\n",
    edit(1, "vendor", false),
    "- { id: 1, login: m1, roles: [maintainer@area:a, maintainer@area:b] }\n"
)]
#[case::from_the_end(
    "- { id: 1, login: m1, roles: [maintainer@area:a, { role: vendor, by: founding }] }\n",
    edit(1, "vendor", false),
    "- { id: 1, login: m1, roles: [maintainer@area:a] }\n"
)]
#[case::the_only_one(
    "- id: 1\n  login: m1\n  roles:\n    - vendor\n- { id: 2, login: m2 }\n",
    edit(1, "vendor", false),
    "- id: 1\n  login: m1\n  roles: []\n- { id: 2, login: m2 }\n"
)]
fn roles_are_written_as_people_would(
    #[case] file: &str,
    #[case] edit: RoleEdit,
    #[case] expected: &str,
) {
    assert_eq!(
        edited(file, std::slice::from_ref(&edit)),
        Ok(Some(expected.to_owned()))
    );
    assert_eq!(edited(expected, &[edit]), Ok(None), "and only once");
}

#[test]
fn lines_and_comments_around_a_change_stay() {
    let both = [
        edit(1, "maintainer@project", false),
        edit(1, "maintainer@area:a", true),
        edit(2, "vendor", true),
        edit(3, "vendor", true),
    ];
    let text = edited(BLOCK, &both).expect("edited").expect("changed");
    insta::assert_snapshot!(text, @r#"
    # who is who
    - id: 1          # the first
      login: m1
      emails: ["m1@example.org"]
      roles:
        # founding
        - vendor
        - { role: maintainer@area:a, since: 2026-03-10, by: 17 }

    # the others
    - id: 2
      login: m2
      roles: [{ role: vendor, since: 2026-03-10, by: 17 }]
    - id: 3
      login: m3
      roles:
        - { role: vendor, since: 2026-03-10, by: 17 }
    "#);
}

#[rstest]
#[case::listed_as_it_is("- { id: 1, login: m1, roles: [vendor] }\n", edit(1, "vendor", true))]
#[case::never_listed("- { id: 1, login: m1, roles: [vendor] }\n", edit(2, "vendor", false))]
fn what_is_there_already_changes_nothing(#[case] file: &str, #[case] edit: RoleEdit) {
    assert_eq!(edited(file, &[edit]), Ok(None));
}

#[rstest]
#[case::a_list_in_one_piece("[{ id: 1, login: m1 }]\n")]
#[case::a_borrowed_list(
    "- { id: 1, login: m1, roles: &r [maintainer@project] }\n- { id: 2, login: m2, roles: *r }\n"
)]
#[case::wrong_already("- { id: 1, login: m1, roles: [unheard] }\n")]
fn what_is_not_understood_is_left_to_people(#[case] file: &str) {
    let error = edited(file, &[edit(2, "vendor", true)]).expect_err("by hand");
    assert!(error.contains("m.yaml"), "{error}");
}

fn roles() -> impl Strategy<Value = Vec<&'static str>> {
    let role = prop::sample::select(vec!["vendor", "maintainer@project", "maintainer@area:a"]);
    prop::collection::btree_set(role, 0..3).prop_map(|roles| roles.into_iter().collect())
}

/// A member in one of the ways in which people write one.
fn member(id: u64) -> impl Strategy<Value = String> {
    (roles(), 0..4_u8, any::<bool>()).prop_map(move |(roles, way, noted)| {
        let note = if noted { "  # noted, [so" } else { "" };
        match way {
            0 => format!(
                "- {{ id: {id}, login: m{id}, roles: [{}] }}{note}\n",
                roles.join(", ")
            ),
            1 => format!(
                "- id: {id}{note}\n  login: m{id}\n  roles: [{}]\n",
                roles.join(" ,")
            ),
            _ if roles.is_empty() => format!("-   login: m{id}\n    id: {id}{note}\n"),
            2 => {
                let lines = roles.iter().map(|role| format!("  - {role}{note}\n"));
                format!(
                    "- id: {id}\n  roles:\n{}  login: m{id}\n",
                    lines.collect::<String>()
                )
            }
            _ => {
                let lines = roles
                    .iter()
                    .map(|role| format!("    -   role: {role}{note}\n"));
                format!(
                    "- id: {id}\n  login: m{id}\n  roles:\n{}\n",
                    lines.collect::<String>()
                )
            }
        }
    })
}

proptest! {
    /// However it is written: what comes out says what was wanted, keeps every comment, and is
    /// right the second time.
    #[test]
    fn edits_say_what_they_must(
        first in member(1),
        second in member(2),
        id in 1..4_u64,
        role in prop::sample::select(vec!["vendor", "maintainer@project", "maintainer@area:a"]),
        granted: bool,
    ) {
        let file = format!("# all\n{first}{second}# end\n");
        let edit = edit(id, role, granted);
        let change = edited(&file, std::slice::from_ref(&edit)).expect("these are understood");
        let text = change.unwrap_or_else(|| file.clone());
        let members = Members::parse(Source::new("m", &text), &charter()).expect("valid");
        let holds = members
            .by_id(UserId(id))
            .is_some_and(|member| member.holdings.iter().any(|it| it.role == edit.role));
        prop_assert_eq!(holds, granted, "{}", text);
        prop_assert!(text.starts_with("# all\n") && text.ends_with("# end\n"), "{}", text);
        prop_assert_eq!(edited(&text, &[edit]), Ok(None), "{}", text);
    }
}
