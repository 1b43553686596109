//! Arcee: Llama with a feed-forward that squares what is positive, without a gate.

use super::{Family, base, windows};
use crate::{
    Refusal,
    config::{FeedForward, Fields, Spec},
};

pub(super) fn spec(config: &Fields) -> Result<Spec, Refusal> {
    let defaults = base::Defaults {
        epsilon: 1e-5,
        ..base::Defaults::of(Family::Arcee)
    };
    let feed_forward = FeedForward::Plain {
        width: config.size("intermediate_size")?,
        activation: base::activation(config, "hidden_act", "relu2")?,
        bias: config.flag("mlp_bias", false)?,
    };
    let mut spec = base::decoder(config, defaults, feed_forward)?;
    base::attention_bias(config, &mut spec, false)?;
    windows::none(config, &mut spec)?;
    Ok(spec)
}
