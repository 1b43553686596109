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
    pub(crate) checks: Vec<Spanned<RawCheck>>,
}

/// A required check.
#[derive(Debug)]
pub(crate) struct RawCheck {
    pub(crate) name: String,
    pub(crate) by: Option<String>,
}

/// The two ways to write a required check.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Check")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawCheckForm {
    /// The name of a commit status or check run.
    Name(String),
    /// A name, and the role that whoever reports the check must hold.
    Reported(RawReportedCheck),
}

/// A required check that only holders of a role can report.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportedCheck")]
struct RawReportedCheck {
    /// The name of a commit status or check run.
    name: String,
    /// The role.
    #[serde(default)]
    by: Option<String>,
}

impl<'de> Deserialize<'de> for RawCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Check;

        impl<'de> Visitor<'de> for Check {
            type Value = RawCheck;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a check, or `{ name: CHECK, by: ROLE }`")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<RawCheck, E> {
                Ok(RawCheck {
                    name: name.to_owned(),
                    by: None,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawCheck, A::Error> {
                let check = RawReportedCheck::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawCheck {
                    name: check.name,
                    by: check.by,
                })
            }
        }

        deserializer.deserialize_any(Check)
    }
}
