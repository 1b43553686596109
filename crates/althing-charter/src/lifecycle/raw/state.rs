//! States as written.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A state.
#[derive(Debug, Default)]
pub(crate) struct RawState {
    pub(crate) description: Option<String>,
    pub(crate) is_final: bool,
}

/// The ways to write a state.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "State")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum RawStateForm {
    /// What it means, in one sentence.
    Description(String),
    /// What it means, and whether it is final.
    Described(RawDescribedState),
    /// Nothing is said about it.
    Nothing(()),
}

/// A state.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DescribedState")]
pub(super) struct RawDescribedState {
    /// What it means, in one sentence.
    #[serde(default)]
    description: Option<String>,
    /// Whether a subject that is in it is over.
    #[serde(default, rename = "final")]
    is_final: bool,
}

impl<'de> Deserialize<'de> for RawState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct State;

        impl<'de> Visitor<'de> for State {
            type Value = RawState;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one sentence, or `{ description: SENTENCE, final: true }`")
            }

            fn visit_str<E>(self, text: &str) -> Result<RawState, E> {
                Ok(RawState {
                    description: Some(text.to_owned()),
                    is_final: false,
                })
            }

            fn visit_unit<E>(self) -> Result<RawState, E> {
                Ok(RawState::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawState, A::Error> {
                let state = RawDescribedState::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawState {
                    description: state.description,
                    is_final: state.is_final,
                })
            }
        }

        deserializer.deserialize_any(State)
    }
}
