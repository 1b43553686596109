//! Llama 1 to 3; also Falcon 3, which differs in its sizes only and calls itself `llama`.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{FeedForward, Fields, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let feed_forward = FeedForward::Gated {
        width: config.size("intermediate_size")?,
        activation: base::activation(config, "hidden_act", "silu")?,
        bias: config.flag("mlp_bias", false)?,
        fused: false,
    };
    let mut spec = base::decoder(config, base::Defaults::of(Family::Llama), feed_forward)?;
    base::attention_bias(config, &mut spec, false)?;
    windows::none(config, &mut spec)?;
    Ok(spec)
}
