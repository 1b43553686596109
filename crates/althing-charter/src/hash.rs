//! The hash that names the exact rules of a decision.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// BLAKE3 hash over the exact bytes of the files that make the rules; the README says how to
/// compute it by hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CharterHash([u8; 32]);

impl CharterHash {
    /// The hash of files, in this order.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = blake3::Hasher::new();
        for text in texts {
            all.update(blake3::hash(text.as_bytes()).to_hex().as_bytes());
            all.update(b"\n");
        }
        Self(*all.finalize().as_bytes())
    }
}

impl fmt::Display for CharterHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for CharterHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CharterHash({self})")
    }
}

impl FromStr for CharterHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        match blake3::Hash::from_hex(text) {
            Ok(hash) if !upper => Ok(Self(*hash.as_bytes())),
            Ok(_) | Err(_) => Err(InvalidHash(text.to_owned())),
        }
    }
}

impl TryFrom<String> for CharterHash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        text.parse()
    }
}

impl From<CharterHash> for String {
    fn from(hash: CharterHash) -> String {
        hash.to_string()
    }
}

/// A text that is not a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a hash: expected 64 lower-case hexadecimal digits")]
pub struct InvalidHash(String);

#[cfg(test)]
mod tests {
    use super::CharterHash;

    #[test]
    fn the_hash_is_that_of_the_documented_command() {
        // printf a > c; printf b > m; b3sum --no-names c m | b3sum --no-names
        let hash = CharterHash::of(["a", "b"]);
        let by_hand = blake3::hash(
            b"17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f\n\
              10e5cf3d3c8a4f9f3468c8cc58eea84892a22fdadbc1acb22410190044c1d553\n",
        );
        assert_eq!(hash.to_string(), by_hand.to_hex().as_str());
    }

    #[test]
    fn bytes_moved_from_one_file_to_the_other_change_the_hash() {
        assert_ne!(CharterHash::of(["ab", "c"]), CharterHash::of(["a", "bc"]));
    }

    #[test]
    fn hashes_read_back_and_only_in_one_spelling() {
        let hash = CharterHash::of(["", ""]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        let shouted = hash.to_string().to_uppercase();
        assert!(shouted.parse::<CharterHash>().is_err());
        assert!("00".parse::<CharterHash>().is_err());
    }
}
