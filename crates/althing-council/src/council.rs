//! Deciding on the state that the ledger has, and recording what was decided.

use std::collections::BTreeMap;

use althing_charter::{
    Actor, BallotBox, Charter, CharterHash, Context, Decision, Event, LifecycleName, Members,
    Record, Roster, Rules, Source, Subject, decide, roster_findings,
};
use althing_diag::{
    Code, Finding,
    id::{Account, SubjectId, UserId},
};
use althing_ledger::{Draft, Entry, EntryKind, Filter, Ledger, LedgerError};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    Book, CouncilError, Keys,
    record::{draft, electorate, machine},
};

/// How long others leave alone what somebody has set out to do: as long as the requests of a work
/// may take, also of one whose process was killed while `gh` went on. After that another one takes
/// over, and looks first what was done.
const TAKEN_FOR: SignedDuration = SignedDuration::from_mins(2);

/// How often a decision is taken anew because others were faster, before it is given up.
const RACES: u32 = 50;

/// Takes decisions: one ledger, the rules in force, and the keys of secret ballots.
pub struct Council<'a> {
    ledger: &'a Ledger,
    rules: &'a Rules,
    keys: Keys,
    /// Whoever the forge knows this program as.
    own: Account,
    book: Book,
    /// Accounts beside the members, by login in small letters.
    people: BTreeMap<String, Account>,
    clock: Box<dyn Fn() -> Timestamp + 'a>,
}

/// What was decided and recorded.
#[derive(Debug, Default)]
pub struct Acted {
    /// What was recorded; nothing when nothing has changed.
    pub entries: Vec<Entry>,
    /// What is worth saying although it was allowed.
    pub notes: Vec<Finding>,
    /// When time alone may change the subject next.
    pub wake: Option<Timestamp>,
}

impl<'a> Council<'a> {
    /// Reads the ledger; into an empty one, the rules are recorded in `actor`'s name. A charter
    /// that has changed since is recorded in nobody's.
    ///
    /// # Errors
    /// When the ledger cannot be read or appended to.
    pub async fn convene(
        ledger: &'a Ledger,
        rules: &'a Rules,
        keys: Keys,
        actor: &Account,
        clock: impl Fn() -> Timestamp + 'a,
    ) -> Result<Self, CouncilError> {
        let mut council = Self {
            ledger,
            rules,
            book: Book::read(ledger, &keys).await?,
            keys,
            own: actor.clone(),
            people: BTreeMap::new(),
            clock: Box::new(clock),
        };
        for member in rules.members().iter() {
            council.meet(&Account {
                id: member.id,
                login: member.login.clone(),
            });
        }
        council.adopt(actor).await?;
        Ok(council)
    }

    /// Learns an account that attributes may name by its login.
    pub fn meet(&mut self, account: &Account) {
        let login = account.login.to_lowercase();
        self.people.entry(login).or_insert_with(|| account.clone());
    }

    /// The state that decisions are taken on.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The rules in force.
    pub fn rules(&self) -> &Rules {
        self.rules
    }

    /// Whoever the forge knows this program as.
    pub fn own(&self) -> &Account {
        &self.own
    }

    /// Accounts that are known, by login in small letters.
    pub fn people(&self) -> &BTreeMap<String, Account> {
        &self.people
    }

    /// What decisions about a subject are taken by, now.
    ///
    /// # Errors
    /// When the charter of the subject is not in the ledger.
    pub fn context(&self, id: &SubjectId) -> Result<Context<'_>, CouncilError> {
        Ok(Context {
            charter: self.charter_of(id)?,
            members: self.members(),
            people: &self.people,
            catalog: &Value::Null,
            now: self.now(),
        })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether a member is listed as a machine.
    pub fn is_bot(&self, id: UserId) -> bool {
        self.members().by_id(id).is_some_and(|member| member.bot)
    }

