#![doc = include_str!("../README.md")]

mod ballot;
mod calendar;
mod charter;
mod hash;
mod lifecycle;
mod members;
mod name;
mod path;
mod placeholder;
mod raw;
mod role_ref;
mod rules;
mod schema;
mod who;

pub use ballot::{
    Ballot, Choice, Elector, Electorate, InvalidShare, OpenTimes, Outcome, RawVote, Share,
    Standing, Tally, Verdict, VoteProfile, outcome, tally,
};
pub use calendar::{Calendar, DayOff, InvalidPeriod, Off, Period, Window};
pub use charter::{ApprovalRule, Charter, CheckRule, Gate, Role};
pub use hash::{CharterHash, InvalidHash};
pub use lifecycle::{
    Actor, Approval, ApprovalCount, ApprovalNeed, Asked, AttachedEvidence, Attribute,
    AttributeKind, AttributeValue, BallotBox, ClosedVote, Condition, ConditionFacts, Effect,
    EffectKey, Event, Evidence, EvidenceNeed, Explanations, Guard, GuardKind, LazyConsensus,
    Lifecycle, Objection, OpenVote, Otherwise, OutsideEffect, PlannedEffect, Record, Since,
    Snapshot, SourceKind, SourceRef, State, Subject, Template, TextHash, Transition, Trigger,
    VoteCast, VoteGuard,
};
pub use members::{Member, Members};
pub use name::{
    AttributeName, BodyName, ChannelName, EvidenceName, EvidenceResult, GateName, InvalidName,
    LifecycleName, MeetingName, RoleName, ScopeKind, StateName, TransitionName,
};
pub use path::PathPatterns;
pub use role_ref::{RoleRef, Scope};
pub use rules::{Rules, Source};
pub use schema::{charter_schema, members_schema, vote_schema};
pub use who::{RolePattern, ScopePattern, ScopeTemplate, Who};
