//! The state of a community, read from its ledger.

use std::collections::BTreeMap;

use althing_charter::{
    Charter, CharterHash, Community, Members, Record, Recorded, RoleRef, Source, Subject, Thread,
};
use althing_diag::id::{Account, SubjectId};
use althing_ledger::{Entry, EntryHash, Filter, Ledger};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{CouncilError, Keys, record::record};

/// What the ledger adds up to: charters that were in force, members and subjects.
pub struct Book {
    head: EntryHash,
    seq: u64,
    /// Number of the last entry about each subject, but for those about its status comment.
    last: BTreeMap<SubjectId, u64>,
    /// When the first entry of a decision was made.
    begun: Option<Timestamp>,
    charters: BTreeMap<CharterHash, Charter>,
    /// `None` until members were adopted.
    community: Option<Community>,
    /// The members as they were adopted.
    founding: Option<Members>,
    changes: Vec<RoleChange>,
}

/// A decision that gave a role to somebody, or took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// Number of its entry.
    pub entry: u64,
    /// The day, on the charter's clock.
    pub day: Date,
    /// What was decided on.
    pub subject: SubjectId,
    /// Who.
    pub member: Account,
    /// Which role.
    pub role: RoleRef,
    /// Whether it was given, not taken.
    pub granted: bool,
}

impl Default for Book {
    /// The state before the first entry.
    fn default() -> Self {
        Self {
            head: EntryHash::GENESIS,
            seq: 0,
            last: BTreeMap::new(),
            begun: None,
            charters: BTreeMap::new(),
            community: None,
            founding: None,
            changes: Vec::new(),
        }
    }
}

impl Book {
    /// Reads the whole ledger. Without the electorate's secret key, ballots of secret votes stay
    /// unread.
    ///
    /// # Errors
    /// When an entry cannot be read, or a charter that was in force is none to this program.
    pub async fn read(ledger: &Ledger, keys: &Keys) -> Result<Self, CouncilError> {
        let mut book = Self::default();
        book.catch_up(ledger, keys).await?;
        Ok(book)
    }

    /// Reads what was appended since.
    ///
    /// # Errors
    /// As [`Book::read`].
    pub async fn catch_up(&mut self, ledger: &Ledger, keys: &Keys) -> Result<(), CouncilError> {
        let filter = Filter {
            after: self.seq,
            ..Filter::default()
        };
        let mut pages = ledger.pages(&filter).await?;
        while let Some(page) = pages.next().await? {
            for entry in &page {
                self.add(entry, keys)?;
            }
        }
        Ok(())
    }

    /// Adds an entry that follows the last one.
    ///
    /// # Errors
    /// As [`Book::read`].
    pub fn add(&mut self, entry: &Entry, keys: &Keys) -> Result<(), CouncilError> {
        if let Some(record) = record(entry)? {
            self.begun.get_or_insert(entry.time);
            let of_showing = matches!(
                record,
                Record::EffectsTaken { .. }
                    | Record::StatusShown { .. }
                    | Record::EffectDone { .. }
            );
            if !of_showing {
                self.last.insert(entry.subject.clone(), entry.seq);
            }
            if let Record::CharterAdopted { hash, files } = &record {
                self.adopt_charter(*hash, files)?;
            } else if let Record::MembersAdopted { file, text } = &record {
                self.adopt_members(entry, file, text)?;
            } else {
                self.apply(entry, record, keys);
            }
        }
        self.head = entry.hash;
        self.seq = entry.seq;
        Ok(())
    }

    fn adopt_charter(
        &mut self,
        hash: CharterHash,
        files: &[(String, String)],
    ) -> Result<(), CouncilError> {
        let sources: Vec<Source<'_>> = files
            .iter()
            .map(|(name, text)| Source::new(name, text))
            .collect();
        let [own, presets @ ..] = sources.as_slice() else {
            return Ok(());
        };
        let charter = Charter::parse(*own, presets).map_err(CouncilError::Rules)?;
        self.charters.insert(hash, charter);
        Ok(())
    }

    fn adopt_members(&mut self, entry: &Entry, file: &str, text: &str) -> Result<(), CouncilError> {
        let charter = entry.charter.and_then(|hash| self.charters.get(&hash));
        let charter = charter.ok_or_else(|| CouncilError::Entry {
            seq: entry.seq,
            why: "the charter of these members was never adopted".to_owned(),
        })?;
        let members =
            Members::parse(Source::new(file, text), charter).map_err(CouncilError::Rules)?;
        self.founding = Some(members.clone());
        self.community = Some(Community::new(members));
        Ok(())
    }

