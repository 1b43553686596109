//! What families have in common: a decoder as Llama is, of which each changes a little.

use serde_json::Value;

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

/// Whether each layer sees a window, as `layer_types` says.
pub(super) fn sliding(config: &Fields, layers: usize) -> Result<Option<Vec<bool>>, Refusal> {
    const FIELD: &str = "layer_types";
    let Some(types) = config.list(FIELD)? else {
        return Ok(None);
    };
    if types.len() != layers {
        let why = format!("names {} layers of {layers}", types.len());
        return Err(config.wrong(FIELD, why));
    }
    let slides = |kind: &Value| match kind.as_str() {
        Some("sliding_attention") => Ok(true),
        Some("full_attention") => Ok(false),
        Some(_) | None => Err(config.unsupported(FIELD)),
    };
    types.iter().map(slides).collect::<Result<_, _>>().map(Some)
}

/// Gives every layer the same window. The families that do so read no `layer_types`: one that
/// says something else means another model.
pub(super) fn one_window(
    config: &Fields,
    spec: &mut Spec,
    window: Option<usize>,
) -> Result<(), Refusal> {
    let types = sliding(config, spec.layers.len())?.unwrap_or_default();
    if types.iter().any(|slides| *slides != window.is_some()) {
        return Err(config.unsupported("layer_types"));
    }
    for layer in &mut spec.layers {
        layer.window = window;
    }
    Ok(())
}

/// For families without windows: refuses one that is not switched off.
pub(super) fn no_window(config: &Fields, spec: &mut Spec) -> Result<(), Refusal> {
    let used = config.flag("use_sliding_window", true)?;
    if used && config.get("sliding_window").is_some() {
        return Err(config.unsupported("sliding_window"));
    }
    one_window(config, spec, None)
}

/// Gives a window to the layers that `layer_types` or, without it, `default` chooses by index.
pub(super) fn windows(
    config: &Fields,
    spec: &mut Spec,
    window: Option<usize>,
    default: impl Fn(usize) -> bool,
) -> Result<(), Refusal> {
    let types = sliding(config, spec.layers.len())?;
    for (at, layer) in spec.layers.iter_mut().enumerate() {
        let slides = match &types {
            Some(types) => types[at],
            None => window.is_some() && default(at),
        };
        layer.window = match (slides, window) {
            (false, _) => None,
            (true, Some(window)) => Some(window),
            (true, None) => {
                return Err(config.wrong("sliding_window", "is missing for `layer_types`"));
            }
        };
    }
    Ok(())
}

/// Qwen's window: off unless switched on.
pub(super) fn switched_window(config: &Fields) -> Result<Option<usize>, Refusal> {
    if !config.flag("use_sliding_window", false)? {
        return Ok(None);
    }
    // Written as null it is off as well, absent it is what the family was made with.
    if config.is_null("sliding_window") {
        return Ok(None);
    }
    Ok(Some(
        config.optional_size("sliding_window")?.unwrap_or(4096),
    ))
}

/// Qwen's windows: on the layers that `layer_types` names, or from one on.
pub(super) fn upper_windows(config: &Fields, spec: &mut Spec) -> Result<(), Refusal> {
    let window = switched_window(config)?;
    let from = match config.get("max_window_layers").and_then(Value::as_u64) {
        Some(from) => usize::try_from(from).unwrap_or(usize::MAX),
        None if config.get("max_window_layers").is_none() => 28,
        None => return Err(config.wrong("max_window_layers", "is no number of layers")),
    };
    windows(config, spec, window, |at| at >= from)
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
