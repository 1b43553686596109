//! What families have in common: a decoder as Llama is, of which each changes a little.

use super::Family;
use crate::{
    Refusal,
    config::{
        Activation, Around, Attention, FeedForward, Fields, Layer, MOST, Norm, Rope, Spec,
        parameters,
    },
};

/// What a family takes where its configuration says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults {
    pub(super) family: Family,
    pub(super) epsilon: f64,
    pub(super) theta: f64,
    /// As many as heads, if none.
    pub(super) key_heads: Option<usize>,
    /// The hidden size shared among the heads, if none.
    pub(super) head_size: Option<usize>,
}

impl Defaults {
    /// Those of Llama, under another name.
    pub(super) fn of(family: Family) -> Self {
        Self {
            family,
            epsilon: 1e-6,
            theta: 10_000.0,
            key_heads: None,
            head_size: None,
        }
    }
}

/// A decoder with one kind of layer, whole heads rotated and all positions seen.
pub(super) fn decoder(
    config: &Fields,
    defaults: Defaults,
    feed_forward: FeedForward,
) -> Result<Spec, Refusal> {
    let mut spec = frame(config, defaults, feed_forward)?;
    let around = around(config, &spec, defaults)?;
    spec.ropes = vec![Rope::new(&parameters(config)?, around)?];
    Ok(spec)
}

/// The same without its rotation.
pub(super) fn frame(
    config: &Fields,
    defaults: Defaults,
    feed_forward: FeedForward,
) -> Result<Spec, Refusal> {
    let hidden = config.size("hidden_size")?;
    let layer = Layer {
        window: None,
        rope: 0,
        feed_forward,
    };
    let epsilon = config.number("rms_norm_eps", defaults.epsilon)?;
    if epsilon < 0.0 {
        return Err(config.wrong("rms_norm_eps", format!("is {epsilon}, below 0")));
    }
    Ok(Spec {
        family: defaults.family,
        vocabulary: config.size("vocab_size")?,
        positions: config.size("max_position_embeddings")?,
        hidden,
        tied: config.flag("tie_word_embeddings", false)?,
        embedding_scale: 1.0,
        norm: Norm {
            epsilon: epsilon as f32,
            offset: 0.0,
            sandwich: false,
        },
        attention: attention(config, defaults, hidden)?,
        ropes: Vec::new(),
        layers: vec![layer; config.count("num_hidden_layers")?],
    })
}

fn attention(config: &Fields, defaults: Defaults, hidden: usize) -> Result<Attention, Refusal> {
    let heads = config.count("num_attention_heads")?;
    let key_heads = match config.optional_size("num_key_value_heads")? {
        Some(given) => given,
        None => defaults.key_heads.unwrap_or(heads),
    };
    if !heads.is_multiple_of(key_heads) {
        let why = format!("is {key_heads}, which {heads} heads cannot share");
        return Err(config.wrong("num_key_value_heads", why));
    }
    let given = config.optional_size("head_dim")?.or(defaults.head_size);
    if given.is_none() && !hidden.is_multiple_of(heads) {
        let why = format!("is {hidden}, which {heads} heads cannot share");
        return Err(config.wrong("hidden_size", why));
    }
    let head_size = given.unwrap_or(hidden / heads);
    if head_size > MOST {
        return Err(config.wrong("head_dim", format!("is {head_size}, more than {MOST}")));
    }
    Ok(Attention {
        heads,
        key_heads,
        head_size,
        scale: (head_size as f64).powf(-0.5) as f32,
        fused: false,
        bias: false,
        output_bias: false,
        query_key_norm: false,
        sinks: false,
    })
}

/// What rotations need to know of the decoder.
pub(super) fn around(config: &Fields, spec: &Spec, defaults: Defaults) -> Result<Around, Refusal> {
    Ok(Around {
        head_size: spec.attention.head_size,
        positions: spec.positions,
        theta: config.number("rope_theta", defaults.theta)?,
        partial: config.number("partial_rotary_factor", 1.0)?,
        partial_allowed: false,
        original: None,
    })
}

/// Biases of all projections of the attention, if `attention_bias` says so.
pub(super) fn attention_bias(
    config: &Fields,
    spec: &mut Spec,
    default: bool,
) -> Result<(), Refusal> {
    let bias = config.flag("attention_bias", default)?;
    spec.attention.bias = bias;
    spec.attention.output_bias = bias;
    Ok(())
}

/// Refuses biases that the family does not have.
pub(super) fn no_biases(config: &Fields, fields: &[&str]) -> Result<(), Refusal> {
    for field in fields {
        if config.flag(field, false)? {
            return Err(config.unsupported(field));
        }
    }
    Ok(())
}

/// A feed-forward as Llama has it.
pub(super) fn gated(config: &Fields) -> Result<FeedForward, Refusal> {
    Ok(FeedForward::Gated {
        width: config.size("intermediate_size")?,
        activation: activation(config, "hidden_act", "silu")?,
        bias: false,
        fused: false,
    })
}

/// The activation that a field names.
pub(super) fn activation(
    config: &Fields,
    field: &str,
    default: &str,
) -> Result<Activation, Refusal> {
    match config.text(field)?.unwrap_or(default) {
        "silu" | "swish" => Ok(Activation::Silu),
        "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "relu2" => Ok(Activation::SquaredRelu),
        _ => Err(config.unsupported(field)),
    }
}

/// How many experts there are, and how many of them a token gets.
pub(super) fn expert_counts(config: &Fields) -> Result<(usize, usize), Refusal> {
    // One configuration class knows both names.
    let spelled = ["num_local_experts", "num_experts"];
    let field = spelled.into_iter().find(|name| config.get(name).is_some());
    let count = config.count(field.unwrap_or("num_local_experts"))?;
    let chosen = config.size("num_experts_per_tok")?;
    if chosen > count {
        let why = format!("is {chosen}, more than the {count} experts");
        return Err(config.wrong("num_experts_per_tok", why));
    }
    Ok((count, chosen))
}
