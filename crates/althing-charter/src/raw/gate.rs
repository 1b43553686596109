//! `gates` as written.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::Named;

/// A gate: pull requests that change one of the paths must meet the requirements.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Gate")]
pub(crate) struct RawGate {
    /// Why the gate is there, in one sentence.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) description: Option<Spanned<String>>,
    /// Path patterns: `*` within a folder, `**` across folders.
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub(crate) paths: Vec<Spanned<String>>,
    /// What the pull request must show.
    pub(crate) requires: RawRequires,
}

/// What a gate requires; at least one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Requires")]
pub(crate) struct RawRequires {
    /// How many holders of a role must approve the head commit, by role (`reviewer`,
    /// `maintainer@area:inference`).
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, std::num::NonZeroU32>")]
    pub(crate) approvals: Named<u32>,
    /// Checks that must be green on the head commit.
    #[serde(default)]
    #[schemars(with = "Vec<RawCheckForm>")]
    pub(crate) checks: Vec<Spanned<WrittenCheck>>,
}

/// The two ways to write a required check.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Check")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawCheckForm {
    /// The name of a commit status or check run.
    Name(String),
    /// A name, and what else matters about the check.
    Described(RawCheck),
}

/// A required check with what matters about it besides being green.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "DescribedCheck")]
pub(crate) struct RawCheck {
    /// The name of a commit status or check run.
    pub(crate) name: String,
    /// The role that whoever reports it must hold.
    #[serde(default)]
    pub(crate) by: Option<String>,
    /// Its description must begin with this number or a greater one: `0.95`, `95%`, `9`.
    #[serde(default)]
    #[schemars(with = "Option<RawAmountForm>")]
    pub(crate) at_least: Option<String>,
    /// Its description must begin with this number or a smaller one.
    #[serde(default)]
    #[schemars(with = "Option<RawAmountForm>")]
    pub(crate) at_most: Option<String>,
    /// Its description must be one of these.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub(crate) one_of: Option<Vec<String>>,
    /// Its description must consist of all of these words.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub(crate) all_of: Option<Vec<String>>,
    /// When this is its description, it has nothing to judge, and nothing more is asked of it.
    #[serde(default)]
    pub(crate) not_applicable: Option<String>,
}

/// The ways to write a number.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Amount")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawAmountForm {
    /// `0.95`, `9`.
    Number(f64),
    /// `95%`, `19/20`.
    Text(String),
}

/// A required check in either form.
#[derive(Debug)]
pub(crate) struct WrittenCheck(pub(crate) RawCheck);

impl<'de> Deserialize<'de> for WrittenCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Check;

        impl<'de> Visitor<'de> for Check {
            type Value = WrittenCheck;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a check, or `{ name: CHECK, by: ROLE }`")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<WrittenCheck, E> {
                Ok(WrittenCheck(RawCheck {
                    name: name.to_owned(),
                    ..RawCheck::default()
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenCheck, A::Error> {
                RawCheck::deserialize(MapAccessDeserializer::new(map)).map(WrittenCheck)
            }
        }

        deserializer.deserialize_any(Check)
    }
}
