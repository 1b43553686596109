//! What a charter and its members say, as the commands show it.

use std::{fs, path::Path, process::Command};

use althing_testkit::clean;
use icalendar::{Calendar, Component};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    output::assert_documented,
    run::{findings, json as run_json, program},
};

const CHARTER: &str = "\
charter: 1
name: Acme models
version: 1.0.0
description: Models for everybody
roles:
  core-maintainer: { title: Core maintainers, scopes: [project], may: [merge], duties: [Review], entered-by: nomination, includes: [contributor] }
  contributor: { entered-by: contribution }
  vendor: { entered-by: appointment }
bodies:
  tsc: { title: Steering, seats: { core-maintainer: 1..2, vendor: 1 }, decides: [Everything else] }
channels:
  chat: { title: Chat, kind: chat, url: chat.example.org, rooms: { '#general': General discussion } }
meetings:
  tsc:
    title: Steering meeting
    rule: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU
    starts: '2026-01-06T10:00'
    timezone: America/Los_Angeles
    attendees: [body:tsc]
    open-to: anyone
    agenda: ['Open proposals, and more']
    channel: chat
  sync: { rule: FREQ=MONTHLY;BYDAY=1TH;COUNT=6, starts: '2026-01-01T14:00', attendees: core-maintainer }
gates:
  all: { paths: ['**'], requires: { approvals: { core-maintainer: 1 } } }
lifecycles:
  nomination:
    title: Nomination
    opened-by: core-maintainer
    states: { voting: the maintainers vote, accepted: { final: true }, rejected: { final: true } }
    transitions:
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote: { electorate: core-maintainer, passes: { more-than: 1/2, of: electorate }, open-for: 7 days }
";
const MEMBERS: &str = "\
- { id: 1, login: m1, name: Member One, emails: [m1@example.org], organization: acme, roles: [{ role: core-maintainer@project, since: 2026-01-01, by: founding }] }
- { id: 2, login: m2, roles: [{ role: core-maintainer@project, since: 2025-01-01, until: 2026-01-01, by: 7 }] }
- { id: 3, login: v1, roles: [vendor] }
";

/// A folder with these rules in it.
fn folder(charter: &str, members: &str) -> TempDir {
    let folder = TempDir::new().expect("folder");
    let rules = folder.path().join(".althing");
    fs::create_dir(&rules).expect("folder");
    fs::write(rules.join("charter.yaml"), charter).expect("charter");
    fs::write(rules.join("members.yaml"), members).expect("members");
    folder
}

fn althing(folder: &Path, args: &[&str]) -> Command {
    let mut command = clean(program().to_str().expect("path"), folder);
    command.current_dir(folder).args(args);
    command
}

fn data(folder: &Path, args: &[&str]) -> Value {
    let (code, answer) = run_json(althing(folder, args));
    assert_eq!(code, 0, "{args:?}: {answer}");
    answer["data"].clone()
}

fn text(folder: &Path, args: &[&str]) -> String {
    let done = althing(folder, args).output().expect("the program runs");
    assert!(done.status.success(), "{args:?}");
    String::from_utf8(done.stdout).expect("utf-8")
}

#[test]
fn every_answer_about_rules_is_documented() {
    let folder = folder(CHARTER, MEMBERS);
    let other = CHARTER
        .replace("1.0.0", "2.0.0")
        .replace("may: [merge]", "may: [merge, vote]");
    fs::write(folder.path().join("new.yaml"), other).expect("charter");
    for (command, args) in [
        (
            "calendar",
            "--from 2026-01-01 --to 2026-02-01 --ics meetings.ics",
        ),
        ("channels", ""),
        ("charter diff", ".althing/charter.yaml new.yaml"),
        ("charter explain", "nomination"),
        ("charter show", ""),
        ("meetings list", ""),
        ("meetings next", "--from 2026-01-01"),
        ("members history", ""),
        ("members list", ""),
        ("members show", "m1"),
        ("roles", ""),
    ] {
        let words = command.split(' ').chain(args.split(' '));
        let args: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let (code, answer) = run_json(althing(folder.path(), &args));
        assert_eq!(code, 0, "{command}: {answer}");
        assert_documented(command, &answer);
        assert!(!text(folder.path(), &args).is_empty(), "{command}");
    }
}

