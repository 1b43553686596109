//! A community in memory: what its ledger holds, folded.

use std::{collections::BTreeMap, sync::Mutex};

use althing_charter::{
    Actor, Charter, Choice, Context, Decision, Event, Members, Origin, Record, Rules, Source,
    SourceRef, Subject, Way, decide, what_next,
};
use althing_diag::{
    Finding,
    id::{Account, UserId},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A community, its subjects and everything that was recorded.
pub(crate) struct World {
    pub(crate) charter: Charter,
    pub(crate) members: Members,
    pub(crate) people: BTreeMap<String, Account>,
    pub(crate) catalog: Value,
    pub(crate) subjects: BTreeMap<String, Subject>,
    pub(crate) ledger: Vec<(String, Timestamp, Account, Record)>,
    pub(crate) now: Timestamp,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

/// Read once for each text: properties begin many worlds with the same.
fn rules(charter: &str, members: &str, now: Timestamp) -> Rules {
    static READ: Mutex<BTreeMap<String, Rules>> = Mutex::new(BTreeMap::new());
    let read = || {
        let (charter, members) = (Source::new("c", charter), Source::new("m", members));
        Rules::parse(charter, members, &[], now).unwrap_or_else(|findings| {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            panic!("{}", findings.join("\n"))
        })
    };
    let mut all = READ.lock().expect("no test panics while it reads");
    let key = format!("{charter}{members}");
    all.entry(key).or_insert_with(read).clone()
}

impl World {
    /// Members are `(login, roles)`; their ids are their places, from 1.
    pub(crate) fn new(charter: &str, members: &[(&str, &str)]) -> Self {
        let charter = format!("charter: 1\nname: n\nversion: v\n{charter}");
        let lines = members.iter().enumerate().map(|(place, (login, roles))| {
            format!(
                "- {{ id: {}, login: {login}, roles: [{roles}] }}\n",
                place + 1
            )
        });
        let members: String = lines.collect();
        let members = if members.is_empty() { "[]" } else { &members };
        let now = at("2026-03-02T12:00:00Z");
        let rules = rules(&charter, members, now);
        Self {
            charter: rules.charter().clone(),
            members: rules.members().clone(),
            people: BTreeMap::new(),
            catalog: Value::Null,
            subjects: BTreeMap::new(),
            ledger: Vec::new(),
            now,
        }
    }

    pub(crate) fn set_members(&mut self, members: &str) {
        let members = Members::parse(Source::new("m", members), &self.charter);
        self.members = members.expect("valid");
    }

    pub(crate) fn at(&mut self, time: &str) -> &mut Self {
        self.now = at(time);
        self
    }

    /// Whoever is no member gets an id of their own.
    pub(crate) fn account(&mut self, login: &str) -> Account {
        if let Some(member) = self.members.by_login(login) {
            return Account {
                id: member.id,
                login: member.login.clone(),
            };
        }
        let id = UserId(1000 + self.people.len() as u64);
        let login = login.to_owned();
        let account = || Account {
            id,
            login: login.clone(),
        };
        self.people
            .entry(login.clone())
            .or_insert_with(account)
            .clone()
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            charter: &self.charter,
            members: &self.members,
            people: &self.people,
            catalog: &self.catalog,
            now: self.now,
        }
    }

    pub(crate) fn act(
        &mut self,
        login: &str,
        on: &str,
        event: &Event,
    ) -> Result<Decision, Finding> {
        let account = self.account(login);
        let actor = Actor {
            automation: login == "clock",
            account: account.clone(),
        };
        let subject = self.subjects.get(on);
        let decision = decide(&self.context(), subject, &actor, event).map_err(|it| *it)?;
        for record in &decision.records {
            self.record(on, &account, record.clone());
        }
        Ok(decision)
    }

    pub(crate) fn record(&mut self, on: &str, account: &Account, record: Record) {
        let (at, id) = (self.now, on.parse().expect("id"));
        self.ledger
            .push((on.to_owned(), at, account.clone(), record.clone()));
        let day = self.charter.date(at);
        if let Record::RoleGranted { member, role } = &record {
            let by = Origin::Entry(self.ledger.len() as u64);
            self.members.grant(member, role.clone(), day, by);
        }
        if let Record::RoleRevoked { member, role } = &record {
            self.members.revoke(member.id, role);
        }
        match self.subjects.get_mut(on) {
            Some(subject) => subject.apply(at, account, record),
            None => {
                let hash = self.charter.hash();
                let subject = Subject::opened(id, hash, at, account, record);
                self.subjects
                    .insert(on.to_owned(), subject.expect("opened"));
            }
        }
    }

    pub(crate) fn open(&mut self, login: &str, id: &str, lifecycle: &str, set: Value) {
        let event = opening(id, lifecycle, set);
        self.act(login, id, &event)
            .unwrap_or_else(|it| panic!("{it}"));
    }

    /// Does it and expects that it is allowed.
    pub(crate) fn does(&mut self, login: &str, on: &str, event: Event) -> Decision {
        self.act(login, on, &event)
            .unwrap_or_else(|it| panic!("{login} {event:?}: {it}"))
    }

    /// Does it and expects a refusal with this code.
    pub(crate) fn refused(&mut self, login: &str, on: &str, event: Event, code: &str) -> Finding {
        match self.act(login, on, &event) {
            Ok(decision) => panic!("{login} {event:?} was allowed: {decision:?}"),
            Err(finding) => {
                assert_eq!(finding.code.slug(), code, "{finding}");
                finding
            }
        }
    }

    pub(crate) fn tick(&mut self, on: &str) -> Decision {
        self.does("clock", on, Event::Tick)
    }

    pub(crate) fn vote(&mut self, login: &str, on: &str, choice: &str) {
        self.does(login, on, ballot(choice));
    }

    pub(crate) fn subject(&self, id: &str) -> &Subject {
        &self.subjects[id]
    }

    /// The state, with the outcome when there is one: `accepted (consensus)`.
    pub(crate) fn state(&self, id: &str) -> String {
        let subject = self.subject(id);
        match &subject.outcome {
            Some(outcome) => format!("{} ({outcome})", subject.state),
            None => subject.state.to_string(),
        }
    }

    pub(crate) fn next(&self, id: &str) -> Vec<Way> {
        what_next(&self.context(), self.subject(id))
    }

    /// Folds the ledger again and expects the same subjects.
    pub(crate) fn replays(&self) {
        let mut again = BTreeMap::<String, Subject>::new();
        for (id, at, account, record) in &self.ledger {
            let text = serde_json::to_string(record).expect("serializes");
            let record: Record = serde_json::from_str(&text).expect("reads back");
            match again.get_mut(id) {
                Some(subject) => subject.apply(*at, account, record),
                None => {
                    let name = id.parse().expect("id");
                    let hash = self.charter.hash();
                    let subject = Subject::opened(name, hash, *at, account, record);
                    again.insert(id.clone(), subject.expect("opened"));
                }
            }
        }
        let bytes = |subjects| serde_json::to_string(subjects).expect("serializes");
        assert_eq!(bytes(&again), bytes(&self.subjects));
    }
}

pub(crate) fn opening(id: &str, lifecycle: &str, set: Value) -> Event {
    opening_from(id, lifecycle, set, None)
}

pub(crate) fn opening_from(
    id: &str,
    lifecycle: &str,
    set: Value,
    source: Option<SourceRef>,
) -> Event {
    let mut set: BTreeMap<String, Value> =
        serde_json::from_value(set).expect("a mapping of attributes");
    let title = set.remove("title").unwrap_or(json!("A title"));
    Event::Open {
        id: id.parse().expect("id"),
        lifecycle: lifecycle.parse().expect("lifecycle"),
        title: title.as_str().expect("text").to_owned(),
        set: (set.into_iter())
            .map(|(name, value)| (name.parse().expect("attribute"), value))
            .collect(),
        source,
        body: String::new(),
    }
}

pub(crate) fn ballot(choice: &str) -> Event {
    let (choice, reason) = match choice.split_once(": ") {
        Some((choice, reason)) => (choice, Some(reason.to_owned())),
        None => (choice, None),
    };
    Event::Vote {
        choice: Choice::from(choice.to_owned()),
        reason,
    }
}

pub(crate) fn object(reason: &str) -> Event {
    Event::Object {
        reason: reason.to_owned(),
    }
}

pub(crate) fn resolve() -> Event {
    Event::Resolve {
        objection: None,
        reason: None,
    }
}

pub(crate) fn attach(name: &str) -> Event {
    attach_result(name, None)
}

pub(crate) fn attach_result(name: &str, result: Option<&str>) -> Event {
    Event::Attach {
        name: name.parse().expect("evidence"),
        reference: "https://example.org/1".to_owned(),
        result: result.map(|it| it.parse().expect("result")),
        recipients: Vec::new(),
    }
}

pub(crate) fn edit(set: Value) -> Event {
    edit_as(set, false)
}

pub(crate) fn edit_as(set: Value, editorial: bool) -> Event {
    let mut set: BTreeMap<String, Value> = serde_json::from_value(set).expect("a mapping");
    let title = set.remove("title");
    Event::Edit {
        title: title.map(|it| it.as_str().expect("text").to_owned()),
        set: (set.into_iter())
            .map(|(name, value)| (name.parse().expect("attribute"), value))
            .collect(),
        body: None,
        editorial,
    }
}

pub(crate) fn move_to(state: &str) -> Event {
    Event::Move {
        to: state.parse().expect("state"),
        reason: None,
    }
}

pub(crate) fn close() -> Event {
    Event::Close { reason: None }
}

pub(crate) fn withdraw() -> Event {
    Event::Withdraw { reason: None }
}
