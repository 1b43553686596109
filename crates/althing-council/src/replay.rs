//! The recorded history under other rules: what would have come out differently.
//!
//! What people did is done again, at the times at which they did it, by the engine under the
//! other charter; what followed by itself is left to follow. The difference is what an amendment
//! shows before it is decided on.

use std::collections::BTreeMap;

use althing_charter::{
    Actor, AttributeValue, BallotBox, Charter, Community, Context, Event, Members, Record,
    Recorded, Source, Subject, Trigger, decide,
};
use althing_diag::{
    Finding,
    id::{Account, SubjectId},
};
use althing_ledger::{Entry, Filter, Ledger};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Book, CouncilError, Keys, record::record};

/// What other rules would have made of the history.
#[derive(Debug, Default, Serialize)]
pub struct Replay {
    /// How many entries were read.
    pub entries: u64,
    /// How many subjects there are.
    pub subjects: usize,
    /// The subjects that would stand otherwise, in the order in which they were opened.
    pub different: Vec<Difference>,
}

/// A subject that would stand otherwise.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Its name.
    pub subject: SubjectId,
    /// How it stands in the record.
    pub recorded: Standing,
    /// How it would stand; nothing where it could not have been opened.
    pub replayed: Option<Standing>,
    /// What would not have been allowed.
    pub refused: Vec<Finding>,
}

/// How a subject stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its state.
    pub state: String,
    /// How it ended, if it is over.
    pub outcome: Option<String>,
    /// The arithmetic of its last vote.
    pub vote: Option<String>,
}

impl Standing {
    fn of(subject: &Subject) -> Self {
        Self {
            state: subject.state.to_string(),
            outcome: subject.outcome.clone(),
            vote: subject
                .closed_vote
                .as_ref()
                .map(|vote| vote.sentence.clone()),
        }
    }
}

/// Plays the whole ledger under `charter`.
///
/// # Errors
/// When the ledger cannot be read, or its members do not fit the other charter.
pub async fn replay(
    ledger: &Ledger,
    charter: &Charter,
    keys: &Keys,
) -> Result<Replay, CouncilError> {
    let mut book = Book::default();
    let mut stage = Stage {
        charter,
        community: None,
        people: BTreeMap::new(),
        refused: BTreeMap::new(),
        order: Vec::new(),
        played: 0,
    };
    let mut replay = Replay::default();
    let mut last = None;
    let mut pages = ledger.pages(&Filter::default()).await?;
    while let Some(page) = pages.next().await? {
        for entry in &page {
            replay.entries += 1;
            last = Some(entry.time);
            stage.play(entry, &book, keys)?;
            book.add(entry, keys)?;
        }
    }
    // Whatever waits for time alone has had the same time.
    if let Some(now) = last {
        for id in stage.live() {
            stage.act(&id, &machine(), now, &Event::Tick);
        }
    }
    replay.subjects = stage.order.len();
    replay.different = stage.differences(&book);
    Ok(replay)
}

struct Stage<'a> {
    charter: &'a Charter,
    community: Option<Community>,
    people: BTreeMap<String, Account>,
    refused: BTreeMap<SubjectId, Vec<Finding>>,
    /// Subjects as they were opened.
    order: Vec<SubjectId>,
    played: u64,
}

