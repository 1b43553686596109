//! The members file and the record: what decisions change there, and what nobody decided.

use std::fs;

use serde_json::Value;

use super::{
    output::assert_documented,
    room::{MEMBERS, Room, age_key},
    run::findings,
};

fn day(day: u32) -> String {
    format!("2026-03-{day:02}T12:00:00Z")
}

/// Carries a nomination of u2 through in a folder without a forge.
fn nominated() -> Room {
    let room = Room::new();
    let key = age_key();
    room.write(".althing/electorate.pub", &key.0);
    room.write("electorate.key", &key.1);
    let role = "maintainer@project";
    let nominate = ["nominate", "u2", role, "--person", "12:u2", "--as", "m1"];
    assert_eq!(room.run(&day(2), &nominate).0, 0);
    for member in ["m1", "m2"] {
        let vote = ["vote", "nomination-1", "yes", "--as", member];
        assert_eq!(room.run(&day(3), &vote).0, 0);
    }
    let close = ["tick", "--as", "m1", "--ballot-key", "electorate.key"];
    let (code, closed) = room.run(&day(10), &close);
    assert_eq!(code, 0, "{closed}");
    assert_eq!(closed["data"]["changed"][0]["state"], "accepted");
    // The record says more than the file: whoever decides is told.
    assert_eq!(findings(&closed), ["members.yaml:0:0 members-unpublished"]);
    assert_eq!(closed["findings"][0]["severity"], "warning");
    room
}

#[test]
fn the_members_file_says_what_was_decided_and_nothing_else() {
    let room = nominated();
    let check = || room.run(&day(10), &["members", "check"]);
    let (code, missing) = check();
    assert_eq!(code, 1, "{missing}");
    assert_eq!(findings(&missing), ["members.yaml:0:0 members-unpublished"]);
    let finding = &missing["findings"][0];
    let entry = finding["rule"]["file"].as_str().expect("a rule");
    let entry = entry.strip_prefix("ledger entry ").expect("an entry");
    let role = format!("{{ role: maintainer@project, since: 2026-03-10, by: {entry} }}");
    let help = finding["help"].as_str().expect("help");
    assert!(help.contains(&role), "{help}");

    let u2 = format!("- {{ id: 12, login: u2, roles: [{role}] }}\n");
    room.write(".althing/members.yaml", &format!("{MEMBERS}{u2}"));
    let (code, whole) = check();
    assert_eq!(code, 0, "{whole}");
    assert_documented("members check", &whole);

    let by_hand = format!("{MEMBERS}{u2}- {{ id: 13, login: u3, roles: [maintainer@project] }}\n");
    room.write(".althing/members.yaml", &by_hand);
    let (code, more) = check();
    assert_eq!(code, 1, "{more}");
    assert_eq!(findings(&more), ["members.yaml:5:32 members-unexplained"]);
    let rule = more["findings"][0]["rule"]["file"].as_str();
    assert!(rule.is_some_and(|file| file.ends_with("llama-stack.yaml")));
    let (code, rules) = room.look(&["charter", "check"]);
    assert_eq!(code, 0, "a warning: the record counts, not the file");
    assert_eq!(findings(&rules), ["members.yaml:5:32 members-unexplained"]);

    // Whom nobody chose may do nothing.
    let nominate = ["nominate", "u4", "maintainer@project", "--person", "14:u4"];
    let nominate = [&nominate[..], &["--as", "u3"]].concat();
    let (code, refused) = room.run(&day(11), &nominate);
    assert_eq!(
        (code, findings(&refused)),
        (1, vec!["not-allowed".to_owned()])
    );
}

#[test]
fn the_history_of_roles_is_that_of_file_and_record() {
    let room = nominated();
    let (code, history) = room.look(&["members", "history"]);
    assert_eq!(code, 0, "{history}");
    assert_documented("members history", &history);
    let changes = history["data"]["changes"].as_array().expect("changes");
    let of = |login: &str| -> Vec<&Value> {
        let meant = changes.iter().filter(|change| change["login"] == login);
        meant.collect()
    };
    assert_eq!(of("m1").len(), 1);
    let [got] = of("u2")[..] else {
        panic!("{changes:#?}")
    };
    assert_eq!(got["date"], "2026-03-10");
    assert_eq!(got["subject"], "nomination-1");
    assert!(
        got["by"]
            .as_str()
            .is_some_and(|by| by.starts_with("ledger entry "))
    );
    let (_, one) = room.look(&["members", "history", "u2"]);
    assert_eq!(one["data"]["changes"].as_array().map(Vec::len), Some(1));
    fs::remove_file(room.path("althing-ledger.db")).expect("removed");
    let (_, file) = room.look(&["members", "history"]);
    assert_eq!(file["data"]["changes"].as_array().map(Vec::len), Some(3));
}
