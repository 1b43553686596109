//! What a charter declares about a kind of subject.

use std::{collections::BTreeMap, fmt, num::NonZeroU32, ops::RangeInclusive};

use althing_diag::Location;
use serde::{Deserialize, Serialize};

use super::{AttributeValue, Condition, Effect};
use crate::{
    AttributeName, EvidenceName, EvidenceResult, LifecycleName, Period, RoleRef, StateName,
    TransitionName, VoteProfile, Who,
};

/// How a kind of subject lives: its states and what moves it from one to the next. Known to make
/// sense: every name it mentions exists, every state can be reached and left or is final.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    /// Its name.
    pub name: LifecycleName,
    /// As the community spells it.
    pub title: String,
    /// What it is for, in one sentence.
    pub description: Option<String>,
    /// What a subject comes from, one of these; empty where it need not come from anything.
    pub from: Vec<SourceKind>,
    /// Who may open one.
    pub opened_by: Vec<Who>,
    /// Who may edit one.
    pub edited_by: Vec<Who>,
    /// The attribute that names the person it is about, who never votes on it.
    pub about: Option<AttributeName>,
    /// What is said about a subject beside its title.
    pub attributes: BTreeMap<AttributeName, Attribute>,
    /// What can be attached.
    pub evidence: BTreeMap<EvidenceName, Evidence>,
    /// In the order of the file; the first is the initial one.
    pub states: Vec<State>,
    /// In the order of the file, in which they are tried.
    pub transitions: Vec<Transition>,
    /// The right to hear why others voted against, if there is one (L-109).
    pub explanations: Option<Explanations>,
    /// Where it is declared.
    pub location: Location,
}

impl Lifecycle {
    /// The state of that name.
    pub fn state(&self, name: &StateName) -> Option<&State> {
        self.states.iter().find(|state| state.name == *name)
    }

    /// The transitions that leave a state, in the order in which they are tried.
    pub fn leaving<'a>(&'a self, state: &'a StateName) -> impl Iterator<Item = &'a Transition> {
        let leaves = move |transition: &&Transition| transition.from.contains(state);
        self.transitions.iter().filter(leaves)
    }

    /// The transition of that name.
    pub fn transition(&self, name: &TransitionName) -> Option<&Transition> {
        self.transitions
            .iter()
            .find(|transition| transition.name == *name)
    }

    /// The rules of lazy consensus; all of one lifecycle agree on who objects and who settles.
    pub fn lazy_consensus(&self) -> Option<&LazyConsensus> {
        self.transitions
            .iter()
            .find_map(|transition| transition.needs.lazy_consensus())
    }
}

/// What a subject can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// An issue of the forge.
    Issue,
    /// A pull request of the forge.
    PullRequest,
    /// A file of the repository.
    File,
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issue => "issue",
            Self::PullRequest => "pull request",
            Self::File => "file",
        })
    }
}

/// Something that is said about a subject.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What values it takes.
    pub kind: AttributeKind,
    /// Whether a subject cannot be opened without.
    pub required: bool,
    /// What is taken when nothing is said.
    pub default: Option<AttributeValue>,
    /// What it means, in one sentence.
    pub description: Option<String>,
    /// Where it is declared.
    pub location: Location,
}

/// What values an attribute takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeKind {
    /// Any text that says something.
    Text,
    /// One of these texts.
    OneOf(Vec<String>),
    /// A person, given by login.
    Person,
    /// A role with or without scope that the charter declares; one that satisfies one of these,
    /// if there are any.
    Role(Vec<RoleRef>),
    /// A calendar date.
    Date,
    /// A whole number.
    Number,
    /// Yes or no.
    Boolean,
    /// Several texts, so many of them.
    List(RangeInclusive<u32>),
    /// An address, or a number of an issue or pull request.
    Link,
}

/// Something that can be attached to a subject.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it shows, in one sentence.
    pub description: Option<String>,
    /// Who may attach it.
    pub by: Vec<Who>,
    /// What it can say, one of these; empty where it says nothing but that it is there.
    pub results: Vec<EvidenceResult>,
    /// Where it is declared.
    pub location: Location,
}

