//! What is recorded: the decisions of the engine, and the only thing from which state is made.

use std::collections::BTreeMap;

use althing_diag::id::Account;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttributeValue, EffectKey, PlannedEffect, SourceRef, TextHash};
use crate::{
    AttributeName, Ballot, CharterHash, Choice, Elector, EvidenceName, EvidenceResult, HeldMeeting,
    LifecycleName, RoleRef, Standing, StateName, Tally, TransitionName, Verdict,
};

/// An entry of the record that belongs to a decision: its kind and its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
pub enum Record {
    /// A subject was opened, in its first state.
    #[serde(rename = "subject.opened")]
    SubjectOpened {
        /// Its kind.
        lifecycle: LifecycleName,
        /// Its title.
        title: String,
        /// What is said about it.
        attributes: BTreeMap<AttributeName, AttributeValue>,
        /// What it comes from.
        source: Option<SourceRef>,
        /// The text of its source.
        body: TextHash,
        /// Its text.
        text: TextHash,
        /// Its first state.
        state: StateName,
    },
    /// Its text was changed.
    #[serde(rename = "subject.edited")]
    SubjectEdited {
        /// The title now.
        title: String,
        /// All attributes now.
        attributes: BTreeMap<AttributeName, AttributeValue>,
        /// The text of its source now.
        body: TextHash,
        /// The text now.
        text: TextHash,
        /// Whether the meaning stayed.
        editorial: bool,
    },
    /// A vote was opened.
    #[serde(rename = "vote.opened")]
    VoteOpened {
        /// By this transition.
        transition: TransitionName,
        /// Who may vote, as it was then; empty when that is settled at the close.
        electorate: Vec<Elector>,
        /// Whether ballots are secret.
        private: bool,
        /// On this text.
        text: TextHash,
    },
    /// A ballot was cast.
    #[serde(rename = "ballot.cast")]
    BallotCast(BallotBox),
    /// A vote was closed.
    #[serde(rename = "vote.closed")]
    VoteClosed {
        /// Of this transition.
        transition: TransitionName,
        /// With this result.
        verdict: Verdict,
        /// What won.
        winner: Option<Choice>,
        /// The arithmetic.
        sentence: String,
        /// The numbers.
        tally: Tally,
        /// Who could vote, where that was settled at the close.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        electorate: Vec<Elector>,
    },
    /// Somebody objected.
    #[serde(rename = "objection.raised")]
    ObjectionRaised {
        /// Its number, from 1.
        number: u32,
        /// Why.
        reason: String,
    },
    /// An objection was taken back or settled.
    #[serde(rename = "objection.resolved")]
    ObjectionResolved {
        /// Its number.
        number: u32,
        /// How.
        reason: Option<String>,
    },
    /// Somebody approved the text.
    #[serde(rename = "approval.given")]
    ApprovalGiven {
        /// This text.
        text: TextHash,
        /// Whether a machine did.
        #[serde(default, skip_serializing_if = "is_false")]
        automation: bool,
    },
    /// Something was attached.
    #[serde(rename = "evidence.attached")]
    EvidenceAttached {
        /// Its name.
        name: EvidenceName,
        /// Where it is.
        reference: String,
        /// What it says.
        result: Option<EvidenceResult>,
        /// Logins of those it was sent to.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        recipients: Vec<String>,
    },
    /// The subject moved on.
    #[serde(rename = "state.changed")]
    StateChanged {
        /// From this state.
        from: StateName,
        /// To this one.
        to: StateName,
        /// By this transition.
        transition: TransitionName,
        /// Why, in one sentence.
        why: String,
        /// How it ended, when it is over.
        outcome: Option<String>,
        /// Whether it is over.
        over: bool,
        /// What is to be done now.
        effects: Vec<PlannedEffect>,
    },
    /// Somebody got a role.
    #[serde(rename = "role.granted")]
    RoleGranted {
        /// Who.
        member: Account,
        /// Which role.
        role: RoleRef,
    },
    /// Somebody lost a role.
    #[serde(rename = "role.revoked")]
    RoleRevoked {
        /// Who.
        member: Account,
        /// Which role.
        role: RoleRef,
    },
    /// The person the subject is about asked why others voted against.
    #[serde(rename = "explanation.asked")]
    ExplanationAsked,
    /// The reasons were given, without names.
    #[serde(rename = "explanation.given")]
    ExplanationGiven {
        /// The reasons.
        reasons: Vec<String>,
    },
    /// A command in a comment was carried out or answered; never again.
    #[serde(rename = "comment.heard")]
    CommentHeard {
        /// Numeric id of the comment.
        comment: u64,
        /// Place of the command among those of the comment, from 1.
        command: u32,
        /// What is to be answered.
        effects: Vec<PlannedEffect>,
    },
    /// Somebody set out to carry out what is to be done there; others leave it alone until
    /// then, or until there is word that something was done.
    #[serde(rename = "effects.taken")]
    EffectsTaken {
        /// Until when.
        until: Timestamp,
    },
    /// The status comment of the subject says how it stands.
    #[serde(rename = "status.shown")]
    StatusShown {
        /// Global id of the comment.
        comment: String,
        /// Hash of what it says.
        text: TextHash,
    },
    /// An effect was done.
    #[serde(rename = "effect.done")]
    EffectDone {
        /// Which.
        key: EffectKey,
    },
    /// An effect cannot be done, and is not tried again.
    #[serde(rename = "effect.failed")]
    EffectFailed {
        /// Which.
        key: EffectKey,
        /// Why.
        why: String,
    },
    /// A charter came into force.
    #[serde(rename = "charter.adopted")]
    CharterAdopted {
        /// Its hash.
        hash: CharterHash,
        /// Its files, own first: name and text.
        files: Vec<(String, String)>,
    },
    /// The members were taken over as their file lists them: from here on, roles change by
    /// decisions alone.
    #[serde(rename = "members.adopted")]
    MembersAdopted {
        /// Name of the file.
        file: String,
        /// What it says.
        text: String,
    },
    /// A meeting took place.
    #[serde(rename = "meeting.held")]
    MeetingHeld(HeldMeeting),
}

