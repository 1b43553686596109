//! Votes that transitions need, as written: the rules of a vote, and who votes, in one map.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer,
    },
};

use crate::{
    RawVote,
    raw::{OneOrMany, RawOneOrManyForm},
};

/// A vote that must pass.
#[derive(Debug)]
pub(crate) struct RawVoteGuard {
    pub(crate) rules: RawVote,
    pub(crate) people: RawVoters,
}

/// A vote that must pass.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VoteNeed")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RawVoteGuardForm {
    #[serde(flatten)]
    rules: RawVote,
    #[serde(flatten)]
    people: RawVoters,
}

/// Who votes, and how that is made known.
#[derive(Debug, Default, JsonSchema)]
#[schemars(rename = "Voters")]
pub(crate) struct RawVoters {
    /// Who votes. The person that the subject is about, and machines, never do.
    #[schemars(required, with = "RawOneOrManyForm")]
    pub(crate) electorate: Option<OneOrMany>,
    /// Who does not.
    #[serde(default)]
    #[schemars(with = "RawOneOrManyForm")]
    pub(crate) except: Option<OneOrMany>,
    /// When it is settled who may vote; at the opening if left out.
    #[serde(default)]
    pub(crate) snapshot: Option<RawSnapshot>,
    /// Whether ballots are secret.
    #[serde(default)]
    #[schemars(with = "bool")]
    pub(crate) private: Option<bool>,
    /// A piece of evidence that must be attached; time to answer counts from it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) notice: Option<Spanned<String>>,
}

/// When it is settled who may vote.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Snapshot")]
pub(crate) enum RawSnapshot {
    /// When the vote opens.
    Open,
    /// When it closes.
    Close,
}

impl RawVoters {
    /// Takes the value of one of its own keys; `false` for any other key, whose value is left.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "electorate" => self.electorate = Some(map.next_value()?),
            "except" => self.except = Some(map.next_value()?),
            "snapshot" => self.snapshot = Some(map.next_value()?),
            "private" => self.private = Some(map.next_value()?),
            "notice" => self.notice = Some(map.next_value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The keys of the map that are not about voters. (`flatten` would read the values into a buffer
/// that does not know where they stood.)
struct Rules<'a, A> {
    map: A,
    people: &'a mut RawVoters,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rules<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.map.next_key::<String>()? {
            if !self.people.take(&key, &mut self.map)? {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

impl<'de> Deserialize<'de> for RawVoteGuard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Vote;

        impl<'de> Visitor<'de> for Vote {
            type Value = RawVoteGuard;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the rules of a vote, with its `electorate`")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawVoteGuard, A::Error> {
                let mut people = RawVoters::default();
                let rules = Rules {
                    map,
                    people: &mut people,
                };
                let rules = RawVote::deserialize(MapAccessDeserializer::new(rules))?;
                if people.electorate.is_none() {
                    return Err(A::Error::missing_field("electorate"));
                }
                Ok(RawVoteGuard { rules, people })
            }
        }

        deserializer.deserialize_map(Vote)
    }
}
