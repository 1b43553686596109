//! Values of attributes as written.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

/// A value of any type that attributes take.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RawValue {
    Boolean(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
    /// A number that is not whole, or too large.
    Other,
}

/// The ways to write a value.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Value")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum RawValueForm {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Number(i64),
    /// A text, a date, a role, an address.
    Text(String),
    /// Several texts.
    List(Vec<String>),
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl<'de> Visitor<'de> for Value {
            type Value = RawValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number, `true`, `false` or a list of texts")
            }

            fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
                Ok(RawValue::Boolean(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
                Ok(RawValue::Number(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<RawValue, E> {
                Ok(i64::try_from(value).map_or(RawValue::Other, RawValue::Number))
            }

            fn visit_f64<E>(self, _: f64) -> Result<RawValue, E> {
                Ok(RawValue::Other)
            }

            fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawValue, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(RawValue::List(texts))
            }
        }

        deserializer.deserialize_any(Value)
    }
}
