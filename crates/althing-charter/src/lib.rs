#![doc = include_str!("../README.md")]

mod amount;
mod ballot;
mod body;
mod calendar;
mod channel;
mod charter;
mod community;
mod document;
mod edition;
mod extends;
mod field;
mod form;
mod gate;
mod hash;
mod lifecycle;
mod meeting;
mod members;
mod name;
mod path;
mod place;
mod placeholder;
mod raw;
mod report;
mod role;
mod role_ref;
mod rules;
mod scenario;
mod schema;
mod source;
mod who;

pub use amount::{Amount, InvalidAmount};
pub use ballot::{
    Ballot, Choice, Elector, Electorate, InvalidShare, OpenTimes, Outcome, RawVote, Share,
    Standing, Tally, Verdict, VoteProfile, outcome, tally,
};
pub use body::{Body, InvalidRange, SeatRange, Seats};
pub use calendar::{Calendar, DayOff, InvalidPeriod, Off, Period, Window};
pub use channel::Channel;
pub use charter::Charter;
pub use community::{Community, Recorded, Thread};
pub use document::{DocumentRule, Entries, EntriesRule, FieldRule, FieldValue};
pub use edition::{Edition, Footer, InvalidFooter};
pub use extends::{Tree, missing_sources};
pub use field::set_field;
pub use form::{Blank, Form, InvalidForm, Misfit};
pub use gate::{ApprovalRule, CheckRule, Gate, Says};
pub use hash::{CharterHash, InvalidHash};
pub use lifecycle::{
    Actor, Approval, ApprovalCount, ApprovalNeed, Asked, AttachedEvidence, Attribute,
    AttributeKind, AttributeValue, BallotBox, ClosedVote, Condition, ConditionFacts, Context,
    Decision, Effect, EffectKey, Event, Evidence, EvidenceNeed, Explanations, Guard, GuardKind,
    LazyConsensus, Lifecycle, Need, Objection, OpenVote, Otherwise, OutsideEffect, PlannedEffect,
    Record, Since, Snapshot, SourceKind, SourceRef, State, Subject, Template, TextHash, Transition,
    Trigger, VoteCast, VoteGuard, Way, decide, what_next,
};
pub use meeting::{HeldMeeting, Meeting};
pub use members::{
    Holding, Member, Members, Origin, RoleEdit, Roster, edit_members, roster_findings,
    seat_findings,
};
pub use name::{
    AttributeName, BodyName, ChannelName, DocumentName, EvidenceName, EvidenceResult, GateName,
    InvalidName, LifecycleName, MeetingName, RoleName, ScopeKind, StateName, TransitionName,
};
pub use path::PathPatterns;
pub use placeholder::is_placeholder;
pub use report::{ReportKind, ReportRule};
pub use role::{Position, Role};
pub use role_ref::{RoleRef, Scope};
pub use rules::Rules;
pub use scenario::{
    Difference, Expected, Scenario, ScenarioReport, StepReport, Summary, scenario_schema,
};
pub use schema::{charter_schema, members_schema, vote_schema};
pub use source::Source;
pub use who::{RolePattern, ScopePattern, ScopeTemplate, Who};