    /// A name for a new subject: `wanted` if no subject has it, else its kind with a number.
    pub fn free_name(&self, kind: &LifecycleName, wanted: Option<&SubjectId>) -> SubjectId {
        let free = |id: &SubjectId| self.book.subject(id).is_none();
        let numbered = (1_u64..).filter_map(|number| format!("{kind}-{number}").parse().ok());
        let mut names = wanted.cloned().into_iter().chain(numbered);
        names.find(free).unwrap_or_else(charter_subject)
    }

    /// Judges what `actor` does to a subject, and records what comes of it. When somebody else
    /// is faster, it is judged anew on the state that they have left.
    ///
    /// # Errors
    /// [`CouncilError::Refused`] when the rules do not allow it, and nothing was recorded.
    pub async fn act(
        &mut self,
        id: &SubjectId,
        actor: &Actor,
        event: &Event,
    ) -> Result<Acted, CouncilError> {
        self.decide_and_record(id, actor, event, None).await
    }

    /// The same for a command of a comment, with the record that it was heard in `thread`.
    pub(crate) async fn act_heard(
        &mut self,
        id: &SubjectId,
        actor: &Actor,
        event: &Event,
        thread: &SubjectId,
        heard: Record,
    ) -> Result<Acted, CouncilError> {
        self.decide_and_record(id, actor, event, Some((thread, &heard)))
            .await
    }

    /// The same in the name of the machine that works for the community.
    pub(crate) async fn act_as_machine(
        &mut self,
        id: &SubjectId,
        event: &Event,
    ) -> Result<Acted, CouncilError> {
        let machine = Actor {
            account: machine(),
            automation: true,
        };
        self.act(id, &machine, event).await
    }

    /// Lets time pass for a subject.
    ///
    /// # Errors
    /// As [`Council::act`].
    pub async fn tick(&mut self, id: &SubjectId) -> Result<Acted, CouncilError> {
        self.act_as_machine(id, &Event::Tick).await
    }

    /// Records something that needs no decision, unless the same is recorded already.
    pub(crate) async fn record(
        &mut self,
        id: &SubjectId,
        actor: &Account,
        record: Record,
    ) -> Result<(), CouncilError> {
        for _ in 0..RACES {
            if self.book.has(id, &record) {
                return Ok(());
            }
            let charter = self.charter_of(id)?.hash();
            let draft = draft(self.now(), actor, id, charter, &record)?;
            if self.append(&[draft]).await?.is_some() {
                return Ok(());
            }
        }
        Err(LedgerError::LostRace.into())
    }

    /// Records what is part of no decision, such as what a gate found, unless the last entry of
    /// the kind says the same.
    pub(crate) async fn note(
        &mut self,
        thread: &SubjectId,
        kind: EntryKind,
        data: Value,
        charter: Option<CharterHash>,
    ) -> Result<(), CouncilError> {
        for _ in 0..RACES {
            let filter = Filter {
                subject: Some(thread.clone()),
                kind: Some(kind),
                ..Filter::default()
            };
            let last = self.ledger.entries(&filter).await?.pop();
            if last.is_some_and(|last| last.data == data) {
                return Ok(());
            }
            let draft = Draft {
                time: self.now(),
                actor: self.own.clone(),
                subject: thread.clone(),
                kind,
                data: data.clone(),
                charter,
            };
            if self.append(&[draft]).await?.is_some() {
                return Ok(());
            }
        }
        Err(LedgerError::LostRace.into())
    }

    /// Sets out to carry out what is to be done on a thread. When somebody else is at it: until
    /// when that one is left alone.
    pub(crate) async fn take(
        &mut self,
        thread: &SubjectId,
    ) -> Result<Option<Timestamp>, CouncilError> {
        for _ in 0..RACES {
            let now = self.now();
            let taken = self.book.thread(thread).and_then(|talk| talk.taken);
            if let Some(until) = taken.filter(|until| *until > now) {
                return Ok(Some(until));
            }
            let until = now.checked_add(TAKEN_FOR).unwrap_or(now);
            if self.append_taken(thread, now, until).await? {
                return Ok(None);
            }
        }
        Err(LedgerError::LostRace.into())
    }

