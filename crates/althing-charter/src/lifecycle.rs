//! Subjects that move through declared lifecycles: the one idea of this program.

mod check;
mod condition;
mod context;
mod decide;
mod definition;
mod effect;
mod event;
mod fold;
mod guard;
mod need;
mod next;
mod people;
mod plan;
pub(crate) mod raw;
mod record;
mod standing;
mod subject;
mod template;
mod text;
mod value;
mod words;

pub(crate) use check::check_lifecycles;
pub use condition::{Condition, ConditionFacts};
pub use context::{Context, Decision};
pub use decide::decide;
pub use definition::{
    ApprovalCount, ApprovalNeed, Attribute, AttributeKind, Evidence, EvidenceNeed, Explanations,
    Guard, GuardKind, LazyConsensus, Lifecycle, Otherwise, Since, Snapshot, SourceKind, State,
    Transition, Trigger, VoteGuard,
};
pub use effect::{Effect, EffectKey, OutsideEffect, PlannedEffect, Template};
pub use event::{Actor, Event};
pub use need::Need;
pub use next::{Way, what_next};
pub use record::{BallotBox, Record};
pub use subject::{
    Approval, Asked, AttachedEvidence, ClosedVote, Objection, OpenVote, Subject, VoteCast,
};
pub use text::TextHash;
pub use value::{AttributeValue, SourceRef};
pub(crate) use words::people as people_words;
