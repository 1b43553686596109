//! Subjects that move through declared lifecycles: the one idea of this program.

mod check;
mod condition;
mod definition;
mod effect;
mod event;
pub(crate) mod raw;
mod record;
mod subject;
mod template;
mod text;
mod value;

pub(crate) use check::check_lifecycles;
pub use condition::{Condition, ConditionFacts};
pub use definition::{
    ApprovalCount, ApprovalNeed, Attribute, AttributeKind, Evidence, EvidenceNeed, Explanations,
    Guard, GuardKind, LazyConsensus, Lifecycle, Otherwise, Since, Snapshot, SourceKind, State,
    Transition, Trigger, VoteGuard,
};
pub use effect::{Effect, EffectKey, OutsideEffect, PlannedEffect, Template};
pub use event::{Actor, Event};
pub use record::{BallotBox, Record};
pub use subject::{
    Approval, Asked, AttachedEvidence, ClosedVote, Objection, OpenVote, Subject, VoteCast,
};
pub use text::TextHash;
pub use value::{AttributeValue, SourceRef};
