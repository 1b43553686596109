//! What an entry records.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident = $name:literal: $meaning:literal,)*) => {
        /// What happened. Names are never changed or used again: they stand in ledgers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum EntryKind {
            $(#[doc = $meaning] $variant,)*
        }

        impl EntryKind {
            /// Every kind: first those of a bring-up run, then those of decisions.
            pub const ALL: &'static [EntryKind] = &[$(EntryKind::$variant,)*];

            /// The name in ledgers, for example `claim.won`.
            pub fn name(self) -> &'static str {
                match self {
                    $(EntryKind::$variant => $name,)*
                }
            }

            /// One sentence: what happened.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(EntryKind::$variant => $meaning,)*
                }
            }
        }
    };
}

kinds! {
    ClaimWon = "claim.won": "A worker took an issue.",
    ClaimLost = "claim.lost": "A worker tried to take an issue that another one had.",
    ClaimReleased = "claim.released": "A worker gave an issue back.",
    StatusMoved = "status.moved": "The status of an issue on the board was changed.",
    AgentRan = "agent.ran": "The agent worked on a workspace and ended.",
    ChecksRun = "checks.run": "The checks of an attempt were run.",
    BranchPushed = "branch.pushed": "Work was pushed to a branch.",
    PullOpened = "pull.opened": "A pull request was opened.",
    GateVerdict = "gate.verdict": "A pull request was judged by the charter.",
    PullMerged = "pull.merged": "A pull request was merged.",
    RunEnded = "run.ended": "A bring-up run ended, with its outcome.",

    CharterAdopted = "charter.adopted": "A charter came into force; its full text is in the entry.",
    MembersAdopted = "members.adopted": "The list of members was taken over as it stands in its file.",
    CommentHeard = "comment.heard": "A command in a comment was carried out or answered.",
    EffectsTaken = "effects.taken": "Somebody set out to carry out effects; others leave them alone for a while.",
    StatusShown = "status.shown": "The status comment of a subject was brought up to date.",
    SubjectOpened = "subject.opened": "Something was brought up to be decided.",
    SubjectEdited = "subject.edited": "What is to be decided was changed.",
    VoteOpened = "vote.opened": "A vote began, with who may vote in it.",
    BallotCast = "ballot.cast": "A ballot was cast, or cast anew in place of an earlier one.",
    VoteClosed = "vote.closed": "A vote ended, with its numbers and its outcome.",
    ObjectionRaised = "objection.raised": "Somebody objected and said why.",
    ObjectionResolved = "objection.resolved": "An objection was taken back or settled.",
    ApprovalGiven = "approval.given": "Somebody approved a text.",
    EvidenceAttached = "evidence.attached": "A proof of something done elsewhere was attached.",
    StateChanged = "state.changed": "A subject moved to another state, with the effects that this has.",
    RoleGranted = "role.granted": "Somebody was given a role.",
    RoleRevoked = "role.revoked": "A role was taken from somebody.",
    ExplanationAsked = "explanation.asked": "Somebody asked for the reasons of a decision.",
    ExplanationGiven = "explanation.given": "The reasons of a decision were given.",
    EffectDone = "effect.done": "An effect of a decision was carried out.",
    MeetingHeld = "meeting.held": "A meeting took place, with who was there.",
    EffectFailed = "effect.failed": "An effect of a decision could not be carried out and is left to people.",
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntryKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.iter().copied();
        all.find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

impl TryFrom<String> for EntryKind {
    type Error = UnknownKind;

    fn try_from(text: String) -> Result<Self, UnknownKind> {
        text.parse()
    }
}

impl From<EntryKind> for String {
    fn from(kind: EntryKind) -> String {
        kind.name().to_owned()
    }
}

/// A text that names no kind of entry that this program knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of entry")]
pub struct UnknownKind(String);
