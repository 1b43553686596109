//! `.althing/members.yaml` as written.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// `.althing/members.yaml`: who holds which role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(title = "Althing members")]
pub(crate) struct RawMembers(pub(crate) Vec<RawMember>);

/// A member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Member")]
pub(crate) struct RawMember {
    /// Numeric account id of the forge (`gh api users/LOGIN --jq .id`).
    #[schemars(with = "std::num::NonZeroU64")]
    pub(crate) id: Spanned<u64>,
    /// Login, for people.
    #[schemars(with = "String")]
    pub(crate) login: Spanned<String>,
    /// Name of the person.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Addresses under which the person commits.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) emails: Vec<Spanned<String>>,
    /// Whom the person works for; votes may be capped by it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) organization: Option<Spanned<String>>,
    /// Whether the account is a machine's. Machines never vote.
    #[serde(default)]
    pub(crate) bot: bool,
    /// When the person was last seen to do something, such as `2026-01-31`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) last_active: Option<Spanned<String>>,
    /// Roles that the person holds.
    #[serde(default)]
    #[schemars(with = "Vec<RawHoldingForm>")]
    pub(crate) roles: Vec<Spanned<RawHolding>>,
}

/// A role that somebody holds.
#[derive(Debug)]
pub(crate) struct RawHolding {
    pub(crate) role: String,
    pub(crate) since: Option<Spanned<String>>,
    pub(crate) until: Option<Spanned<String>>,
    pub(crate) by: Option<Spanned<String>>,
}

/// The two ways to write a role that somebody holds.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Holding")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawHoldingForm {
    /// A role, with a scope where it has one: `maintainer`, `maintainer@area:inference`.
    Role(String),
    /// A role with its dates.
    Dated(Box<RawDatedHolding>),
}

/// A role that somebody holds, with its dates.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DatedHolding")]
struct RawDatedHolding {
    /// The role, with a scope where it has one.
    role: String,
    /// The first day on which it is held.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    since: Option<Spanned<String>>,
    /// The first day on which it is no longer held.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    until: Option<Spanned<String>>,
    /// How it was obtained: the number of an entry of the ledger, or `founding`.
    #[serde(default)]
    #[schemars(with = "Option<RawOriginForm>")]
    by: Option<Spanned<String>>,
}

/// How a role was obtained.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Origin")]
#[expect(dead_code, reason = "only its schema is used")]
enum RawOriginForm {
    /// By a decision: the number of its entry in the ledger.
    Entry(std::num::NonZeroU64),
    /// `founding`: when the charter came into force.
    Founding(String),
}

impl<'de> Deserialize<'de> for RawHolding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Holding;

        impl<'de> Visitor<'de> for Holding {
            type Value = RawHolding;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a role, or `{ role: ROLE, since: DATE, until: DATE, by: ENTRY }`")
            }

            fn visit_str<E: serde::de::Error>(self, role: &str) -> Result<RawHolding, E> {
                Ok(RawHolding {
                    role: role.to_owned(),
                    since: None,
                    until: None,
                    by: None,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawHolding, A::Error> {
                let dated = RawDatedHolding::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawHolding {
                    role: dated.role,
                    since: dated.since,
                    until: dated.until,
                    by: dated.by,
                })
            }
        }

        deserializer.deserialize_any(Holding)
    }
}
