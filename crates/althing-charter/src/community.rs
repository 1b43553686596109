//! A community: its members and its subjects, as the record has made them.

use std::collections::BTreeMap;

use althing_diag::id::{Account, SubjectId};
use jiff::{Timestamp, civil::Date};

use crate::{
    CharterHash, EffectKey, HeldMeeting, MeetingName, Members, Origin, PlannedEffect, Record,
    Subject, TextHash,
};

/// Members and subjects after the records so far. Made from records alone, so that whoever has
/// the record comes to the same state.
#[derive(Clone, Debug)]
pub struct Community {
    members: Members,
    subjects: BTreeMap<SubjectId, Subject>,
    threads: BTreeMap<SubjectId, Thread>,
    meetings: BTreeMap<(MeetingName, Date), HeldMeeting>,
}

/// A record in its place.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// Number of its entry.
    pub seq: u64,
    /// When it was recorded.
    pub time: Timestamp,
    /// The day that was, on the charter's clock.
    pub day: Date,
    /// In whose name.
    pub actor: &'a Account,
    /// Under which charter.
    pub charter: CharterHash,
    /// What.
    pub record: Record,
}

/// What was said and shown where a subject is talked about. There can be talk without a subject,
/// when somebody tried in vain to open one.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// The last command that was heard: its comment, and its place there.
    pub heard: Option<(u64, u32)>,
    /// When.
    pub heard_at: Option<Timestamp>,
    /// Answers that are still to be given.
    pub answers: BTreeMap<EffectKey, PlannedEffect>,
    /// Until when somebody is at what is to be done there.
    pub taken: Option<Timestamp>,
    /// The status comment, by global id, and the hash of what it says.
    pub shown: Option<(String, TextHash)>,
}

impl Thread {
    /// Adds a record; those of decisions say nothing about the talk.
    fn apply(&mut self, time: Timestamp, record: &Record) {
        if let Record::CommentHeard {
            comment,
            command,
            effects,
        } = record
        {
            self.heard = self.heard.max(Some((*comment, *command)));
            self.heard_at = Some(time);
            let answers = effects
                .iter()
                .map(|effect| (effect.key.clone(), effect.clone()));
            self.answers.extend(answers);
        } else if let Record::EffectsTaken { until } = record {
            self.taken = Some(*until);
        } else if let Record::StatusShown { comment, text } = record {
            self.shown = Some((comment.clone(), *text));
            self.taken = None;
        } else if let Record::EffectDone { key } | Record::EffectFailed { key, .. } = record {
            self.answers.remove(key);
            self.taken = None;
        }
    }
}

impl Community {
    /// A community with these members, before the first record.
    pub fn new(members: Members) -> Self {
        Self {
            members,
            subjects: BTreeMap::new(),
            threads: BTreeMap::new(),
            meetings: BTreeMap::new(),
        }
    }

    /// Everybody, with the roles that decisions have given and taken.
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The subject of that name.
    pub fn subject(&self, id: &SubjectId) -> Option<&Subject> {
        self.subjects.get(id)
    }

    /// Every subject, by name.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.values()
    }

    /// Names of the subjects that are not over.
    pub fn live(&self) -> impl Iterator<Item = &SubjectId> {
        let live = self.subjects.values().filter(|subject| !subject.over);
        live.map(|subject| &subject.id)
    }

    /// What was said and shown about a subject.
    pub fn thread(&self, id: &SubjectId) -> Option<&Thread> {
        self.threads.get(id)
    }

    /// All threads, by the name of the subject.
    pub fn threads(&self) -> impl Iterator<Item = (&SubjectId, &Thread)> {
        self.threads.iter()
    }

    /// The meetings that took place, by name and day.
    pub fn meetings(&self) -> impl Iterator<Item = &HeldMeeting> {
        self.meetings.values()
    }

    /// Adds a record about a subject.
    pub fn apply(&mut self, id: &SubjectId, recorded: Recorded<'_>) {
        let Recorded {
            seq,
            time,
            day,
            actor,
            charter,
            record,
        } = recorded;
        if let Record::RoleGranted { member, role } = &record {
            self.members
                .grant(member, role.clone(), day, Origin::Entry(seq));
        } else if let Record::RoleRevoked { member, role } = &record {
            self.members.revoke(member.id, role);
        } else if let Record::MeetingHeld(held) = &record {
            let key = (held.meeting.clone(), held.on);
            self.meetings.insert(key, held.clone());
        } else if record.is_of_talk() {
            self.threads
                .entry(id.clone())
                .or_default()
                .apply(time, &record);
        }
        match self.subjects.get_mut(id) {
            Some(subject) => subject.apply(time, actor, record),
            None => {
                let opened = Subject::opened(id.clone(), charter, time, actor, record);
                self.subjects
                    .extend(opened.map(|subject| (id.clone(), subject)));
            }
        }
    }
}
