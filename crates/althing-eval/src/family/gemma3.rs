//! Gemma 3, its text models: scaled embeddings, norms around everything, most layers with a window
//! and a rotation of their own.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{FeedForward, Fields, Rope, Spec},
};

const GLOBAL: usize = 0;
const LOCAL: usize = 1;

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        theta: 1e6,
        key_heads: Some(4),
        head_size: Some(256),
        ..base::Defaults::of(Family::Gemma3)
    };
    let feed_forward = FeedForward::Gated {
        width: config.size("intermediate_size")?,
        activation: base::activation(config, "hidden_activation", "gelu_pytorch_tanh")?,
        bias: false,
        fused: false,
    };
    let mut spec = base::frame(config, defaults, feed_forward)?;
    spec.tied = config.flag("tie_word_embeddings", true)?;
    spec.embedding_scale = (spec.hidden as f64).sqrt() as f32;
    spec.norm.offset = 1.0;
    spec.norm.sandwich = true;
    base::attention_bias(config, &mut spec, false)?;
    spec.attention.query_key_norm = true;
    let scalar = config
        .optional_size("query_pre_attn_scalar")?
        .unwrap_or(256);
    spec.attention.scale = (scalar as f64).powf(-0.5) as f32;
    spec.ropes = ropes(config, &spec, defaults)?;

    let window = config.optional_size("sliding_window")?;
    let window = window.or((!config.is_null("sliding_window")).then_some(4096));
    // Every layer of this rank sees all positions.
    let pattern = config.optional_size("sliding_window_pattern")?.unwrap_or(6);
    windows::by_layer(config, &mut spec, window, |at| {
        !(at + 1).is_multiple_of(pattern)
    })?;
    for layer in &mut spec.layers {
        layer.rope = if layer.window.is_some() {
            LOCAL
        } else {
            GLOBAL
        };
    }
    base::no_biases(config, &["mlp_bias"])?;
    Ok(spec)
}

/// One rotation for layers that see everything, which may be stretched, and one for those with a
/// window.
fn ropes(config: &Fields, spec: &Spec, defaults: base::Defaults) -> Result<Vec<Rope>, Refusal> {
    const NESTED: [&str; 2] = ["full_attention", "sliding_attention"];
    let parameters = config.object("rope_parameters")?;
    if let Some(name) = parameters.names().find(|name| !NESTED.contains(name)) {
        return Err(parameters.unsupported(name));
    }
    let global = parameters.object("full_attention")?;
    let local = parameters.object("sliding_attention")?;
    let legacy = config.object("rope_scaling")?;
    let global = global.updated(&legacy);

    let around = base::around(config, spec, defaults)?;
    let mut beside = around;
    beside.theta = config.number("rope_local_base_freq", 10_000.0)?;
    Ok(vec![
        Rope::new(&global, around)?,
        Rope::new(&local, beside)?,
    ])
}
