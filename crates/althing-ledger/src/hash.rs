//! The hash of an entry.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Keeps entry hashes apart from every other use of BLAKE3; changes only with the encoding.
const CONTEXT: &str = "althing ledger entry v1";

/// The hash of an entry, or 32 zero bytes before the first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryHash([u8; 32]);

impl EntryHash {
    /// What the first entry has as its previous hash.
    pub const GENESIS: EntryHash = EntryHash([0; 32]);

    /// The hash of an entry's canonical bytes.
    pub(crate) fn of(canonical: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(canonical);
        Self(*hasher.finalize().as_bytes())
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

impl FromStr for EntryHash {
    type Err = InvalidEntryHash;

    fn from_str(text: &str) -> Result<Self, InvalidEntryHash> {
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        match blake3::Hash::from_hex(text) {
            Ok(hash) if !upper => Ok(Self(*hash.as_bytes())),
            Ok(_) | Err(_) => Err(InvalidEntryHash(text.to_owned())),
        }
    }
}

impl TryFrom<String> for EntryHash {
    type Error = InvalidEntryHash;

    fn try_from(text: String) -> Result<Self, InvalidEntryHash> {
        text.parse()
    }
}

impl From<EntryHash> for String {
    fn from(hash: EntryHash) -> String {
        hash.to_string()
    }
}

/// A text that is not the hash of an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an entry hash: expected 64 lower-case hexadecimal digits")]
pub struct InvalidEntryHash(String);
