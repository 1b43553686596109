//! One subject in a small community.

use std::collections::BTreeMap;

use althing_charter::{
    Actor, Charter, Choice, Context, Event, Members, Rules, Source, Subject, decide, what_next,
};
use althing_diag::id::{Account, UserId};
use jiff::Timestamp;
use serde_json::Value;

use crate::status::{StatusView, final_comment, status_comment};

const CHARTER: &str = r#"
charter: 1
name: Example community
version: "1.2"
roles: { maintainer: { scopes: [project] } }
lifecycles:
  proposal:
    title: Proposal
    opened-by: [anyone]
    attributes: { kind: { one-of: [general, strategic], default: general } }
    evidence: { notice: { description: link to the thread, by: [maintainer] } }
    states:
      discussion: people talk
      voting: the maintainers vote
      accepted: { final: true, description: agreed }
      rejected: { final: true, description: not agreed }
      withdrawn: { final: true, description: taken back }
    transitions:
      - { name: contested, from: discussion, to: voting, on: objection }
      - { name: settled, from: voting, to: discussion, on: resolved }
      - name: silence
        from: discussion
        to: accepted
        needs: { lazy-consensus: { public-for: 48 working hours, objectors: [anyone], settled-by: [maintainer@project] } }
        outcome: consensus
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote:
            electorate: [maintainer@project]
            passes: { at-least: 60%, of: yes-and-no }
            quorum: { at-least: 60%, of: electorate, abstentions: count }
            open-for: 7 days
      - { name: withdraw, from: [discussion, voting], to: withdrawn, on: withdraw, needs: { actor: [opener] } }
  nomination:
    title: Nomination
    opened-by: [maintainer]
    about: nominee
    attributes: { nominee: { type: person, required: true } }
    states:
      voting: the maintainers vote
      accepted: { final: true, description: welcome }
      rejected: { final: true, description: not now }
    transitions:
      - name: ballot
        from: voting
        to: accepted
        otherwise: rejected
        needs:
          vote:
            private: true
            electorate: [maintainer@project]
            passes: { more-than: 50%, of: yes-and-no }
            quorum: { at-least: 50%, of: electorate, abstentions: count }
            open-for: 7 days
    explanations: { of: no, asked-by: [subject], answered-by: [maintainer@project] }
  change:
    title: Change of a schema
    opened-by: [anyone]
    states:
      review: it is looked at
      in force: { final: true, description: everybody follows it }
    transitions:
      - name: approved
        from: review
        to: in force
        needs: { approvals: [ { by: maintainer@project, count: 2, except: [opener] } ] }
"#;

const MEMBERS: &str = "
- { id: 1, login: m1, roles: [maintainer@project] }
- { id: 2, login: m2, roles: [maintainer@project] }
- { id: 3, login: m3, roles: [maintainer@project] }
- { id: 4, login: m4, roles: [maintainer@project] }
";

/// A subject, and those around it.
pub(super) struct World {
    charter: Charter,
    members: Members,
    people: BTreeMap<String, Account>,
    pub(super) subject: Subject,
    now: Timestamp,
    entries: u64,
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn vote(choice: &str, reason: Option<&str>) -> Event {
    Event::Vote {
        choice: Choice::from(choice.to_owned()),
        reason: reason.map(str::to_owned),
    }
}

impl World {
    /// A subject of that kind, opened on Thursday 5 March 2026 at noon.
    pub(super) fn open(lifecycle: &str, title: &str) -> Self {
        let now = time("2026-03-05T12:00:00Z");
        let (charter, members) = (Source::new("c", CHARTER), Source::new("m", MEMBERS));
        let rules = Rules::parse(charter, members, &[], now);
        let rules = rules.unwrap_or_else(|findings| panic!("{findings:?}"));
        let people = ["u1", "u2", "u3", "clock"].into_iter().zip(11..);
        let people: BTreeMap<String, Account> = people
            .map(|(login, id)| {
                let account = Account {
                    id: UserId(id),
                    login: login.to_owned(),
                };
                (login.to_owned(), account)
            })
            .collect();
        let (opener, set) = match lifecycle {
            "nomination" => ("m1", vec![("nominee", "u3")]),
            _ => ("u1", vec![]),
        };
        let set = set.into_iter().map(|(name, value)| {
            let name = name.parse().expect("attribute");
            (name, Value::from(value))
        });
        let event = Event::Open {
            id: "o/r#7".parse().expect("id"),
            lifecycle: lifecycle.parse().expect("name"),
            title: title.to_owned(),
            set: set.collect(),
            source: None,
            body: "the text".to_owned(),
        };
        let context = Context {
            charter: rules.charter(),
            members: rules.members(),
            people: &people,
            catalog: &Value::Null,
            now,
        };
        let actor = actor(rules.members(), &people, opener);
        let decision = decide(&context, None, &actor, &event).unwrap_or_else(|it| panic!("{it}"));
        let mut records = decision.records.into_iter();
        let (id, hash) = ("o/r#7".parse().expect("id"), rules.charter().hash());
        let first = records.next().expect("a record");
        let subject = Subject::opened(id, hash, now, &actor.account, first);
        let mut subject = subject.expect("opened");
        for record in records {
            subject.apply(now, &actor.account, record);
        }
        Self {
            charter: rules.charter().clone(),
            members: rules.members().clone(),
            people,
            subject,
            now,
            entries: 3,
        }
    }

    pub(super) fn at(&mut self, now: &str) {
        self.now = time(now);
    }

    pub(super) fn does(&mut self, login: &str, event: Event) {
        let actor = actor(&self.members, &self.people, login);
        let decision = decide(&self.context(), Some(&self.subject), &actor, &event);
        let decision = decision.unwrap_or_else(|it| panic!("{login} {event:?}: {it}"));
        for record in decision.records {
            self.subject.apply(self.now, &actor.account, record);
            self.entries += 1;
        }
    }

    pub(super) fn status(&self) -> String {
        self.shown(status_comment)
    }

    pub(super) fn ending(&self) -> String {
        self.shown(final_comment)
    }

    fn shown(&self, show: fn(&StatusView<'_>) -> String) -> String {
        let lifecycle = self.charter.lifecycle(&self.subject.lifecycle);
        show(&StatusView {
            subject: &self.subject,
            lifecycle: lifecycle.expect("declared"),
            charter: &self.charter,
            members: &self.members,
            people: &self.people,
            ways: &what_next(&self.context(), &self.subject),
            entry: self.entries,
        })
    }

    fn context(&self) -> Context<'_> {
        Context {
            charter: &self.charter,
            members: &self.members,
            people: &self.people,
            catalog: &Value::Null,
            now: self.now,
        }
    }
}

fn actor(members: &Members, people: &BTreeMap<String, Account>, login: &str) -> Actor {
    let member = members.by_login(login).map(|member| Account {
        id: member.id,
        login: member.login.clone(),
    });
    Actor {
        automation: login == "clock",
        account: member
            .or_else(|| people.get(login).cloned())
            .expect("known"),
    }
}
