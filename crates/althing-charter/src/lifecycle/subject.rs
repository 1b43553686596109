//! A subject: what its records add up to.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::id::{Account, SubjectId, UserId};
use jiff::Timestamp;
use serde::Serialize;

use super::{AttributeValue, EffectKey, PlannedEffect, SourceRef, TextHash};
use crate::{
    AttributeName, Ballot, CharterHash, Choice, Elector, EvidenceName, EvidenceResult,
    LifecycleName, Standing, StateName, Tally, TransitionName, Verdict,
};

/// A subject as it is after its records so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// Its name.
    pub id: SubjectId,
    /// Its kind.
    pub lifecycle: LifecycleName,
    /// The charter under which it was opened and is decided.
    pub charter: CharterHash,
    /// Its title.
    pub title: String,
    /// Who opened it.
    pub opener: Account,
    /// When.
    pub opened: Timestamp,
    /// What is said about it.
    pub attributes: BTreeMap<AttributeName, AttributeValue>,
    /// What it comes from.
    pub source: Option<SourceRef>,
    /// The text of its source.
    pub body: TextHash,
    /// Its text.
    pub text: TextHash,
    /// When its meaning was last changed.
    pub text_since: Timestamp,
    /// The state in which it is.
    pub state: StateName,
    /// When it last entered each state.
    pub entered: BTreeMap<StateName, Timestamp>,
    /// How many transitions it has made.
    pub moves: u32,
    /// How it ended.
    pub outcome: Option<String>,
    /// Whether it is over.
    pub over: bool,
    /// The vote that is open.
    pub vote: Option<OpenVote>,
    /// The last vote that was closed.
    pub closed_vote: Option<ClosedVote>,
    /// Objections, by number.
    pub objections: Vec<Objection>,
    /// Whether an objection was resolved since it entered the state.
    pub settled: bool,
    /// Approvals of the text as it is, in the state in which it is, by account.
    pub approvals: BTreeMap<UserId, Approval>,
    /// What is attached; the latest of each name counts.
    pub evidence: Vec<AttachedEvidence>,
    /// How much of the evidence was there when a vote last ended: no notice of another vote.
    pub notices_from: usize,
    /// How much of the evidence was there when the meaning was last changed: its results are about
    /// another text.
    pub results_from: usize,
    /// Whether the meaning was changed since the state was entered.
    pub revised: bool,
    /// Whether it was asked why others voted against, and whether that was answered.
    pub asked: Asked,
    /// The reasons that were given.
    pub explained: Vec<String>,
    /// Effects that are to be done still, in order.
    pub pending: BTreeMap<EffectKey, PlannedEffect>,
    /// Sealed ballots that could not be read: without them a vote cannot be closed.
    pub unread: BTreeSet<String>,
    /// The time of its last record.
    pub last: Timestamp,
    /// The time of its last record that is part of a decision: until then time has been let pass.
    pub judged: Timestamp,
}

/// A vote that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenVote {
    /// The transition that needs it.
    pub transition: TransitionName,
    /// When it was opened.
    pub opened: Timestamp,
    /// Who may vote; empty when that is settled at the close.
    pub electorate: Vec<Elector>,
    /// Whether ballots are secret.
    pub private: bool,
    /// The text voted on.
    pub text: TextHash,
    /// The last ballot of each voter.
    pub ballots: BTreeMap<UserId, VoteCast>,
}

/// A ballot of an open vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VoteCast {
    /// The ballot.
    pub ballot: Ballot,
    /// Whether it decides anything.
    pub standing: Standing,
    /// When.
    pub at: Timestamp,
}

/// A vote that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClosedVote {
    /// The transition that needed it.
    pub transition: TransitionName,
    /// How many transitions the subject had made then.
    pub moves: u32,
    /// When it was closed.
    pub closed: Timestamp,
    /// Whether ballots were secret.
    pub private: bool,
    /// Its result.
    pub verdict: Verdict,
    /// What won.
    pub winner: Option<Choice>,
    /// The arithmetic.
    pub sentence: String,
    /// The numbers.
    pub tally: Tally,
    /// Reasons that came with ballots against, sorted, without names.
    pub reasons_against: Vec<String>,
}

impl Subject {
    /// The objections that stand.
    pub fn standing_objections(&self) -> impl Iterator<Item = &Objection> {
        let stands = |objection: &&Objection| objection.resolved.is_none();
        self.objections.iter().filter(stands)
    }

    /// The latest piece of evidence of that name.
    pub fn latest(&self, name: &EvidenceName) -> Option<&AttachedEvidence> {
        self.evidence.iter().rev().find(|it| it.name == *name)
    }
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// Its number, from 1.
    pub number: u32,
    /// Who raised it.
    pub raiser: Account,
    /// When.
    pub raised: Timestamp,
    /// Why.
    pub reason: String,
    /// When it was resolved, if it was.
    pub resolved: Option<Timestamp>,
}

/// An approval of the text as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// Whose.
    pub account: Account,
    /// Whether a machine gave it.
    pub automation: bool,
    /// When.
    pub at: Timestamp,
}

/// Something that was attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachedEvidence {
    /// Its name.
    pub name: EvidenceName,
    /// Where it is.
    pub reference: String,
    /// What it says.
    pub result: Option<EvidenceResult>,
    /// Logins of those it was sent to.
    pub recipients: Vec<String>,
    /// Who attached it.
    pub by: Account,
    /// When.
    pub at: Timestamp,
    /// How many transitions the subject had made.
    pub moves: u32,
}

/// Whether it was asked why others voted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// It was not.
    No,
    /// It was, and waits for an answer.
    Waiting,
    /// It was, and was answered.
    Answered,
}