#[test]
fn presets_are_read_by_name() {
    let folder = TempDir::new().expect("folder");
    for args in [
        ["charter", "show", "--charter", "llama-stack"].as_slice(),
        &["roles", "--charter", "tttv2"],
        &["channels", "--charter", "expansion-packs"],
        &["meetings", "next", "--charter", "tttv2"],
        &["charter", "diff", "starter", "llama-stack"],
    ] {
        assert_ne!(data(folder.path(), args), Value::Null);
    }
}

#[test]
fn a_charter_is_shown_and_explained_in_words() {
    let folder = folder(CHARTER, MEMBERS);
    insta::assert_snapshot!(
        "charter_show_markdown",
        text(folder.path(), &["charter", "show", "--format", "markdown"])
    );
    insta::assert_snapshot!(
        "charter_show_text",
        text(folder.path(), &["charter", "show"])
    );
    let explained = [
        "core-maintainer",
        "tsc",
        "all",
        "nomination",
        "ballot",
        "nomination.ballot",
    ];
    let explained = explained.map(|rule| text(folder.path(), &["charter", "explain", rule]));
    insta::assert_snapshot!("charter_explain", explained.join("\n"));
    let (code, answer) = run_json(althing(folder.path(), &["charter", "explain", "balot"]));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["charter-unknown-name".to_owned()])
    );
}

#[test]
fn roles_show_who_holds_them_and_what_is_vacant() {
    let members = "- { id: 1, login: m1, roles: [core-maintainer@project] }\n";
    let vacant = folder(CHARTER, members);
    let answer = data(vacant.path(), &["roles"]);
    let held: Vec<_> = answer["roles"]
        .as_array()
        .expect("roles")
        .iter()
        .map(|role| {
            (
                role["name"].clone(),
                role["vacant"].clone(),
                role["holders"].as_array().map(Vec::len),
            )
        })
        .collect();
    assert_eq!(
        held,
        [
            (json!("core-maintainer"), json!(false), Some(1)),
            (json!("contributor"), json!(false), Some(0)),
            (json!("vendor"), json!(true), Some(0)),
        ]
    );
    assert_eq!(answer["violations"][0]["code"], "seats-too-few");
    let only = data(vacant.path(), &["roles", "--vacant"]);
    assert_eq!(only["roles"][0]["name"], "vendor");

    let (code, answer) = run_json(althing(vacant.path(), &["charter", "check"]));
    assert_eq!(code, 3, "seats are checked: {answer}");
    assert_eq!(findings(&answer), ["charter.yaml:10:59 seats-too-few"]);
}

#[test]
fn members_are_found_by_role_login_and_id() {
    let folder = folder(CHARTER, MEMBERS);
    let logins = |args: &[&str]| -> Vec<Value> {
        let answer = data(folder.path(), args);
        let members = answer["members"].as_array().expect("members");
        members
            .iter()
            .map(|member| member["login"].clone())
            .collect()
    };
    assert_eq!(logins(&["members", "list"]).len(), 3);
    // The role of m2 has ended, and maintainers count as contributors.
    for role in ["core-maintainer", "core-maintainer@project", "contributor"] {
        assert_eq!(
            logins(&["members", "list", "--role", role]),
            ["m1"],
            "{role}"
        );
    }
    let shown = |who| data(folder.path(), &["members", "show", who])["login"].clone();
    assert_eq!((shown("M1"), shown("2")), (json!("m1"), json!("m2")));
    let (code, answer) = run_json(althing(folder.path(), &["members", "show", "m9"]));
    assert_eq!(
        (code, findings(&answer)),
        (3, vec!["members-unknown".to_owned()])
    );
    let history = data(folder.path(), &["members", "history"]);
    let history: Vec<String> = history["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|it| {
            format!(
                "{} {} {} {}",
                it["date"], it["login"], it["change"], it["by"]
            )
        })
        .collect();
    assert_eq!(
        history,
        [
            r#"null "v1" "got" null"#,
            r#""2025-01-01" "m2" "got" "ledger entry 7""#,
            r#""2026-01-01" "m1" "got" "founding""#,
            r#""2026-01-01" "m2" "lost" null"#,
        ]
    );
}

