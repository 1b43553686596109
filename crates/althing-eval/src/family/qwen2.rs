//! Qwen 2 and 2.5: Llama with biases of queries, keys and values; upper layers may have a window.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{Fields, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        key_heads: Some(32),
        ..base::Defaults::of(Family::Qwen2)
    };
    let mut spec = base::decoder(config, defaults, base::gated(config)?)?;
    spec.attention.bias = true;
    windows::upper(config, &mut spec)?;
    base::no_biases(config, &["attention_bias", "mlp_bias"])?;
    Ok(spec)
}