    /// Lets others at a thread whose subject bears another name, so that no word about it came.
    pub(crate) async fn let_go(&mut self, thread: &SubjectId) -> Result<(), CouncilError> {
        for _ in 0..RACES {
            let taken = self.book.thread(thread).and_then(|talk| talk.taken);
            let now = self.now();
            if taken.is_none() || self.append_taken(thread, now, now).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn append_taken(
        &mut self,
        thread: &SubjectId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, CouncilError> {
        let charter = self.charter_of(thread)?.hash();
        let record = Record::EffectsTaken { until };
        let draft = draft(now, &machine(), thread, charter, &record)?;
        Ok(self.append(&[draft]).await?.is_some())
    }

    async fn decide_and_record(
        &mut self,
        id: &SubjectId,
        actor: &Actor,
        event: &Event,
        heard: Option<(&SubjectId, &Record)>,
    ) -> Result<Acted, CouncilError> {
        self.meet(&actor.account);
        for _ in 0..RACES {
            if let Some((thread, record)) = heard
                && self.book.has(thread, record)
            {
                // Another process has heard it meanwhile.
                return Ok(Acted::default());
            }
            let now = self.now();
            let charter = self.charter_of(id)?;
            let decision = self.judge(id, actor, event, now)?;
            let mut drafts = self.drafts(charter, id, &actor.account, &decision, now)?;
            if let Some((thread, record)) = heard {
                drafts.push(draft(now, &actor.account, thread, charter.hash(), record)?);
            }
            if let Some(entries) = self.append(&drafts).await? {
                return Ok(Acted {
                    entries,
                    notes: decision.notes,
                    wake: decision.wake,
                });
            }
        }
        Err(LedgerError::LostRace.into())
    }

    /// What the members file says otherwise than the record, by which decisions are taken.
    pub fn roster_findings(&self) -> Vec<Finding> {
        let charter = self.rules.charter();
        roster_findings(&Roster {
            charter,
            name: self.rules.members_source().name,
            file: self.rules.members(),
            record: self.members(),
            day: charter.date(self.now()),
        })
    }

    /// The charter under which a subject is decided: that of its opening, or the one in force.
    fn charter_of(&self, id: &SubjectId) -> Result<&Charter, CouncilError> {
        let Some(subject) = self.book.subject(id) else {
            return Ok(self.rules.charter());
        };
        self.book.charter(subject.charter).ok_or_else(|| {
            let message = format!("the charter under which {id} was opened is not in the ledger");
            let help = "the ledger was cut; restore it from an export";
            let finding = Finding::error(Code::LedgerTampered, message, help);
            CouncilError::Rules(vec![finding])
        })
    }

    /// The charter in force.
    pub(crate) fn charter(&self) -> &Charter {
        self.rules.charter()
    }

    /// The members with the roles that decisions have given and taken.
    pub fn members(&self) -> &Members {
        match self.book.community() {
            Some(community) => community.members(),
            None => self.rules.members(),
        }
    }

    fn judge(
        &self,
        id: &SubjectId,
        actor: &Actor,
        event: &Event,
        now: Timestamp,
    ) -> Result<Decision, CouncilError> {
        let context = Context {
            now,
            ..self.context(id)?
        };
        Ok(decide(&context, self.book.subject(id), actor, event)?)
    }

    fn drafts(
        &self,
        charter: &Charter,
        id: &SubjectId,
        actor: &Account,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Vec<Draft>, CouncilError> {
        let open = self.book.subject(id).is_some_and(has_secret_vote);
        let secret = casts_in_secret(open, &decision.records);
        let records = decision.records.iter().map(|record| {
            // Whoever answers would be known to have voted against.
            let answers = matches!(record, Record::ExplanationGiven { .. });
            let actor = if secret || answers {
                electorate()
            } else {
                actor.clone()
            };
            let record = if let (
                Record::BallotCast(BallotBox::Open {
                    ballot, standing, ..
                }),
                true,
            ) = (record, secret)
            {
                Record::BallotCast(self.keys.seal(ballot.clone(), *standing, now)?)
            } else {
                record.clone()
            };
            draft(now, &actor, id, charter.hash(), &record)
        });
        records.collect()
    }

    /// `None` when somebody else was faster; their entries are read then.
    async fn append(&mut self, drafts: &[Draft]) -> Result<Option<Vec<Entry>>, CouncilError> {
        if drafts.is_empty() {
            return Ok(Some(Vec::new()));
        }
        match self.ledger.append_after(self.book.head(), drafts).await {
            Ok(entries) => {
                for entry in &entries {
                    self.book.add(entry, &self.keys)?;
                }
                Ok(Some(entries))
            }
            Err(LedgerError::LostRace) => {
                self.book.catch_up(self.ledger, &self.keys).await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records the rules in force, if the ledger does not have them yet.
    async fn adopt(&mut self, actor: &Account) -> Result<(), CouncilError> {
        for _ in 0..RACES {
            let drafts = self.adoption(actor)?;
            if self.append(&drafts).await?.is_some() {
                return Ok(());
            }
        }
        Err(LedgerError::LostRace.into())
    }

    fn adoption(&self, actor: &Account) -> Result<Vec<Draft>, CouncilError> {
        let charter = self.rules.charter();
        let hash = charter.hash();
        let mut records = Vec::new();
        let named = |source: Source<'_>| (source.name.to_owned(), source.text.to_owned());
        if self.book.charter(hash).is_none() {
            let files = charter.sources().map(named).collect();
            records.push(Record::CharterAdopted { hash, files });
        }
        if self.book.community().is_none() {
            let (file, text) = named(self.rules.members_source());
            records.push(Record::MembersAdopted { file, text });
        }
        let subject = charter_subject();
        let now = self.now();
        // Whoever comes first founds the record. A charter that has changed is met by whoever
        // acts next, and a ballot that is secret must not be told by that.
        let founds = self.book.community().is_none();
        let actor = if founds { actor.clone() } else { machine() };
        let drafts = records
            .iter()
            .map(|record| draft(now, &actor, &subject, hash, record));
        drafts.collect()
    }
}

/// The subject of entries about the rules themselves.
fn charter_subject() -> SubjectId {
    SubjectId::charter()
}

/// Whether ballots are being cast in secret.
pub(crate) fn has_secret_vote(subject: &Subject) -> bool {
    subject.vote.as_ref().is_some_and(|vote| vote.private)
}

/// Whether a ballot among the records of a decision is a secret one: of the vote that is open, or
/// of one that the same decision has opened. Then none of them may name whoever cast it: what a
/// ballot brings about stands beside it (L-106).
fn casts_in_secret(open: bool, records: &[Record]) -> bool {
    let mut secret = open;
    for record in records {
        if let Record::VoteOpened { private, .. } = record {
            secret = *private;
        } else if matches!(record, Record::BallotCast(_)) {
            return secret;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use althing_charter::{Ballot, BallotBox, Choice, Record, Standing, TextHash};
    use althing_diag::id::UserId;
    use rstest::rstest;

    use super::casts_in_secret;

    fn opened(private: bool) -> Record {
        Record::VoteOpened {
            transition: "ballot".parse().expect("name"),
            electorate: Vec::new(),
            private,
            text: TextHash::of("", &BTreeMap::new(), TextHash::of_body("")),
        }
    }

    fn cast() -> Record {
        Record::BallotCast(BallotBox::Open {
            ballot: Ballot {
                voter: UserId(7),
                choice: Choice::Yes,
                reason: None,
            },
            standing: Standing::Binding,
            at: None,
        })
    }

    #[rstest]
    #[case::of_the_open_vote(true, vec![cast()], true)]
    #[case::of_a_public_vote(false, vec![cast()], false)]
    #[case::of_a_vote_opened_just_before(false, vec![opened(true), cast()], true)]
    #[case::of_a_public_one_opened_just_before(true, vec![opened(false), cast()], false)]
    #[case::no_ballot(true, vec![opened(true)], false)]
    fn a_ballot_is_secret_if_its_vote_is(
        #[case] open: bool,
        #[case] records: Vec<Record>,
        #[case] secret: bool,
    ) {
        assert_eq!(casts_in_secret(open, &records), secret);
    }
}