#[test]
fn meetings_keep_their_hour_when_the_clocks_change() {
    let folder = folder(CHARTER, MEMBERS);
    let args = [
        "meetings",
        "next",
        "tsc",
        "--count",
        "6",
        "--from",
        "2026-02-01",
    ];
    let answer = data(folder.path(), &args);
    let begins: Vec<_> = answer["meetings"]
        .as_array()
        .expect("meetings")
        .iter()
        .map(|it| {
            (
                it["begins"].as_str().expect("time"),
                it["local"].as_str().expect("time"),
            )
        })
        .collect();
    assert_eq!(
        begins,
        [
            ("2026-02-03T18:00:00Z", "2026-02-03T10:00"),
            ("2026-02-17T18:00:00Z", "2026-02-17T10:00"),
            ("2026-03-03T18:00:00Z", "2026-03-03T10:00"),
            ("2026-03-17T17:00:00Z", "2026-03-17T10:00"),
            ("2026-03-31T17:00:00Z", "2026-03-31T10:00"),
            ("2026-04-14T17:00:00Z", "2026-04-14T10:00"),
        ]
    );
    assert_eq!(answer["meetings"][0]["expected"], json!(["m1", "v1"]));
}

#[test]
fn the_calendar_file_is_read_by_other_programs() {
    let folder = folder(CHARTER, MEMBERS);
    let args = [
        "calendar",
        "--ics",
        "meetings.ics",
        "--from",
        "2026-02-01",
        "--to",
        "2026-05-01",
    ];
    data(folder.path(), &args);
    let file = fs::read_to_string(folder.path().join("meetings.ics")).expect("file");
    for line in file.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let calendar: Calendar = file.parse().expect("iCalendar");
    let mut events = calendar.events();
    let sync = events.next().expect("event");
    assert_eq!(
        sync.property_value("RRULE"),
        Some("FREQ=MONTHLY;BYDAY=1TH;COUNT=3")
    );
    assert_eq!(sync.property_value("DTSTART"), Some("20260205T140000Z"));
    let tsc = events.next().expect("event");
    let start = &tsc.properties()["DTSTART"];
    assert_eq!(start.value(), "20260203T100000");
    assert_eq!(start.params()["TZID"].value(), "America/Los_Angeles");
    assert_eq!(
        tsc.property_value("RRULE"),
        Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20260430T235959Z")
    );
    assert_eq!(tsc.get_summary(), Some("Steering meeting"));
    assert_eq!(
        tsc.get_description(),
        Some(
            "Agenda:\n- Open proposals, and more\n\nExpected: the members of tsc (m1, v1)\n\nWho may join: anyone"
        )
    );
    assert_eq!(tsc.get_uid(), Some("tsc.acme-models@althing"));
    let attendees = &tsc.multi_properties()["ATTENDEE"];
    assert_eq!(attendees[0].value(), "mailto:m1@example.org");
    assert!(events.next().is_none());
    assert!(file.contains("BEGIN:VTIMEZONE\r\nTZID:America/Los_Angeles\r\nBEGIN:STANDARD\r\n"));

    let unwritable = ["calendar", "--ics", "no/such/folder.ics"];
    let (code, answer) = run_json(althing(folder.path(), &unwritable));
    assert_eq!(code, 3, "{answer}");
    assert_eq!(findings(&answer), ["folder.ics:0:0 file-unwritable"]);
}

#[test]
fn an_amendment_is_shown_key_by_key() {
    let folder = folder(CHARTER, MEMBERS);
    let new = CHARTER.replace("7 days", "10 days").replace(
        "  vendor: { entered-by: appointment }",
        "  vendor: {}\n  user: {}",
    );
    fs::write(folder.path().join("new.yaml"), new).expect("charter");
    let shown = text(
        folder.path(),
        &["charter", "diff", ".althing/charter.yaml", "new.yaml"],
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn charters_extend_files_beside_them() {
    let base = folder(CHARTER, MEMBERS);
    let own = "charter: 1\nname: Own\nversion: '2'\nextends: [base/rules.yaml]\n";
    let rules = base.path().join(".althing");
    fs::create_dir(rules.join("base")).expect("folder");
    fs::rename(rules.join("charter.yaml"), rules.join("base/rules.yaml")).expect("moved");
    fs::write(rules.join("charter.yaml"), own).expect("charter");
    let shown = data(base.path(), &["charter", "show"]);
    assert_eq!(shown["name"], "Own");
    assert_eq!(
        shown["files"],
        json!([".althing/charter.yaml", ".althing/base/rules.yaml"])
    );
    assert_eq!(
        shown["roles"][0]["location"]["file"],
        ".althing/base/rules.yaml"
    );
}
