//! What an evaluation found, and the line that says so (specification §10.1).

use serde::Serialize;

use crate::{Agreement, BlockFormat, Key, Reference};

/// How the reference's numbers are computed. It goes up with every change that may move a logit:
/// what was remembered under another version is computed anew.
pub const ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+1");

/// Which model is the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The reference's own decoding with a key-value cache, against its full pass (B-A12).
    Hf,
    /// A model on an accelerator; here only what one may be expected to reach.
    Tt,
}

/// Seconds that parts of the work took, and speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timing {
    /// Opening the candidate's weights.
    pub load_s: f64,
    /// The prompt, with a key-value cache.
    pub prefill_s: f64,
    /// All further tokens, one after the other.
    pub decode_s: f64,
    /// Tokens of all rows per second of decoding; 0 when there was only one step, which belongs
    /// to the prompt.
    pub tokens_per_s: f64,
    /// This process from its first look at the model to its answer.
    pub total_s: f64,
}

/// Where the reference came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Remembered {
    /// From the cache: nothing was computed, and `timing` but its total is of that time.
    Hit,
    /// Computed, and now in the cache.
    Stored,
    /// Computed; it could not be kept.
    Unkept,
    /// Computed; no cache was wanted.
    Off,
}

/// Which weights these are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Weights {
    /// A commit of the hub.
    #[serde(rename = "model_commit")]
    Commit(String),
    /// The hash of a folder's configuration and weights: `blake3:` and hexadecimal digits.
    #[serde(rename = "weights")]
    Hash(String),
}

/// What the reference is, for whoever is to trust a comparison with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReferenceMark {
    /// The model as it was asked for.
    pub hf_model: String,
    /// Commit or hash.
    #[serde(flatten)]
    pub weights: Weights,
    /// Architecture, as the model's configuration names it.
    pub architecture: String,
    /// Hash of the prompt ([`crate::Prompt::sha256`]).
    pub prompt_ids_sha256: String,
    /// Ids of each row of the prompt.
    pub prefill_len: usize,
    /// Compared steps of each row.
    pub decode_len: usize,
    /// Rows.
    pub batch: usize,
    /// Always `hf` (B-333): the model on the CPU.
    pub reference: &'static str,
    /// How the reference's logits came to be.
    pub reference_kind: &'static str,
    /// What computed them.
    pub reference_engine: &'static str,
    /// And which version of it.
    pub reference_version: &'static str,
    /// Of all arithmetic of the reference.
    pub dtype: &'static str,
    /// Threads that computed it.
    pub threads: usize,
    /// Whether it came from the cache.
    pub cache: Remembered,
}

/// The metrics of one evaluation (B-325 to B-330, B-A12 to B-A15).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// Fraction of steps with the same best token.
    pub top1: f64,
    /// Fraction of steps where the reference's best token is in the candidate's best five.
    pub top5: f64,
    /// Compared steps.
    pub tokens: u64,
    /// What was compared.
    pub mode: Mode,
    /// Always false: nothing is traced on a CPU.
    pub trace: bool,
    /// The block format whose effect was estimated. Metrics with this key are no check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preflight: Option<&'static str>,
    /// Times.
    pub timing: Timing,
    /// The largest difference between logits of candidate and reference.
    pub max_logit_difference: f32,
    /// What it was compared with.
    #[serde(flatten)]
    pub reference: ReferenceMark,
}

impl Metrics {
    /// The prefix of the line (B-324), the last one of stdout (B-323).
    pub const PREFIX: &'static str = "YT_METRICS=";

    /// Of a candidate that was compared so.
    pub fn new(
        agreement: Agreement,
        preflight: Option<BlockFormat>,
        timing: Timing,
        max_logit_difference: f32,
        reference: ReferenceMark,
    ) -> Self {
        Self {
            top1: agreement.top1(),
            top5: agreement.top5(),
            tokens: agreement.steps,
            mode: preflight.map_or(Mode::Hf, |_| Mode::Tt),
            trace: false,
            preflight: preflight.map(BlockFormat::name),
            timing,
            max_logit_difference,
            reference,
        }
    }
}

impl ReferenceMark {
    /// The prefix of the line of a reference alone.
    pub const PREFIX: &'static str = "YT_REFERENCE=";

    /// What a reference says of itself.
    pub fn new(hf_model: String, key: &Key, reference: &Reference, cache: Remembered) -> Self {
        let [batch, decode_len, _] = reference.full().shape();
        Self {
            hf_model,
            weights: key.weights().clone(),
            architecture: reference.made().architecture.clone(),
            prompt_ids_sha256: key.prompt_ids_sha256().to_owned(),
            prefill_len: reference.prefill_len(),
            decode_len,
            batch,
            reference: "hf",
            reference_kind: "full forward pass on the CPU",
            reference_engine: "althing-eval",
            reference_version: ENGINE_VERSION,
            dtype: "float32",
            threads: reference.made().threads,
            cache,
        }
    }
}
