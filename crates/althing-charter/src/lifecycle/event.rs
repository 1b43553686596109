//! What happens to subjects.

use std::collections::BTreeMap;

use althing_diag::id::{Account, SubjectId};
use serde_json::Value;

use super::SourceRef;
use crate::{AttributeName, Choice, EvidenceName, EvidenceResult, LifecycleName, StateName};

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub account: Account,
    /// Whether it is a machine: a bot, a worker, the clock.
    pub automation: bool,
}

/// What somebody does, before it is known whether the rules allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Opens a subject.
    Open {
        /// Under this name, which no other subject has.
        id: SubjectId,
        /// Of this kind.
        lifecycle: LifecycleName,
        /// Its title.
        title: String,
        /// Its attributes as written; people by login.
        set: BTreeMap<AttributeName, Value>,
        /// What it comes from.
        source: Option<SourceRef>,
        /// The text of its source, or the head commit of a pull request.
        body: String,
    },
    /// Changes its text.
    Edit {
        /// A new title.
        title: Option<String>,
        /// New attributes.
        set: BTreeMap<AttributeName, Value>,
        /// The new text of its source.
        body: Option<String>,
        /// Whether the meaning stays: such an edit restarts nothing (L-A09).
        editorial: bool,
    },
    /// Casts a ballot.
    Vote {
        /// What for.
        choice: Choice,
        /// Why.
        reason: Option<String>,
    },
    /// Objects.
    Object {
        /// Why.
        reason: String,
    },
    /// Takes an objection back, or settles it.
    Resolve {
        /// Which one; the actor's own, or the only one, if left out.
        objection: Option<u32>,
        /// How it was settled.
        reason: Option<String>,
    },
    /// Approves the text as it is.
    Approve,
    /// Withdraws the subject.
    Withdraw {
        /// Why.
        reason: Option<String>,
    },
    /// Declines what the subject would bring.
    Decline {
        /// Why.
        reason: Option<String>,
    },
    /// Asks that it be concluded now.
    Close {
        /// Why.
        reason: Option<String>,
    },
    /// Moves it to a state.
    Move {
        /// Which.
        to: StateName,
        /// Why.
        reason: Option<String>,
    },
    /// Attaches evidence.
    Attach {
        /// Of this name.
        name: EvidenceName,
        /// Where it is.
        reference: String,
        /// What it says.
        result: Option<EvidenceResult>,
        /// Logins of those it was sent to, for a notice.
        recipients: Vec<String>,
    },
    /// Asks why others voted against.
    Ask,
    /// Answers that, for all voters.
    Answer {
        /// The reasons, without names.
        text: String,
    },
    /// Time has passed.
    Tick,
}