impl Stage<'_> {
    fn play(&mut self, entry: &Entry, book: &Book, keys: &Keys) -> Result<(), CouncilError> {
        let Some(record) = record(entry)? else {
            return Ok(());
        };
        if let Record::MembersAdopted { file, text } = &record {
            let members = Members::parse(Source::new(file, text), self.charter);
            self.community = Some(Community::new(members.map_err(CouncilError::Rules)?));
            return Ok(());
        }
        if matches!(record, Record::SubjectOpened { .. }) {
            self.order.push(entry.subject.clone());
        }
        let opened = if let Record::BallotCast(sealed) = &record {
            keys.open(sealed).map(Record::BallotCast)
        } else {
            None
        };
        let record = opened.unwrap_or(record);
        self.meet(&entry.actor);
        let (actor, event) = match self.event(entry, &record, book) {
            Some(event) => (actor_of(entry, &record, book), event),
            None => (machine(), Event::Tick),
        };
        self.act(&entry.subject, &actor, entry.time, &event);
        Ok(())
    }

    fn meet(&mut self, account: &Account) {
        let login = account.login.to_lowercase();
        self.people.entry(login).or_insert_with(|| account.clone());
    }

    /// What somebody did, of which this is the record; `None` for what followed by itself.
    fn event(&mut self, entry: &Entry, record: &Record, book: &Book) -> Option<Event> {
        match record {
            Record::SubjectOpened {
                lifecycle,
                title,
                attributes,
                source,
                ..
            } => Some(Event::Open {
                id: entry.subject.clone(),
                lifecycle: lifecycle.clone(),
                title: title.clone(),
                set: self.written(attributes),
                source: source.clone(),
                body: String::new(),
            }),
            Record::SubjectEdited {
                title,
                attributes,
                text,
                editorial,
                ..
            } => Some(Event::Edit {
                title: Some(title.clone()),
                set: self.written(attributes),
                // The text itself is not in the record; its hash stands for it.
                body: Some(text.to_string()),
                editorial: *editorial,
            }),
            Record::BallotCast(BallotBox::Open { ballot, .. }) => Some(Event::Vote {
                choice: ballot.choice.clone(),
                reason: ballot.reason.clone(),
            }),
            Record::ObjectionRaised { reason, .. } => Some(Event::Object {
                reason: reason.clone(),
            }),
            Record::ObjectionResolved { number, reason } => Some(Event::Resolve {
                objection: Some(*number),
                reason: reason.clone(),
            }),
            Record::ApprovalGiven { .. } => Some(Event::Approve),
            Record::EvidenceAttached {
                name,
                reference,
                result,
                recipients,
            } => Some(Event::Attach {
                name: name.clone(),
                reference: reference.clone(),
                result: result.clone(),
                recipients: recipients.clone(),
            }),
            Record::StateChanged { to, transition, .. } => {
                let subject = book.subject(&entry.subject)?;
                let lifecycle = book
                    .charter(subject.charter)?
                    .lifecycle(&subject.lifecycle)?;
                let reason = None;
                match lifecycle.transition(transition)?.on {
                    Trigger::Withdraw => Some(Event::Withdraw { reason }),
                    Trigger::Decline => Some(Event::Decline { reason }),
                    Trigger::Close => Some(Event::Close { reason }),
                    Trigger::Move => Some(Event::Move {
                        to: to.clone(),
                        reason,
                    }),
                    Trigger::Met | Trigger::Objection | Trigger::Resolved | Trigger::Edit => None,
                }
            }
            Record::ExplanationAsked => Some(Event::Ask),
            Record::BallotCast(BallotBox::Sealed { .. })
            | Record::VoteOpened { .. }
            | Record::VoteClosed { .. }
            | Record::RoleGranted { .. }
            | Record::RoleRevoked { .. }
            | Record::ExplanationGiven { .. }
            | Record::CommentHeard { .. }
            | Record::EffectsTaken { .. }
            | Record::StatusShown { .. }
            | Record::EffectDone { .. }
            | Record::EffectFailed { .. }
            | Record::CharterAdopted { .. }
            | Record::MembersAdopted { .. }
            | Record::MeetingHeld(_) => None,
        }
    }

    /// Attributes as people write them.
    fn written(
        &mut self,
        attributes: &BTreeMap<althing_charter::AttributeName, AttributeValue>,
    ) -> BTreeMap<althing_charter::AttributeName, Value> {
        let mut written = BTreeMap::new();
        for (name, value) in attributes {
            let value = if let AttributeValue::Person(account) = value {
                self.meet(account);
                json!(account.login)
            } else {
                json!(value)
            };
            written.insert(name.clone(), value);
        }
        written
    }

    fn act(&mut self, id: &SubjectId, actor: &Actor, now: Timestamp, event: &Event) {
        let Some(community) = &mut self.community else {
            return;
        };
        let subject = community.subject(id);
        if subject.is_none() && !matches!(event, Event::Open { .. }) {
            return;
        }
        let context = Context {
            charter: self.charter,
            members: community.members(),
            people: &self.people,
            catalog: &Value::Null,
            now,
        };
        match decide(&context, subject, actor, event) {
            Err(refusal) => self.refused.entry(id.clone()).or_default().push(*refusal),
            Ok(decision) => {
                for record in decision.records {
                    self.played += 1;
                    let recorded = Recorded {
                        seq: self.played,
                        time: now,
                        day: self.charter.date(now),
                        actor: &actor.account,
                        charter: self.charter.hash(),
                        record,
                    };
                    community.apply(id, recorded);
                }
            }
        }
    }

    fn live(&self) -> Vec<SubjectId> {
        let community = self.community.iter();
        community.flat_map(Community::live).cloned().collect()
    }

    fn differences(mut self, book: &Book) -> Vec<Difference> {
        let order = std::mem::take(&mut self.order);
        let different = order.into_iter().filter_map(|id| {
            let recorded = Standing::of(book.subject(&id)?);
            let community = self.community.as_ref();
            let subject = community.and_then(|community| community.subject(&id));
            let replayed = subject.map(Standing::of);
            (replayed.as_ref() != Some(&recorded)).then(|| Difference {
                refused: self.refused.get(&id).cloned().unwrap_or_default(),
                subject: id,
                recorded,
                replayed,
            })
        });
        different.collect()
    }
}

/// Who did it. Of a ballot that was sealed, the ballot says so.
fn actor_of(entry: &Entry, record: &Record, book: &Book) -> Actor {
    let members = book.community().map(Community::members);
    let voter = if let Record::BallotCast(BallotBox::Open { ballot, .. }) = record {
        members.and_then(|members| members.by_id(ballot.voter))
    } else {
        None
    };
    let account = voter.map_or_else(
        || entry.actor.clone(),
        |member| Account {
            id: member.id,
            login: member.login.clone(),
        },
    );
    let bot = members
        .and_then(|members| members.by_id(account.id))
        .is_some_and(|it| it.bot);
    Actor {
        automation: bot || account == crate::record::machine(),
        account,
    }
}

fn machine() -> Actor {
    Actor {
        account: crate::record::machine(),
        automation: true,
    }
}
