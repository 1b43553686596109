//! gpt-oss: experts with a clamped activation, every other layer with a window, and a score in
//! each head that attends to nothing.

use serde_json::{Map, Value};

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{
        Activation, ExpertStorage, Experts, FeedForward, Fields, Rope, Routing, Spec, parameters,
    },
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        epsilon: 1e-5,
        theta: 150_000.0,
        key_heads: Some(8),
        head_size: Some(64),
        ..base::Defaults::of(Family::GptOss)
    };
    let experts = FeedForward::Experts(experts(config)?);
    let mut spec = base::frame(config, defaults, experts)?;
    base::attention_bias(config, &mut spec, true)?;
    spec.attention.sinks = true;
    let around = base::around(config, &spec, defaults)?;
    spec.ropes = vec![Rope::new(&rope(config)?, around)?];
    let window = config.optional_size("sliding_window")?;
    let window = window.or((!config.is_null("sliding_window")).then_some(128));
    windows::by_layer(config, &mut spec, window, |at| at % 2 == 0)?;
    base::no_biases(config, &["mlp_bias"])?;
    Ok(spec)
}

fn experts(config: &Fields) -> Result<Experts, Refusal> {
    let (count, chosen) = base::expert_counts(config)?;
    // The gate is a sigmoid whatever else is named.
    if base::activation(config, "hidden_act", "silu")? != Activation::Silu {
        return Err(config.unsupported("hidden_act"));
    }
    let limit = config.number("swiglu_limit", 7.0)?;
    if limit < 0.0 {
        return Err(config.wrong("swiglu_limit", format!("is {limit}, below 0")));
    }
    Ok(Experts {
        count,
        chosen,
        width: config.size("intermediate_size")?,
        activation: Activation::ClampedSwiglu {
            alpha: config.number("swiglu_alpha", 1.702)? as f32,
            limit: limit as f32,
        },
        routing: Routing::ShareOfChosen,
        storage: ExpertStorage::Interleaved {
            mxfp4: mxfp4(config)?,
        },
    })
}

/// Whether the experts are kept as MXFP4 blocks.
fn mxfp4(config: &Fields) -> Result<bool, Refusal> {
    let quantization = config.object("quantization_config")?;
    match quantization.text("quant_method")? {
        Some("mxfp4") => Ok(true),
        None if quantization.is_empty() => Ok(false),
        Some(_) | None => Err(config.unsupported("quantization_config")),
    }
}

/// What the configuration says, or what the family was made with.
fn rope(config: &Fields) -> Result<Fields, Refusal> {
    let given = parameters(config)?;
    if !given.is_empty() {
        return Ok(given);
    }
    let made: Map<String, Value> = [
        ("rope_type", Value::from("yarn")),
        ("factor", Value::from(32)),
        ("beta_fast", Value::from(32)),
        ("beta_slow", Value::from(1)),
        ("truncate", Value::from(false)),
        ("original_max_position_embeddings", Value::from(4096)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    Ok(given.updated(&Fields::new("config.json".as_ref(), made)))
}
