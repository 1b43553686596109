//! Modules and their maintainers.

use rstest::rstest;
use serde_json::{Value, json};

use crate::fixture::{TTT, World, commit, issue};

/// `a` and `b` look after `attention`; `c` looks after the core's `mlp` and is of the core team.
const MEMBERS: &str = "
- { id: 1, login: a, emails: [a@example.org], roles: [{ role: 'module-maintainer@module:attention', since: 2025-02-03 }] }
- { id: 2, login: b, emails: [b@example.org], roles: [{ role: 'module-maintainer@module:attention', since: 2025-01-01 }] }
- { id: 3, login: c, emails: [c@example.org], roles: [core-team, { role: 'module-maintainer@module:mlp', since: 2025-01-01 }] }
";

const RECENT: &str = "2026-06-29T12:00:00Z";
const LONG_AGO: &str = "2026-01-01T00:00:00Z";

fn module(name: &str, tier: &str) -> Value {
    json!({
        "name": name,
        "path": format!("tt_transformers_v2/{tier}/{name}"),
        "updated": "2025-12-24T00:00:00Z",
    })
}

fn world(activity: &[(&str, Value)]) -> World {
    let mut world = World::new(TTT, MEMBERS);
    world.add("modules", module("attention", "contrib"));
    for (id, last) in activity {
        world.history["activity"][id] = last.clone();
    }
    world
}

fn about(number: u64, module: &str) -> Value {
    let mut issue = issue(number, "It breaks");
    issue["labels"] = json!(["bug", format!("module: {module}")]);
    issue
}

/// The four combinations: only nobody active and issues open is reported.
#[rstest]
#[case::active_and_issues(RECENT, 2, 0)]
#[case::active_and_none(RECENT, 0, 0)]
#[case::inactive_and_none(LONG_AGO, 0, 0)]
#[case::inactive_and_issues(LONG_AGO, 1, 1)]
fn a_module_is_abandoned_if_nobody_is_active_and_issues_are_open(
    #[case] last: &str,
    #[case] issues: u64,
    #[case] told: usize,
) {
    let mut world = world(&[("1", json!(last)), ("2", json!(LONG_AGO))]);
    for number in 0..issues {
        world.add("issues", about(number, "attention"));
    }
    assert_eq!(
        world.codes("abandoned-modules"),
        vec!["module-abandoned"; told]
    );
}

#[test]
fn an_entry_has_the_keys_of_the_design() {
    let mut world = world(&[("1", json!(LONG_AGO)), ("2", json!(null))]);
    world.add("issues", about(1, "attention"));
    world.add("issues", about(2, "attention"));
    world.add("issues", about(3, "other"));
    let mut closed = about(4, "attention");
    closed["open"] = json!(false);
    world.add("issues", closed);
    let report = world.report("abandoned-modules");
    assert_eq!(
        json!(report.rows),
        json!([{
            "module": "attention",
            "last_update": "2025-12-24T00:00:00Z",
            "open_issues": true,
            "open_issue_count": 2,
            "action": "needs_maintainer",
        }])
    );
    assert_eq!(
        world.findings("abandoned-modules"),
        ["module-abandoned: module `attention` has 2 open issues and no active maintainer"]
    );
}

#[test]
fn every_module_is_examined_and_one_without_maintainers_has_no_active_one() {
    let mut world = world(&[("1", json!(RECENT)), ("2", json!(null))]);
    for number in 0..149 {
        let name = format!("m{number}");
        world.add("modules", module(&name, "community"));
        world.add("issues", about(number, "m7"));
    }
    let report = world.report("abandoned-modules");
    assert_eq!((report.examined, report.of), (150, "modules"));
    let rows = json!(report.rows);
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(rows[0]["module"], "m7");
}

#[test]
fn whom_nobody_asked_about_is_not_inactive_for_sure() {
    let mut world = world(&[("1", json!(LONG_AGO))]);
    world.add("issues", about(1, "attention"));
    assert_eq!(
        world.codes("abandoned-modules"),
        ["module-abandoned", "report-incomplete"]
    );
}

