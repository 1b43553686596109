//! Qwen 3 with experts: its attention, with a window on all layers or none.

use serde_json::Value;

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{ExpertNames, ExpertStorage, Experts, FeedForward, Fields, Routing, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        key_heads: Some(4),
        ..base::Defaults::of(Family::Qwen3Moe)
    };
    let experts = FeedForward::Experts(experts(config)?);
    let mut spec = base::decoder(config, defaults, experts)?;
    base::attention_bias(config, &mut spec, false)?;
    spec.attention.query_key_norm = true;
    let window = windows::switched(config)?;
    windows::same(config, &mut spec, window)?;
    dense_layers(config, &mut spec)?;
    base::no_biases(config, &["mlp_bias"])?;
    Ok(spec)
}

fn experts(config: &Fields) -> Result<Experts, Refusal> {
    let (count, chosen) = base::expert_counts(config)?;
    let share_of_chosen = config.flag("norm_topk_prob", false)?;
    Ok(Experts {
        count,
        chosen,
        width: config.size("moe_intermediate_size")?,
        activation: base::activation(config, "hidden_act", "silu")?,
        routing: if share_of_chosen {
            Routing::ShareOfChosen
        } else {
            Routing::ShareOfAll
        },
        storage: ExpertStorage::Separate(ExpertNames {
            block: "mlp",
            gate: "gate_proj",
            up: "up_proj",
            down: "down_proj",
        }),
    })
}

/// Some layers may have a single feed-forward.
fn dense_layers(config: &Fields, spec: &mut Spec) -> Result<(), Refusal> {
    const LISTED: &str = "mlp_only_layers";
    let step = config.optional_size("decoder_sparse_step")?.unwrap_or(1);
    let listed = config.list(LISTED)?.unwrap_or_default();
    if listed.iter().any(|layer| !layer.is_u64()) {
        return Err(config.wrong(LISTED, "has something that is no layer"));
    }
    for (at, layer) in spec.layers.iter_mut().enumerate() {
        if listed.contains(&Value::from(at)) || !(at + 1).is_multiple_of(step) {
            layer.feed_forward = base::gated(config)?;
        }
    }
    Ok(())
}
