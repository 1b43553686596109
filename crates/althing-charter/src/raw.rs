//! The two files as written, before anything is believed.

use std::{fmt, marker::PhantomData};

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// `.althing/charter.yaml`: the rules of a repository.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Althing charter")]
pub(crate) struct RawCharter {
    /// Version of this file format: 1.
    #[schemars(with = "u64", range(min = 1, max = 1))]
    pub(crate) charter: Spanned<u64>,
    /// Name of the community or project.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// Version of the rules; an amendment raises it.
    #[schemars(with = "String")]
    pub(crate) version: Spanned<String>,
    /// By which calendar waiting periods are counted.
    #[serde(default)]
    #[schemars(with = "Option<RawCalendar>")]
    pub(crate) calendar: Option<Spanned<RawCalendar>>,
    /// Roles that members can hold.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawRole>")]
    pub(crate) roles: Named<RawRole>,
    /// What a pull request must show, by changed path.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, RawGate>")]
    pub(crate) gates: Named<RawGate>,
}

/// A calendar: where and on which days working hours count.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Calendar")]
pub(crate) struct RawCalendar {
    /// A name of the IANA time zone database, such as `Europe/Berlin`; `UTC` if left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) timezone: Option<Spanned<String>>,
    /// Days of the week on which working hours do not count, `monday` to `sunday`; Saturday and
    /// Sunday if left out.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) weekend: Option<Vec<Spanned<String>>>,
    /// Dates on which working hours do not count, such as `2026-12-25`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) holidays: Vec<Spanned<String>>,
}

/// A role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Role")]
pub(crate) struct RawRole {
    /// What the role is for, in one sentence.
    #[serde(default)]
    pub(crate) description: Option<String>,
}

/// A gate: pull requests that change one of the paths must meet the requirements.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Gate")]
pub(crate) struct RawGate {
    /// Why the gate is there, in one sentence.
    #[serde(default)]
    pub(crate) description: Option<String>,
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
    /// How many holders of a role must approve the head commit, by role.
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

/// `.althing/members.yaml`: who holds which role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(title = "Althing members")]
pub(crate) struct RawMembers(pub(crate) Vec<RawMember>);

/// A member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
    /// Roles that the person holds.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) roles: Vec<Spanned<String>>,
}

/// A mapping whose keys know their place, in the order of the file.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) Vec<(Spanned<String>, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping of names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Named(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
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
