//! Phi 3, 3.5 and 4-mini: Llama with fused projections, a part of each head rotated, a window on
//! all layers or none, and `LongRoPE` for the long ones.

use serde_json::Value;

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{Around, FeedForward, Fields, Rope, Spec, parameters},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        epsilon: 1e-5,
        ..base::Defaults::of(Family::Phi3)
    };
    let feed_forward = FeedForward::Gated {
        width: config.size("intermediate_size")?,
        activation: base::activation(config, "hidden_act", "silu")?,
        bias: false,
        fused: true,
    };
    let mut spec = base::frame(config, defaults, feed_forward)?;
    spec.attention.fused = true;
    let original = config.optional_size("original_max_position_embeddings")?;
    let around = Around {
        partial_allowed: true,
        // Beside the parameters it has a value even where none is written.
        original: Some(original.unwrap_or(4096)),
        ..base::around(config, &spec, defaults)?
    };
    spec.ropes = vec![Rope::new(&rope(config)?, around)?];
    let window = config.optional_size("sliding_window")?;
    windows::same(config, &mut spec, window)?;
    base::no_biases(config, &["attention_bias", "mlp_bias"])?;
    Ok(spec)
}

/// Early checkpoints call `LongRoPE` `su` or `yarn`.
fn rope(config: &Fields) -> Result<Fields, Refusal> {
    let parameters = parameters(config)?;
    let field = Rope::kind_field(&parameters);
    match parameters.text(field)? {
        None | Some("default") => Ok(parameters),
        Some("longrope" | "su" | "yarn") => {
            Ok(parameters.with("rope_type", Value::from("longrope")))
        }
        Some(_) => Err(parameters.unsupported(field)),
    }
}
