//! Qwen 3: Llama with norms on queries and keys; upper layers may have a window.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{Fields, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        key_heads: Some(32),
        head_size: Some(128),
        ..base::Defaults::of(Family::Qwen3)
    };
    let mut spec = base::decoder(config, defaults, base::gated(config)?)?;
    base::attention_bias(config, &mut spec, false)?;
    spec.attention.query_key_norm = true;
    windows::upper(config, &mut spec)?;
    base::no_biases(config, &["mlp_bias"])?;
    Ok(spec)
}
