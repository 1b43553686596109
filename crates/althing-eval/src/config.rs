//! `config.json`: what a model is, as a complete description, or a refusal by name.
//!
//! Everything that changes numbers is either read or refused. Fields that the library which
//! defines these families does not read either are passed over, as it does.

mod fields;
mod rope;
mod spec;

use std::path::Path;

use serde_json::Value;

pub(crate) use self::{
    fields::{Fields, MOST},
    rope::{Around, Rope, parameters},
    spec::{
        Activation, Attention, ExpertNames, ExpertStorage, Experts, FeedForward, Layer, Norm,
        Routing, Spec,
    },
};
use crate::{Refusal, family, files};

const FILE: &str = "config.json";
/// A configuration is a page; more is something else.
const LARGEST_FILE: u64 = 16 << 20;

/// Reads the configuration of a model folder.
pub(crate) fn read(folder: &Path) -> Result<Spec, Refusal> {
    let path = folder.join(FILE);
    let text = files::read(&path, LARGEST_FILE)?;
    let value: Value =
        serde_json::from_slice(&text).map_err(|error| Refusal::model(&path, error))?;
    let Value::Object(values) = value else {
        return Err(Refusal::model(&path, "is no object"));
    };
    let fields = Fields::new(&path, values);
    neutral(&fields)?;
    family::spec(&fields)
}

/// Refuses what no supported family computes, wherever it is switched on.
fn neutral(config: &Fields) -> Result<(), Refusal> {
    /// Absent, false or zero is neutral.
    const OFF: [&str; 21] = [
        "alibi",
        "attention_chunk_size",
        "attn_logit_softcapping",
        "attn_temperature_tuning",
        "clip_qkv",
        "compression_config",
        "final_logit_softcapping",
        "first_k_dense_replace",
        "kv_lora_rank",
        "lm_head_bias",
        "n_shared_experts",
        "no_rope_layers",
        "num_kv_shared_layers",
        "parallel_attn",
        "q_lora_rank",
        "qk_layernorm",
        "rope_interleaved",
        "shared_expert_intermediate_size",
        "use_bidirectional_attention",
        "use_mrope",
        "use_qk_norm",
    ];
    /// Absent or one is neutral.
    const ONE: [&str; 6] = [
        "attention_multiplier",
        "embedding_multiplier",
        "logit_scale",
        "logits_scaling",
        "residual_multiplier",
        "scale_emb",
    ];
    let off = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::String(_) => false,
    };
    let one = |value: &Value| value.as_f64() == Some(1.0);
    let set = |field: &&&str| config.get(field).is_some_and(|value| !off(value));
    let other = |field: &&&str| config.get(field).is_some_and(|value| !one(value));
    let wrong = OFF.iter().find(set).or_else(|| ONE.iter().find(other));
    wrong.map_or(Ok(()), |field| Err(config.unsupported(field)))
}
