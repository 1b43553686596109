//! What transitions need, as written.

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{RawEvidenceNeeds, RawVoteGuard, evidence::RawEvidenceNeedsForm};
use crate::{
    lifecycle::raw::vote::RawVoteGuardForm,
    raw::{OneOrMany, RawOneOrManyForm},
};

/// What must hold: all that is said here.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "Needs")]
pub(crate) struct RawGuard {
    /// Whoever does it is one of these.
    #[schemars(with = "Option<RawOneOrManyForm>")]
    pub(crate) actor: Option<Box<Spanned<OneOrMany>>>,
    /// A CEL expression over `subject`, `holders` and `catalog` is true.
    #[schemars(with = "Option<String>")]
    pub(crate) condition: Option<Box<Spanned<String>>>,
    /// Something is attached.
    #[schemars(with = "Option<RawEvidenceNeedsForm>")]
    pub(crate) evidence: Option<Box<RawEvidenceNeeds>>,
    /// So much time has passed.
    #[schemars(with = "Option<RawElapsed>")]
    pub(crate) elapsed: Option<Box<Spanned<RawElapsed>>>,
    /// So many have approved the text as it is.
    #[schemars(with = "Option<Vec<RawApprovals>>")]
    pub(crate) approvals: Option<Box<Spanned<Vec<Spanned<RawApprovals>>>>>,
    /// Nobody objects in time.
    #[schemars(with = "Option<RawLazyConsensus>")]
    pub(crate) lazy_consensus: Option<Box<Spanned<RawLazyConsensus>>>,
    /// A vote has passed.
    #[schemars(with = "Option<RawVoteGuardForm>")]
    pub(crate) vote: Option<Box<Spanned<RawVoteGuard>>>,
    /// All of these hold.
    #[schemars(with = "Option<Vec<RawGuard>>")]
    pub(crate) all: Option<Box<Spanned<Vec<Spanned<RawGuard>>>>>,
    /// One of these holds.
    #[schemars(with = "Option<Vec<RawGuard>>")]
    pub(crate) any: Option<Box<Spanned<Vec<Spanned<RawGuard>>>>>,
    /// This does not hold: an actor, a condition or a piece of evidence.
    #[schemars(with = "Option<Box<RawGuard>>")]
    pub(crate) not: Option<Box<Spanned<RawGuard>>>,
}

impl RawGuard {
    /// Whether a vote stands anywhere in it.
    pub(crate) fn mentions_vote(&self) -> bool {
        let groups = [&self.all, &self.any].into_iter().flatten();
        let mut grouped = groups
            .flat_map(|group| &group.value)
            .map(|guard| &guard.value);
        let negated = self.not.as_ref().map(|not| &not.value);
        self.vote.is_some()
            || grouped.any(RawGuard::mentions_vote)
            || negated.is_some_and(|guard| guard.mentions_vote())
    }

    /// Whether nothing at all is said.
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            actor,
            condition,
            evidence,
            elapsed,
            approvals,
            lazy_consensus,
            vote,
            all,
            any,
            not,
        } = self;
        let evidence = evidence.as_ref().is_some_and(|needs| !needs.0.is_empty());
        !(actor.is_some() || condition.is_some() || evidence || elapsed.is_some())
            && !(approvals.is_some() || lazy_consensus.is_some() || vote.is_some())
            && !(all.is_some() || any.is_some() || not.is_some())
    }
}

/// Silence that means consent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "LazyConsensus")]
pub(crate) struct RawLazyConsensus {
    /// How long nobody must object, such as `48 working hours`.
    #[schemars(with = "String")]
    pub(crate) public_for: Spanned<String>,
    /// Whose objections count.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) objectors: OneOrMany,
    /// Who may settle an objection, beside whoever raised it.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) settled_by: OneOrMany,
}

/// Approvals that must be given to the text as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Approvals")]
pub(crate) struct RawApprovals {
    /// By whom.
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) by: OneOrMany,
    /// A number; `all` for everybody who is meant; `each` for one of every scope that the list in
    /// the role names.
    #[schemars(with = "RawApprovalCountForm")]
    pub(crate) count: Spanned<String>,
    /// Whose do not count.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) except: OneOrMany,
}

/// How many approvals.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ApprovalCount")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawApprovalCountForm {
    /// So many.
    Number(std::num::NonZeroU32),
    /// `all` or `each`.
    Everybody(RawEverybody),
}

/// Approvals of everybody.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Everybody")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawEverybody {
    /// Everybody who is meant.
    All,
    /// One of every scope.
    Each,
}

/// Time that must have passed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Elapsed")]
pub(crate) struct RawElapsed {
    /// How much, such as `3 months`.
    #[schemars(with = "String")]
    pub(crate) period: Spanned<String>,
    /// Since when: `opened`, `entered` (the present state), `state:NAME` or the name of a piece of
    /// evidence; `entered` if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) since: Option<Spanned<String>>,
}