/// 30 June, 12:00, is 90 days after 1 April, 12:00.
#[rstest]
#[case::eighty_nine_days(json!("2026-04-01T12:00:01Z"), true)]
#[case::ninety_days(json!("2026-04-01T12:00:00Z"), false)]
#[case::never(json!(null), false)]
fn a_maintainer_is_active_for_less_than_ninety_days(#[case] last: Value, #[case] active: bool) {
    let world = world(&[("1", last), ("2", json!(RECENT)), ("3", json!(RECENT))]);
    let codes: &[&str] = if active {
        &[]
    } else {
        &["maintainer-inactive"]
    };
    let mut found = world.codes("inactive-maintainers");
    found.retain(|code| *code != "maintainer-incomplete");
    assert_eq!(found, codes);
    let rows = json!(world.report("inactive-maintainers").rows);
    assert_eq!(rows[0]["is_active"], active);
}

#[test]
fn the_record_of_a_maintainer_is_made_of_roles_and_history() {
    let mut world = world(&[
        ("1", json!(RECENT)),
        ("2", json!(RECENT)),
        ("3", json!(RECENT)),
    ]);
    world.add("modules", module("mlp", "src/building_blocks"));
    // `a` has number 1, as `m1` has elsewhere.
    world.add("commits", commit(1, "m1", &["x.py"], Some(1)));
    world.add("commits", commit(2, "m1", &["y.py"], Some(2)));
    let report = world.report("inactive-maintainers");
    assert_eq!(report.findings, []);
    assert_eq!(
        json!(report.rows)[0],
        json!({
            "github_username": "a",
            "email": "a@example.org",
            "modules": ["attention"],
            "active_since": "2025-02-03",
            "contributions": 2,
            "last_activity": RECENT,
            "is_active": true,
        })
    );
    assert_eq!(json!(report.rows)[1]["contributions"], 0);
}

#[rstest]
#[case::email(
    "{ id: 1, login: a, roles: [{ role: 'module-maintainer@module:attention', since: 2025-02-03 }] }",
    "it has no email"
)]
#[case::modules(
    "{ id: 1, login: a, emails: [a@example.org], roles: [{ role: module-maintainer@module, since: 2025-02-03 }] }",
    "it has no modules"
)]
#[case::start(
    "{ id: 1, login: a, emails: [a@example.org], roles: ['module-maintainer@module:attention'] }",
    "it has no active_since"
)]
#[case::all(
    "{ id: 1, login: a, roles: [module-maintainer@module] }",
    "it has no email and no modules and no active_since"
)]
fn a_record_that_lacks_something_is_refused(#[case] member: &str, #[case] why: &str) {
    let mut world = World::new(TTT, &format!("- {member}"));
    world.history["activity"]["1"] = json!(RECENT);
    assert_eq!(
        world.findings("inactive-maintainers"),
        [format!(
            "maintainer-incomplete: the record of maintainer @a is refused: {why}"
        )]
    );
    assert_eq!(json!(world.report("inactive-maintainers").rows), json!([]));
}

#[rstest]
#[case::no_login("{ id: 1, roles: [module-maintainer] }")]
#[case::no_time("{ id: 1, login: a, roles: [{ role: module-maintainer, since: soon }] }")]
#[case::declared_contributions(
    "{ id: 1, login: a, contributions: -1, roles: [module-maintainer] }"
)]
fn a_list_of_members_that_says_it_wrongly_is_refused(#[case] member: &str) {
    let charter = World::new(TTT, "[]").charter;
    let members = format!("- {member}");
    let source = althing_charter::Source::new("members.yaml", &members);
    assert!(althing_charter::Members::parse(source, &charter).is_err());
}

#[test]
fn a_module_that_there_is_not_is_reported() {
    let world = world(&[
        ("1", json!(RECENT)),
        ("2", json!(RECENT)),
        ("3", json!(RECENT)),
    ]);
    assert_eq!(
        world.findings("inactive-maintainers"),
        ["maintainer-incomplete: @c maintains `mlp`, which is no module of the repository"]
    );
}

#[test]
fn a_core_module_that_outsiders_alone_maintain_is_reported() {
    let mut world = world(&[]);
    world.add("modules", module("mlp", "src/building_blocks"));
    assert_eq!(world.codes("outside-maintainers"), [""; 0]);
    world.history["modules"][0]["path"] = json!("tt_transformers_v2/src/patterns/attention");
    let report = world.report("outside-maintainers");
    assert_eq!(report.examined, 2);
    assert_eq!(
        world.findings("outside-maintainers"),
        ["module-outside: module `attention` is maintained by @a, @b, none of them core-team"]
    );
}
