//! Decisions as people take them: by comments on the forge and by commands, on a real ledger.

use std::process::Stdio;

use althing_testkit::TestForge;
use serde_json::Value;

use super::{
    output::assert_documented,
    room::{CHARTER, Room, age_key, write_rules},
    run::{findings, program},
    town::{REPO, althing, comment, later, round, said},
};

const SEED: &str = "
users:
  - { login: althing, id: 1000 }
  - { login: m1, id: 1001 }
  - { login: m2, id: 1002 }
  - { login: m3, id: 1003 }
  - { login: u1, id: 1011 }
  - { login: u2, id: 1012 }
repositories:
  - { name: m1/models, from: models, collaborators: { althing: write } }
";

/// A community with a forge and its rules in a folder.
fn start() -> TestForge {
    let forge = TestForge::start(program(), SEED, &[("models/README.md", "Models\n")]);
    write_rules(forge.folder());
    forge
}

fn tick(forge: &TestForge, more: &[&str]) -> Value {
    let answer = round(forge, more);
    assert_documented("tick", &answer);
    answer["data"].clone()
}

#[test]
fn a_vote_by_comments_is_opened_cast_closed_and_recorded() {
    let forge = start();
    let create = ["issue", "create", "-t", "Cache keys", "-b", "Change them."];
    forge.gh_text("u1", &[&create[..], &REPO].concat());
    comment(
        &forge,
        "u1",
        "1",
        "Please decide.\n\n/open proposal kind=general",
    );
    let round = tick(&forge, &[]);
    assert_eq!(round["heard"], 1, "{round}");
    assert_eq!(round["changed"][0]["state"], "discussion");
    let shown = said(&forge, "1");
    assert_eq!(shown.len(), 1, "one status comment");
    assert!(shown[0].contains("**discussion**"), "{}", shown[0]);

    comment(&forge, "u2", "1", "/object it breaks old clients");
    comment(&forge, "m1", "1", "/althing vote yes");
    comment(
        &forge,
        "m2",
        "1",
        "> /vote no\n\nI agree with that:\n\n/vote no\nTwo releases a week are too many.",
    );
    comment(&forge, "m3", "1", "```\n/vote no\n```\n\n/vote yes");
    comment(&forge, "u1", "1", "/vote yes");
    comment(&forge, "u2", "1", "/vot no");
    // Two at once: every command counts once, and nothing is said twice.
    let program = program().to_str().expect("path");
    let start = || {
        let mut command = forge.command("althing", program);
        command.args(["tick", "--repo", "m1/models", "--json"]);
        command.stdout(Stdio::piped()).spawn().expect("started")
    };
    let rounds = [start(), start()].map(|child| {
        let done = child.wait_with_output().expect("ended");
        assert!(done.status.success());
        let answer: Value = serde_json::from_slice(&done.stdout).expect("json");
        answer["data"]["heard"].as_u64().expect("a number")
    });
    assert_eq!(rounds.iter().sum::<u64>(), 5, "{rounds:?}");
    // Whatever one of them left to the other is done now.
    tick(&forge, &[]);
    let cast = ["ledger", "list", "--kind", "ballot.cast"];
    let ballots = althing(&forge, &cast).1["data"]["entries"].clone();
    assert_eq!(ballots.as_array().map(Vec::len), Some(4), "{ballots}");
    let shown = said(&forge, "1");
    assert_eq!(shown.len(), 2, "the status and one answer: {shown:#?}");
    assert!(shown[0].contains("**voting**"), "{}", shown[0]);
    assert!(shown[1].starts_with("@u2"), "{}", shown[1]);

    let early = althing(&forge, &["close", "m1/models#1"]);
    assert_eq!(
        (early.0, findings(&early.1)),
        (1, vec!["too-early".to_owned()])
    );

    let week = later(8);
    let round = tick(&forge, &["--now", &week]);
    let changed = &round["changed"][0];
    assert_eq!(changed["state"], "accepted", "{round}");
    let shown = said(&forge, "1");
    assert_eq!(shown.len(), 3, "the last comment is new: {shown:#?}");
    assert!(shown[0].contains("**accepted**"), "{}", shown[0]);
    assert!(shown[2].contains("yes 2 of 3"), "{}", shown[2]);

    let again = tick(&forge, &["--now", &week]);
    assert_eq!(
        (&again["heard"], &again["done"]),
        (&0.into(), &0.into()),
        "{again}"
    );
    assert_eq!(said(&forge, "1"), shown, "a second round changes nothing");

    let (code, entries) = althing(&forge, &["ledger", "list", "--kind", "vote.closed"]);
    let data = &entries["data"]["entries"][0]["data"];
    assert_eq!((code, &data["verdict"]), (0, &"passed".into()), "{entries}");
    assert_eq!(data["tally"]["counted"]["yes"], 2);
    assert_eq!(data["tally"]["advisory"]["yes"], 1);
    assert_eq!(althing(&forge, &["ledger", "verify"]).0, 0);
}

