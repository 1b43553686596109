//! The text that is decided on, named by a hash.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::AttributeValue;
use crate::AttributeName;

/// BLAKE3 of title, attributes and body: ballots and approvals bind to it, so that nobody has
/// agreed to a text that was written afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextHash([u8; 32]);

impl TextHash {
    /// The hash of the text of an issue or file, or of the head commit of a pull request.
    pub fn of_body(body: &str) -> Self {
        Self(blake3::hash(body.as_bytes()).into())
    }

    /// The hash of a subject's whole text.
    pub fn of(
        title: &str,
        attributes: &BTreeMap<AttributeName, AttributeValue>,
        body: TextHash,
    ) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        part(title);
        part(&body.to_string());
        for (name, value) in attributes {
            part(name.as_str());
            for text in value.parts() {
                part(&text);
            }
        }
        Self(hasher.finalize().into())
    }
}

impl FromStr for TextHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hash = blake3::Hash::from_hex(text);
        let canonical = hash.ok().filter(|hash| hash.to_hex().as_str() == text);
        let hash = canonical.ok_or_else(|| format!("`{text}` is not a hash of 64 hex digits"))?;
        Ok(Self(hash.into()))
    }
}

impl TryFrom<String> for TextHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TextHash> for String {
    fn from(hash: TextHash) -> String {
        hash.to_string()
    }
}

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        blake3::Hash::from_bytes(self.0).fmt(f)
    }
}
