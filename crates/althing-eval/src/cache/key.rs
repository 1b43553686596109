//! What a reference is the reference of.

use serde::Serialize;

use crate::{ENGINE_VERSION, Prompt, Weights};

/// Everything that decides a reference's numbers. The seed is in the hash of the prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    #[serde(flatten)]
    weights: Weights,
    prompt_ids_sha256: String,
    batch: usize,
    prefill_len: usize,
    decode_len: usize,
    engine: &'static str,
    #[serde(skip)]
    prompt: Prompt,
}

impl Key {
    /// Of the continuation of `prompt` by `decode` ids.
    pub fn new(weights: Weights, prompt: Prompt, decode: usize) -> Self {
        Self {
            weights,
            prompt_ids_sha256: prompt.sha256(),
            batch: prompt.batch(),
            prefill_len: prompt.length(),
            decode_len: decode,
            engine: ENGINE_VERSION,
            prompt,
        }
    }

    /// Which weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The hash of the prompt.
    pub fn prompt_ids_sha256(&self) -> &str {
        &self.prompt_ids_sha256
    }

    /// The name of its entry: a hash, in hexadecimal digits.
    pub(super) fn name(&self) -> String {
        blake3::hash(self.to_json().to_string().as_bytes())
            .to_hex()
            .to_string()
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(crate) fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    pub(super) fn decode(&self) -> usize {
        self.decode_len
    }
}