#[test]
fn a_secret_ballot_names_nobody_and_is_counted_with_the_key() {
    let room = Room::new();
    let key = age_key();
    room.write(".althing/electorate.pub", &key.0);
    room.write("electorate.key", &key.1);
    let day = |day: u32| format!("2026-03-{day:02}T12:00:00Z");
    let nominate = [
        "nominate",
        "u2",
        "maintainer@project",
        "--person",
        "12:u2",
        "--as",
        "m1",
    ];
    let (code, opened) = room.run(&day(2), &nominate);
    assert_eq!(code, 0, "{opened}");
    // The first who comes after it has changed is a voter, whom nothing may name.
    let changed = CHARTER.replace("1.0.0", "1.0.1");
    room.write(".althing/charter.yaml", &changed);
    for (member, ballot) in [("m1", "yes"), ("m2", "yes"), ("m3", "no")] {
        let vote = [
            "vote",
            "nomination-1",
            ballot,
            "--reason",
            "because of that",
            "--as",
            member,
        ];
        let (code, voted) = room.run(&day(3), &vote);
        assert_eq!(code, 0, "{voted}");
        assert_documented("vote", &voted);
    }
    let without_key = room.run(&day(10), &["close", "nomination-1", "--as", "m1"]);
    assert_eq!(without_key.0, 1, "{}", without_key.1);
    let close = [
        "close",
        "nomination-1",
        "--as",
        "m1",
        "--ballot-key",
        "electorate.key",
    ];
    let (code, closed) = room.run(&day(10), &close);
    assert_eq!(
        (code, &closed["data"]["state"]),
        (0, &"accepted".into()),
        "{closed}"
    );

    let entries = room.ledger(&["list", "--kind", "ballot.cast"]);
    let entries = entries["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!(entry["actor"]["login"], "electorate");
        assert!(entry["data"]["commitment"].is_string());
        assert!(!entry.to_string().contains("because of that"));
    }
    let charters = room.ledger(&["list", "--kind", "charter.adopted"]);
    let actors = ["/entries/0/actor/login", "/entries/1/actor/login"];
    let actors = actors.map(|actor| charters.pointer(actor).and_then(Value::as_str));
    assert_eq!(actors, [Some("m1"), Some("althing")]);
    let result = room.ledger(&["list", "--kind", "vote.closed"]);
    assert_eq!(result["entries"][0]["data"]["tally"]["counted"]["yes"], 2);
}

#[test]
fn what_is_decided_is_shown_explained_and_played_under_other_rules() {
    let room = Room::new();
    let key = age_key();
    room.write(".althing/electorate.pub", &key.0);
    room.write("electorate.key", &key.1);
    let day = |day: u32| format!("2026-03-{day:02}T12:00:00Z");
    let role = "maintainer@project";
    let nominate = ["nominate", "u2", role, "--person", "12:u2", "--as", "m1"];
    assert_eq!(room.run(&day(2), &nominate).0, 0);
    for (member, ballot) in [("m1", "yes"), ("m2", "yes"), ("m3", "no")] {
        let vote = [
            "vote",
            "nomination-1",
            ballot,
            "--reason",
            "of that",
            "--as",
            member,
        ];
        assert_eq!(room.run(&day(3), &vote).0, 0);
    }
    fn with_key<'a>(args: &[&'a str]) -> Vec<&'a str> {
        [args, &["--ballot-key", "electorate.key"]].concat()
    }
    let (code, next) = room.run(&day(4), &with_key(&["subject", "next", "nomination-1"]));
    assert_eq!(code, 0, "{next}");
    assert_documented("subject next", &next);
    let next = next["data"].to_string();
    assert!(next.contains("2026-03-09T12:00:00Z"), "{next}");

    assert_eq!(room.run(&day(10), &with_key(&["tick", "--as", "m1"])).0, 0);
    let (_, list) = room.run(&day(10), &["subject", "list"]);
    assert_documented("subject list", &list);
    assert_eq!(list["data"]["subjects"][0]["state"], "accepted");
    let (_, told) = room.run(&day(10), &["subject", "explain", "nomination-1"]);
    assert_documented("subject explain", &told);
    let history = told["data"]["history"].to_string();
    assert!(history.contains("yes 2 of 3"), "{history}");
    let (_, shown) = room.run(&day(10), &with_key(&["subject", "show", "nomination-1"]));
    assert_documented("subject show", &shown);
    assert!(!shown.to_string().contains("of that"), "{shown}");

    let replay = |charter: &str| {
        let args = with_key(&["ledger", "replay", "--charter", charter]);
        let (code, answer) = room.run(&day(11), &args);
        assert_eq!(code, 0, "{answer}");
        assert_documented("ledger replay", &answer);
        answer["data"]["different"].clone()
    };
    assert_eq!(replay("llama-stack"), serde_json::json!([]));
    let preset = include_str!("../../../../charters/llama-stack.yaml");
    let stricter = preset.replace(
        "more-than: 50%, of: electorate",
        "more-than: 70%, of: electorate",
    );
    assert_ne!(stricter, preset);
    room.write("stricter.yaml", &stricter);
    let different = replay("stricter.yaml");
    assert_eq!(different[0]["recorded"]["state"], "accepted");
    assert_eq!(different[0]["replayed"]["state"], "rejected");
}