/// A state that subjects can be in.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name.
    pub name: StateName,
    /// What it means, in one sentence.
    pub description: Option<String>,
    /// Whether a subject that is in it is over: nothing changes any more.
    pub is_final: bool,
    /// Where it is declared.
    pub location: Location,
}

/// A way from some states to another.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Its name.
    pub name: TransitionName,
    /// The states that it leaves.
    pub from: Vec<StateName>,
    /// The state to which it leads.
    pub to: StateName,
    /// What sets it off.
    pub on: Trigger,
    /// What must hold.
    pub needs: Guard,
    /// Where a failed vote leads; only where `needs` has a vote.
    pub otherwise: Option<Otherwise>,
    /// The word that is recorded as outcome when the state to which it leads is final.
    pub outcome: Option<String>,
    /// What is done when it happens.
    pub effects: Vec<Effect>,
    /// Where it is declared.
    pub location: Location,
}

/// Where a failed vote leads.
#[derive(Clone, Debug)]
pub struct Otherwise {
    /// The state.
    pub to: StateName,
    /// What is done then.
    pub effects: Vec<Effect>,
}

/// What sets a transition off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// Nothing more: it happens as soon as its guard is met.
    Met,
    /// It happens while an objection stands (L-153, L-166).
    Objection,
    /// It happens when an objection was resolved and none stands.
    Resolved,
    /// It happens when the meaning was changed since the state was entered (T-A25).
    Edit,
    /// Somebody withdraws the subject.
    Withdraw,
    /// The person it is about declines (L-114).
    Decline,
    /// Somebody closes the subject.
    Close,
    /// Somebody moves it to that state.
    Move,
}

impl Trigger {
    /// Whether somebody must do it; the others happen by themselves.
    pub fn is_verb(self) -> bool {
        match self {
            Self::Met | Self::Objection | Self::Resolved | Self::Edit => false,
            Self::Withdraw | Self::Decline | Self::Close | Self::Move => true,
        }
    }
}

/// What must hold before a transition happens, and where that is said.
#[derive(Clone, Debug)]
pub struct Guard {
    /// What.
    pub kind: GuardKind,
    /// Where it is said.
    pub location: Location,
}

/// What must hold before a transition happens.
#[derive(Clone, Debug)]
pub enum GuardKind {
    /// All of these; nothing when there are none.
    All(Vec<Guard>),
    /// One of these.
    Any(Vec<Guard>),
    /// Not this, which is evidence, an actor or a condition.
    Not(Box<Guard>),
    /// A vote has passed. Stands at the top or in an [`GuardKind::All`] at the top, once per
    /// state.
    Vote(Box<VoteGuard>),
    /// Nobody objects in time.
    LazyConsensus(LazyConsensus),
    /// So many have approved the text as it is.
    Approvals(Vec<ApprovalNeed>),
    /// Something is attached.
    Evidence(EvidenceNeed),
    /// So much time has passed.
    Elapsed {
        /// How much.
        period: Period,
        /// Since when.
        since: Since,
    },
    /// Whoever does it is one of these; only for triggers that somebody does.
    Actor(Vec<Who>),
    /// An expression over the subject is true.
    Condition(Condition),
}

impl Guard {
    /// The vote, if it needs one.
    pub fn vote(&self) -> Option<&VoteGuard> {
        self.vote_at().map(|(vote, _)| vote)
    }

