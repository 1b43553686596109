//! Evidence that transitions need, as written.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// Evidence that must be there; one piece may stand alone.
#[derive(Debug)]
pub(crate) struct RawEvidenceNeeds(pub(crate) Vec<Spanned<RawEvidenceNeed>>);

/// A piece of evidence that must be there.
#[derive(Debug)]
pub(crate) struct RawEvidenceNeed {
    pub(crate) name: String,
    pub(crate) result: Option<String>,
    pub(crate) count: Option<RawEvidenceCount>,
    pub(crate) since: Option<RawEvidenceSince>,
}

/// How many pieces of one name are needed, where one is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "EvidenceCount")]
pub(crate) enum RawEvidenceCount {
    /// One of every scope that the list in the role of its `by` names.
    Each,
}

/// Since when a piece must have been attached, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "EvidenceSince")]
pub(crate) enum RawEvidenceSince {
    /// Since the subject came into the present state: what an earlier round showed, counts no more.
    Entered,
}

/// The ways to write which evidence must be there.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "EvidenceNeeds")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum RawEvidenceNeedsForm {
    /// One piece.
    One(RawEvidenceNeedForm),
    /// All of these.
    Many(Vec<RawEvidenceNeedForm>),
}

/// The two ways to write a piece of evidence that must be there.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "EvidenceNeed")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum RawEvidenceNeedForm {
    /// Its name.
    Name(String),
    /// Its name and what it must say.
    WithResult(RawEvidenceWithResult),
}

/// A piece of evidence that must say something.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EvidenceWithResult")]
pub(super) struct RawEvidenceWithResult {
    /// Its name.
    name: String,
    /// What it must say, such as `passed`.
    #[serde(default)]
    result: Option<String>,
    /// `each` for one of every scope that the list in the role of its `by` names; one if left out.
    #[serde(default)]
    count: Option<RawEvidenceCount>,
    /// `entered` if it must have been attached since the subject came into the present state.
    #[serde(default)]
    since: Option<RawEvidenceSince>,
}

/// What was written, before one is made a list of one.
enum Needs {
    One(RawEvidenceNeed),
    Many(Vec<Spanned<RawEvidenceNeed>>),
}

impl<'de> Deserialize<'de> for RawEvidenceNeeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Spanned::<Needs>::deserialize(deserializer)?;
        Ok(Self(match written.value {
            Needs::One(need) => vec![Spanned::new(need, written.referenced, written.defined)],
            Needs::Many(needs) => needs,
        }))
    }
}

impl<'de> Deserialize<'de> for Needs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrList;

        impl<'de> Visitor<'de> for OneOrList {
            type Value = Needs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a piece of evidence, `{ name: NAME, result: RESULT }`, or a list of these")
            }

            fn visit_str<E>(self, name: &str) -> Result<Needs, E> {
                Ok(Needs::One(named(name)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Needs, A::Error> {
                Ok(Needs::One(with_result(map)?))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Needs, A::Error> {
                let mut needs = Vec::new();
                while let Some(need) = seq.next_element()? {
                    needs.push(need);
                }
                Ok(Needs::Many(needs))
            }
        }

        deserializer.deserialize_any(OneOrList)
    }
}

impl<'de> Deserialize<'de> for RawEvidenceNeed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Need;

        impl<'de> Visitor<'de> for Need {
            type Value = RawEvidenceNeed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a piece of evidence, or `{ name: NAME, result: RESULT }`")
            }

            fn visit_str<E>(self, name: &str) -> Result<RawEvidenceNeed, E> {
                Ok(named(name))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawEvidenceNeed, A::Error> {
                with_result(map)
            }
        }

        deserializer.deserialize_any(Need)
    }
}

fn named(name: &str) -> RawEvidenceNeed {
    RawEvidenceNeed {
        name: name.to_owned(),
        result: None,
        count: None,
        since: None,
    }
}

fn with_result<'de, A: MapAccess<'de>>(map: A) -> Result<RawEvidenceNeed, A::Error> {
    let need = RawEvidenceWithResult::deserialize(MapAccessDeserializer::new(map))?;
    Ok(RawEvidenceNeed {
        name: need.name,
        result: need.result,
        count: need.count,
        since: need.since,
    })
}