    fn apply(&mut self, entry: &Entry, record: Record, keys: &Keys) {
        let (Some(community), Some(charter)) = (&mut self.community, entry.charter) else {
            return;
        };
        let opened = if let Record::BallotCast(sealed) = &record {
            keys.open(sealed).map(Record::BallotCast)
        } else {
            None
        };
        let record = opened.unwrap_or(record);
        let day = self
            .charters
            .get(&charter)
            .map(|charter| charter.date(entry.time));
        let day = day.unwrap_or_else(|| entry.time.to_zoned(TimeZone::UTC).date());
        self.changes.extend(role_change(entry, day, &record));
        let recorded = Recorded {
            seq: entry.seq,
            time: entry.time,
            day,
            actor: &entry.actor,
            charter,
            record,
        };
        community.apply(&entry.subject, recorded);
    }

    /// The hash of the last entry that was read.
    pub fn head(&self) -> EntryHash {
        self.head
    }

    /// The number of the last entry that says something new about a subject.
    pub fn last_entry(&self, id: &SubjectId) -> u64 {
        self.last.get(id).copied().unwrap_or(0)
    }

    /// A charter that was in force.
    pub fn charter(&self, hash: CharterHash) -> Option<&Charter> {
        self.charters.get(&hash)
    }

    /// Members and subjects, once members were adopted.
    pub fn community(&self) -> Option<&Community> {
        self.community.as_ref()
    }

    /// The members as they were taken over in the beginning.
    pub fn founding(&self) -> Option<&Members> {
        self.founding.as_ref()
    }

    /// Every role that decisions have given and taken since, oldest first.
    pub fn role_changes(&self) -> &[RoleChange] {
        &self.changes
    }

    /// Every subject, by name.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.community.iter().flat_map(Community::subjects)
    }

    /// What was said and shown about a subject.
    pub fn thread(&self, id: &SubjectId) -> Option<&Thread> {
        self.community.as_ref()?.thread(id)
    }

    /// All threads, by the name of the subject.
    pub fn threads(&self) -> impl Iterator<Item = (&SubjectId, &Thread)> {
        self.community.iter().flat_map(Community::threads)
    }

    /// Names of the subjects that are not over.
    pub fn live(&self) -> Vec<SubjectId> {
        let community = self.community.iter();
        community.flat_map(Community::live).cloned().collect()
    }

    /// When the forge was last heard; when the first entry was made, if it never was.
    pub fn heard_until(&self) -> Timestamp {
        let community = self.community.iter();
        let threads = community.flat_map(Community::threads);
        let heard = threads.filter_map(|(_, thread)| thread.heard_at).max();
        heard.or(self.begun).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Whether a command was heard or an effect done, as `record` would say again.
    pub(crate) fn has(&self, id: &SubjectId, record: &Record) -> bool {
        let community = self.community.as_ref();
        let thread = community.and_then(|community| community.thread(id));
        let pending = |key| {
            let subject = community.and_then(|community| community.subject(id));
            subject.is_some_and(|subject| subject.pending.contains_key(key))
                || thread.is_some_and(|thread| thread.answers.contains_key(key))
        };
        if let Record::CommentHeard {
            comment, command, ..
        } = record
        {
            thread.is_some_and(|thread| thread.heard >= Some((*comment, *command)))
        } else if let Record::StatusShown { comment, text } = record {
            thread.is_some_and(|thread| thread.shown == Some((comment.clone(), *text)))
        } else if let Record::EffectDone { key } | Record::EffectFailed { key, .. } = record {
            !pending(key)
        } else {
            false
        }
    }

    /// The subject of that name.
    pub fn subject(&self, id: &SubjectId) -> Option<&Subject> {
        self.community.as_ref()?.subject(id)
    }
}

fn role_change(entry: &Entry, day: Date, record: &Record) -> Option<RoleChange> {
    let change = |member: &Account, role: &RoleRef, granted| RoleChange {
        entry: entry.seq,
        day,
        subject: entry.subject.clone(),
        member: member.clone(),
        role: role.clone(),
        granted,
    };
    if let Record::RoleGranted { member, role } = record {
        Some(change(member, role, true))
    } else if let Record::RoleRevoked { member, role } = record {
        Some(change(member, role, false))
    } else {
        None
    }
}
