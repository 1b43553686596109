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
    /// The weights decide it.
    #[serde(skip)]
    vocabulary: usize,
}

impl Key {
    /// Of the continuation of `prompt` by `decode` ids; each is one of `vocabulary`.
    pub fn new(weights: Weights, prompt: Prompt, decode: usize, vocabulary: usize) -> Self {
        Self {
            weights,
            prompt_ids_sha256: prompt.sha256(),
            batch: prompt.batch(),
            prefill_len: prompt.length(),
            decode_len: decode,
            engine: ENGINE_VERSION,
            prompt,
            vocabulary,
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

    /// The bytes of the numbers of its data: ids, and two sets of logits.
    pub(super) fn bytes(&self) -> u64 {
        let ids = self.prefill_len.saturating_add(self.decode_len);
        let logits = self.decode_len.saturating_mul(self.vocabulary);
        let row = ids.saturating_mul(size_of::<i64>());
        let row = row.saturating_add(logits.saturating_mul(2 * size_of::<f32>()));
        u64::try_from(row.saturating_mul(self.batch)).unwrap_or(u64::MAX)
    }
}
