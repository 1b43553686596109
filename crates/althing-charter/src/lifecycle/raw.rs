//! `lifecycles` as written, before anything is believed.

mod attribute;
mod effect;
mod evidence;
mod guard;
mod state;
mod value;
mod vote;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::raw::{Named, OneOrMany, RawOneOrManyForm};

pub(crate) use attribute::{RawAttribute, RawAttributeType};
pub(crate) use effect::{RawEffect, RawOpen, RawSourceEffect};
pub(crate) use evidence::{RawEvidenceCount, RawEvidenceNeed, RawEvidenceNeeds, RawEvidenceSince};
pub(crate) use guard::{RawApprovals, RawElapsed, RawGuard, RawLazyConsensus};
pub(crate) use state::RawState;
pub(crate) use value::RawValue;
pub(crate) use vote::{RawSnapshot, RawVoteGuard};

/// A lifecycle: how a kind of subject lives, from its opening to its end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Lifecycle")]
pub(crate) struct RawLifecycle {
    /// The kind of subject as people say it; its name if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) title: Option<Spanned<String>>,
    /// What it is for, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// What a subject comes from: `issue`, `pull-request`, `file`; one of them must be given. Left
    /// out, it need not come from anything.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) from: OneOrMany,
    /// Who may open one; anyone if left out.
    #[serde(default)]
    #[schemars(with = "Option<RawOneOrManyForm>")]
    pub(crate) opened_by: Option<Spanned<OneOrMany>>,
    /// Who may edit one; whoever opened it if left out.
    #[serde(default)]
    #[schemars(with = "Option<RawOneOrManyForm>")]
    pub(crate) edited_by: Option<Spanned<OneOrMany>>,
    /// The attribute with the person it is about, who never votes on it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) about: Option<Spanned<String>>,
    /// What is said about a subject beside its title.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawAttribute>")]
    pub(crate) attributes: Named<RawAttribute>,
    /// What can be attached to it.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawEvidence>")]
    pub(crate) evidence: Named<RawEvidence>,
    /// Its states, the first one first.
    #[schemars(with = "std::collections::BTreeMap<String, state::RawStateForm>")]
    pub(crate) states: Named<RawState>,
    /// What moves it from one state to another, in the order in which that is tried.
    #[serde(default)]
    #[schemars(with = "Vec<RawTransition>")]
    pub(crate) transitions: Vec<Spanned<RawTransition>>,
    /// The right to hear, without names, why others voted against.
    #[serde(default)]
    #[schemars(with = "Option<RawExplanations>")]
    pub(crate) explanations: Option<Spanned<RawExplanations>>,
}

/// Something that can be attached to a subject.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Evidence")]
pub(crate) struct RawEvidence {
    /// What it shows, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// Who may attach it; whoever opened the subject if left out.
    #[serde(default)]
    #[schemars(with = "Option<RawOneOrManyForm>")]
    pub(crate) by: Option<Spanned<OneOrMany>>,
    /// What it can say, such as `passed` and `failed`; left out, nothing but that it is there.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) results: Vec<Spanned<String>>,
}

/// A way from some states to another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Transition")]
pub(crate) struct RawTransition {
    /// Its name, once in a lifecycle.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// The states that it leaves.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) from: OneOrMany,
    /// The state to which it leads.
    #[schemars(with = "String")]
    pub(crate) to: Spanned<String>,
    /// What sets it off; `met` if left out.
    #[serde(default)]
    pub(crate) on: RawTrigger,
    /// What must hold: all of these.
    #[serde(default)]
    #[schemars(with = "Option<RawGuard>")]
    pub(crate) needs: Option<Spanned<RawGuard>>,
    /// The state to which a vote leads that did not pass.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) otherwise: Option<Spanned<String>>,
    /// What is done when the vote did not pass.
    #[serde(default)]
    #[schemars(with = "Vec<RawEffect>")]
    pub(crate) otherwise_effects: Vec<Spanned<RawEffect>>,
    /// The word that is recorded as outcome when the state to which it leads is final.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) outcome: Option<Spanned<String>>,
    /// What is done when it happens.
    #[serde(default)]
    #[schemars(with = "Vec<RawEffect>")]
    pub(crate) effects: Vec<Spanned<RawEffect>>,
}

/// What sets a transition off.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Trigger")]
pub(crate) enum RawTrigger {
    /// Nothing more: it happens as soon as what it needs holds.
    #[default]
    Met,
    /// It happens while an objection stands.
    Objection,
    /// It happens when an objection was resolved and none stands.
    Resolved,
    /// It happens when somebody edits the subject and changes its meaning.
    Edit,
    /// Somebody withdraws the subject.
    Withdraw,
    /// Somebody declines it.
    Decline,
    /// Somebody closes it.
    Close,
    /// Somebody moves it to that state.
    Move,
}

/// The right to hear, without names, why others voted against.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Explanations")]
pub(crate) struct RawExplanations {
    /// Of which votes: `no`.
    #[schemars(with = "RawNoForm")]
    pub(crate) of: Spanned<String>,
    /// Who may ask.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) asked_by: OneOrMany,
    /// Who answers.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) answered_by: OneOrMany,
}

/// `no`, which some readers of YAML take for `false`.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "No")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawNoForm {
    /// As a word.
    Word(String),
    /// As such readers see it.
    Boolean(bool),
}
