//! Mixtral: Mistral with experts, without a window unless one is given.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{ExpertNames, ExpertStorage, Experts, FeedForward, Fields, Routing, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        epsilon: 1e-5,
        theta: 1e6,
        key_heads: Some(8),
        ..base::Defaults::of(Family::Mixtral)
    };
    let (count, chosen) = base::expert_counts(config)?;
    let experts = Experts {
        count,
        chosen,
        width: config.size("intermediate_size")?,
        activation: base::activation(config, "hidden_act", "silu")?,
        routing: Routing::ShareOfChosen,
        storage: ExpertStorage::Separate(ExpertNames {
            block: "block_sparse_moe",
            gate: "w1",
            up: "w3",
            down: "w2",
        }),
    };
    let mut spec = base::decoder(config, defaults, FeedForward::Experts(experts))?;
    let window = config.optional_size("sliding_window")?;
    windows::same(config, &mut spec, window)?;
    base::no_biases(config, &["attention_bias", "mlp_bias"])?;
    Ok(spec)
}
