//! A community with a history.

use std::collections::BTreeMap;

use althing_charter::{
    Charter, CharterHash, Community, HeldMeeting, Members, Record, Recorded, Source,
};
use althing_diag::id::{Account, UserId};
use althing_gate::{Grounds, History, Report, report};
use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};

/// When reports are made, unless a test says otherwise.
pub(crate) const NOW: &str = "2026-06-30T12:00:00Z";

pub(crate) const LLAMA: &str = include_str!("../../../../charters/llama-stack.yaml");
pub(crate) const TTT: &str = include_str!("../../../../charters/tttv2.yaml");

/// Maintainers m1 to m3, the code owner o1, the triager t1, and a machine.
pub(crate) const MEMBERS: &str = "
- { id: 1, login: m1, roles: [maintainer@project] }
- { id: 2, login: m2, roles: [maintainer@project] }
- { id: 3, login: m3, roles: [{ role: \"maintainer@area:docs\", since: 2026-05-01 }] }
- { id: 11, login: o1, roles: [\"code-owner@domain:docs\"] }
- { id: 21, login: t1, roles: [triager] }
- { id: 90, login: robot, bot: true }
";

/// Rules, what happened, and the record.
pub(crate) struct World {
    pub(crate) charter: Charter,
    pub(crate) members: Members,
    pub(crate) history: Value,
    pub(crate) record: Option<Community>,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new(charter: &str, members: &str) -> Self {
        let charter = Charter::parse(Source::new("charter.yaml", charter), &[]).expect("charter");
        let members = Members::parse(Source::new("members.yaml", members), &charter);
        let members = members.expect("members");
        Self {
            record: Some(Community::new(members.clone())),
            charter,
            members,
            history: json!({
                "branch": "main",
                "since": "2026-01-01T00:00:00Z",
                "until": NOW,
                "commits": [], "pulls": [], "issues": [], "builds": [],
                "files": {}, "activity": {}, "modules": [], "gaps": [],
            }),
            now: NOW.parse().expect("time"),
        }
    }

    pub(crate) fn llama() -> Self {
        let mut world = Self::new(LLAMA, MEMBERS);
        world.file(".github/CODEOWNERS", Some("* @m1\n/docs/ @m3 @o1\n"));
        world
    }

    pub(crate) fn file(&mut self, path: &str, text: Option<&str>) {
        self.history["files"][path] = json!(text);
    }

    pub(crate) fn add(&mut self, what: &str, one: Value) {
        self.history[what].as_array_mut().expect("list").push(one);
    }

    /// The report of that name.
    pub(crate) fn report(&self, name: &str) -> Report {
        let history: History = serde_json::from_value(self.history.clone()).expect("a history");
        let grounds = Grounds {
            charter: &self.charter,
            members: &self.members,
            history: &history,
            record: self.record.as_ref(),
            now: self.now,
        };
        let mut rules = self.charter.reports().iter();
        let rule = rules.find(|rule| rule.kind.name() == name);
        report(&grounds, rule.expect("the charter has the report"))
    }

    /// Code and message of each finding of that report.
    pub(crate) fn findings(&self, name: &str) -> Vec<String> {
        let report = self.report(name);
        let findings = report.findings.iter();
        findings
            .map(|it| {
                assert!(it.rule.is_some() && !it.help.is_empty(), "{it}");
                format!("{}: {}", it.code, it.message)
            })
            .collect()
    }

    /// The codes alone.
    pub(crate) fn codes(&self, name: &str) -> Vec<&'static str> {
        let report = self.report(name);
        report.findings.iter().map(|it| it.code.slug()).collect()
    }

    /// Records a meeting.
    pub(crate) fn held(&mut self, meeting: &str, on: (i16, i8, i8), attended: &[&str]) {
        let attended = attended.iter().map(|login| account(&self.members, login));
        let record = Record::MeetingHeld(HeldMeeting {
            meeting: meeting.parse().expect("name"),
            on: date(on.0, on.1, on.2),
            attended: attended.collect(),
            minutes: None,
        });
        self.happened(&format!("meeting:{meeting}"), NOW, record);
    }

    pub(crate) fn happened(&mut self, subject: &str, at: &str, record: Record) {
        let time: Timestamp = at.parse().expect("time");
        let recorded = Recorded {
            seq: 1,
            time,
            day: self.charter.date(time),
            actor: &account(&self.members, "m1"),
            charter: CharterHash::of([""]),
            record,
        };
        let record = self.record.as_mut().expect("a record");
        record.apply(&subject.parse().expect("subject"), recorded);
    }
}

fn account(members: &Members, login: &str) -> Account {
    Account {
        id: members.by_login(login).expect("a member").id,
        login: login.to_owned(),
    }
}

/// An account of the forge: members by their numbers, others by a number of their own.
pub(crate) fn person(login: &str) -> Value {
    let known: BTreeMap<&str, u64> = [
        ("m1", 1),
        ("m2", 2),
        ("m3", 3),
        ("o1", 11),
        ("t1", 21),
        ("robot", 90),
    ]
    .into();
    let id = known
        .get(login)
        .copied()
        .unwrap_or(1000 + login.len() as u64);
    json!(Account {
        id: UserId(id),
        login: login.to_owned()
    })
}

/// A commit on the default branch.
pub(crate) fn commit(number: u64, by: &str, paths: &[&str], pull: Option<u64>) -> Value {
    json!({
        "sha": sha(number),
        "author": person(by),
        "committed": "2026-06-01T00:00:00Z",
        "title": format!("Change {number}"),
        "paths": paths,
        "pull": pull,
    })
}

pub(crate) fn sha(number: u64) -> String {
    format!("{number:040x}")
}

/// An open pull request.
pub(crate) fn pull(number: u64, by: &str) -> Value {
    json!({
        "number": number,
        "title": "A change",
        "author": person(by),
        "state": "open",
        "draft": false,
        "created": "2026-06-01T00:00:00Z",
        "updated": "2026-06-20T00:00:00Z",
        "merged": null,
        "merged_by": null,
        "paths": ["src/a.py"],
        "reviews": [],
        "comments": [],
        "url": format!("https://example.org/pull/{number}"),
    })
}

/// A pull request that was merged, with reviews by these people.
pub(crate) fn merged(number: u64, by: &str, merger: &str, reviewers: &[&str]) -> Value {
    let mut pull = pull(number, by);
    pull["state"] = json!("merged");
    pull["merged"] = json!("2026-06-20T00:00:00Z");
    pull["merged_by"] = person(merger);
    let reviews: Vec<Value> = reviewers.iter().map(|by| review(by)).collect();
    pull["reviews"] = json!(reviews);
    pull
}

pub(crate) fn review(by: &str) -> Value {
    json!({ "author": person(by), "state": "approved", "at": "2026-06-19T00:00:00Z" })
}

/// An open issue without label.
pub(crate) fn issue(number: u64, title: &str) -> Value {
    json!({
        "number": number,
        "title": title,
        "body": "",
        "author": person("somebody"),
        "open": true,
        "created": "2026-06-01T00:00:00Z",
        "updated": "2026-06-20T00:00:00Z",
        "labels": [],
        "assignees": [],
        "url": format!("https://example.org/issues/{number}"),
    })
}

/// A result of a check.
pub(crate) fn build(commit: u64, name: &str, state: &str, minute: u32) -> Value {
    json!({
        "sha": sha(commit),
        "name": name,
        "state": state,
        "at": format!("2026-06-01T00:{minute:02}:00Z"),
    })
}