    /// The vote, if it needs one, and where that is said.
    pub fn vote_at(&self) -> Option<(&VoteGuard, &Location)> {
        match &self.kind {
            GuardKind::Vote(vote) => Some((vote, &self.location)),
            GuardKind::All(guards) => guards.iter().find_map(Guard::vote_at),
            GuardKind::Any(_)
            | GuardKind::Not(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => None,
        }
    }

    /// Everything that it asks for, itself first.
    pub fn parts(&self) -> Vec<&Guard> {
        let mut parts = vec![self];
        match &self.kind {
            GuardKind::All(guards) | GuardKind::Any(guards) => {
                parts.extend(guards.iter().flat_map(Guard::parts));
            }
            GuardKind::Not(guard) => parts.extend(guard.parts()),
            GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => {}
        }
        parts
    }

    /// Whether the evidence matters to it.
    pub fn asks_for(&self, name: &EvidenceName) -> bool {
        self.parts().into_iter().any(|part| match &part.kind {
            GuardKind::Evidence(need) => need.name == *name,
            GuardKind::Elapsed { since, .. } => *since == Since::Evidence(name.clone()),
            GuardKind::Vote(vote) => vote.notice.as_ref() == Some(name),
            GuardKind::All(_)
            | GuardKind::Any(_)
            | GuardKind::Not(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => false,
        })
    }

    /// Whoever it names as actor, in any of its parts.
    pub fn actors(&self) -> Vec<Who> {
        match &self.kind {
            GuardKind::Actor(who) => who.clone(),
            GuardKind::All(guards) | GuardKind::Any(guards) => {
                guards.iter().flat_map(Guard::actors).collect()
            }
            GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Condition(_) => Vec::new(),
        }
    }

    /// The lazy consensus, if it needs one.
    pub fn lazy_consensus(&self) -> Option<&LazyConsensus> {
        match &self.kind {
            GuardKind::LazyConsensus(rule) => Some(rule),
            GuardKind::All(guards) | GuardKind::Any(guards) => {
                guards.iter().find_map(Guard::lazy_consensus)
            }
            GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => None,
        }
    }
}

/// A vote that must pass.
#[derive(Clone, Debug)]
pub struct VoteGuard {
    /// What is counted, of what, for how long.
    pub profile: VoteProfile,
    /// Who votes.
    pub electorate: Vec<Who>,
    /// Who does not, beside machines and the person it is about.
    pub except: Vec<Who>,
    /// When it is settled who may vote.
    pub snapshot: Snapshot,
    /// Whether ballots are secret (L-106).
    pub private: bool,
    /// Evidence that must be attached; time to answer counts from it (L-168, L-169).
    pub notice: Option<EvidenceName>,
}

/// When it is settled who may vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// At the opening of the vote (L-A03).
    Open,
    /// At its close.
    Close,
}

/// Silence that means consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LazyConsensus {
    /// How long nobody must object; time under an objection does not count (L-154, L-165).
    pub public_for: Period,
    /// Whose objections count.
    pub objectors: Vec<Who>,
    /// Who may settle an objection, beside whoever raised it (L-A14).
    pub settled_by: Vec<Who>,
}

/// Approvals that must be given to the text as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalNeed {
    /// By whom: any of these. Exactly one where `count` is [`ApprovalCount::Each`].
    pub by: Vec<Who>,
    /// How many.
    pub count: ApprovalCount,
    /// Whose do not count.
    pub except: Vec<Who>,
    /// Where it is said.
    pub location: Location,
}

/// How many approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalCount {
    /// So many.
    Number(NonZeroU32),
    /// Of everybody who is meant, and of at least one.
    All,
    /// One for each value of the attribute that names the scope of the role, and at least one.
    Each,
}

/// Something that must be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceNeed {
    /// What.
    pub name: EvidenceName,
    /// With this result, if that matters; the latest of the name counts.
    pub result: Option<EvidenceResult>,
    /// Whether one is needed of every role that its declaration means by a list in a scope; else
    /// one is enough.
    pub each: bool,
    /// Whether only what was attached since the subject came into the present state counts.
    pub fresh: bool,
}

/// Since when time counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// The opening of the subject.
    Opened,
    /// The last time that it entered the state in which it is.
    Entered,
    /// The last time that it entered this state.
    State(StateName),
    /// The last time that this was attached.
    Evidence(EvidenceName),
}

/// The right to hear, without names, why others voted against (L-109…L-113).
#[derive(Clone, Debug)]
pub struct Explanations {
    /// Who may ask.
    pub asked_by: Vec<Who>,
    /// Who answers.
    pub answered_by: Vec<Who>,
    /// Where it is declared.
    pub location: Location,
}
