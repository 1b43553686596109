//! A text or a list of texts.

use std::fmt;

use althing_diag::yaml::Spanned;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};

/// Texts, where one may stand alone: `anyone`, `[maintainer@project, body:tsc]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct OneOrMany(pub(crate) Vec<Spanned<String>>);

/// The two ways to write texts.
#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "OneOrMany")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum RawOneOrManyForm {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// What was written, before one is made a list of one.
enum Texts {
    One(String),
    Many(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Spanned::<Texts>::deserialize(deserializer)?;
        Ok(Self(match written.value {
            Texts::One(text) => vec![Spanned::new(text, written.referenced, written.defined)],
            Texts::Many(texts) => texts,
        }))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrList;

        impl<'de> Visitor<'de> for OneOrList {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(Texts::Many(texts))
            }
        }

        deserializer.deserialize_any(OneOrList)
    }
}
