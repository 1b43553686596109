//! Mistral: Llama with a window on every layer, unless `sliding_window` is null.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{Fields, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        key_heads: Some(8),
        ..base::Defaults::of(Family::Mistral)
    };
    let mut spec = base::decoder(config, defaults, base::gated(config)?)?;
    let window = match config.optional_size("sliding_window")? {
        None if config.is_null("sliding_window") => None,
        None => Some(4096),
        given => given,
    };
    windows::same(config, &mut spec, window)?;
    base::no_biases(config, &["attention_bias", "mlp_bias"])?;
    Ok(spec)
}