/// A ballot in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BallotBox {
    /// For all to see.
    Open {
        /// The ballot.
        ballot: Ballot,
        /// Whether it decides anything.
        standing: Standing,
        /// When it was cast, where that is not when it was recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// For the electorate to see. Whoever has the key puts the open form in its place before the
    /// record is folded.
    Sealed {
        /// A salted hash that binds the voter to the ballot.
        commitment: String,
        /// The ballot, encrypted to the electorate's key.
        sealed: String,
    },
}

impl Record {
    /// Whether it belongs to the talk about a subject, and not to its decision.
    pub(crate) fn is_of_talk(&self) -> bool {
        matches!(
            self,
            Self::CommentHeard { .. }
                | Self::EffectsTaken { .. }
                | Self::StatusShown { .. }
                | Self::EffectDone { .. }
                | Self::EffectFailed { .. }
        )
    }

    /// The name of its kind in the ledger, such as `ballot.cast`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SubjectOpened { .. } => "subject.opened",
            Self::SubjectEdited { .. } => "subject.edited",
            Self::VoteOpened { .. } => "vote.opened",
            Self::BallotCast(_) => "ballot.cast",
            Self::VoteClosed { .. } => "vote.closed",
            Self::ObjectionRaised { .. } => "objection.raised",
            Self::ObjectionResolved { .. } => "objection.resolved",
            Self::ApprovalGiven { .. } => "approval.given",
            Self::EvidenceAttached { .. } => "evidence.attached",
            Self::StateChanged { .. } => "state.changed",
            Self::RoleGranted { .. } => "role.granted",
            Self::RoleRevoked { .. } => "role.revoked",
            Self::ExplanationAsked => "explanation.asked",
            Self::ExplanationGiven { .. } => "explanation.given",
            Self::CommentHeard { .. } => "comment.heard",
            Self::EffectsTaken { .. } => "effects.taken",
            Self::StatusShown { .. } => "status.shown",
            Self::EffectDone { .. } => "effect.done",
            Self::EffectFailed { .. } => "effect.failed",
            Self::CharterAdopted { .. } => "charter.adopted",
            Self::MembersAdopted { .. } => "members.adopted",
            Self::MeetingHeld(_) => "meeting.held",
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}
