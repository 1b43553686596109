//! The rules of a vote as written, before anything is believed.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

/// The rules of a vote, as they stand under `vote` in a charter.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "Vote", rename = "Vote")]
pub struct RawVote {
    /// What a selection chooses from; left out, the vote is on yes or no.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) choices: Vec<Spanned<String>>,
    /// What passes.
    #[schemars(with = "RawPasses")]
    pub(super) passes: Spanned<RawPasses>,
    /// How many must take part; left out, any number.
    #[serde(default)]
    #[schemars(with = "Option<RawQuorum>")]
    pub(super) quorum: Option<Spanned<RawQuorum>>,
    /// Roles whose holders can stop a decision alone, or `none`.
    #[serde(default)]
    #[schemars(with = "RawVetoForm")]
    pub(super) veto: RawVeto,
    /// How many ballots of one organization count at most; left out, all.
    #[serde(default)]
    #[schemars(with = "Option<std::num::NonZeroU32>")]
    pub(super) per_organization: Option<Spanned<u32>>,
    /// Whether who votes no must say why.
    #[serde(default)]
    pub(super) no_needs_reason: bool,
    /// How long ballots are taken at least, such as `7 days`.
    #[schemars(with = "String")]
    pub(super) open_for: Spanned<String>,
    /// When the vote closes in any case; from `open-for` on it closes before that as soon as no
    /// further ballot could change its outcome. Left out, it closes after `open-for`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) open_at_most: Option<Spanned<String>>,
}

/// What passes: `at-least` or `more-than` a share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Passes")]
pub(super) struct RawPasses {
    /// This share or more passes: `60%`, `2/3`, `0.6`.
    #[serde(default)]
    #[schemars(with = "Option<RawShareForm>")]
    pub(super) at_least: Option<Spanned<String>>,
    /// Only more than this share passes.
    #[serde(default)]
    #[schemars(with = "Option<RawShareForm>")]
    pub(super) more_than: Option<Spanned<String>>,
    /// What it is a share of.
    #[schemars(with = "RawBase")]
    pub(super) of: Spanned<RawBase>,
}

/// What a share is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Base")]
pub(super) enum RawBase {
    /// Ballots for yes or no, without abstentions.
    YesAndNo,
    /// Ballots for any of the choices, without abstentions.
    Choices,
    /// All ballots, abstentions too.
    Cast,
    /// Everybody who may vote.
    Electorate,
}

/// How many must take part.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Quorum")]
pub(super) struct RawQuorum {
    /// A share (`60%`), rounded up to whole ballots, or a number of ballots (`5`).
    #[schemars(with = "RawAmountForm")]
    pub(super) at_least: Spanned<String>,
    /// What it is a share of; the electorate if left out.
    #[serde(default)]
    #[schemars(with = "Option<RawQuorumBase>")]
    pub(super) of: Option<Spanned<RawQuorumBase>>,
    /// Whether those who abstain take part; they do if left out.
    #[serde(default)]
    pub(super) abstentions: RawAbstentions,
}

/// What a quorum is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "QuorumBase")]
pub(super) enum RawQuorumBase {
    /// Everybody who may vote.
    Electorate,
    /// All ballots: so many of them must not be abstentions.
    Cast,
}

/// Whether abstentions count towards a quorum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Abstentions")]
pub(super) enum RawAbstentions {
    /// Who abstains takes part.
    #[default]
    Count,
    /// Who abstains does not take part.
    Ignore,
}

/// Which roles can veto.
#[derive(Debug, Default)]
pub(super) struct RawVeto(pub(super) Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for RawVeto {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Veto;

        impl<'de> Visitor<'de> for Veto {
            type Value = RawVeto;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`none` or a list of roles")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawVeto, E> {
                match text {
                    "none" => Ok(RawVeto(Vec::new())),
                    _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawVeto, A::Error> {
                let mut roles = Vec::new();
                while let Some(role) = seq.next_element()? {
                    roles.push(role);
                }
                Ok(RawVeto(roles))
            }
        }

        deserializer.deserialize_any(Veto)
    }
}

/// The two ways to write who can veto.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Veto")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawVetoForm {
    /// Nobody.
    None(RawNone),
    /// Holders of these roles.
    Roles(Vec<String>),
}

/// `none`.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "None")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawNone {
    /// Nobody.
    None,
}

/// The ways to write a share.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Share")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawShareForm {
    /// `60%`, `2/3`.
    Text(String),
    /// `0.6`.
    Decimal(f64),
}

/// The ways to write a quorum.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Amount")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawAmountForm {
    /// A number of ballots.
    Ballots(std::num::NonZeroU32),
    /// A share of the whole.
    Share(RawShareForm),
}
