//! What follows the attention in each layer.

use super::{experts::Experts, linear::Linear, precision::Precision};
use crate::config::Activation;

/// Weights of a layer's feed-forward.
#[derive(Debug)]
pub(super) enum FeedForward {
    Gated(Gated),
    Plain {
        up: Linear,
        down: Linear,
        activation: Activation,
    },
    Experts(Experts),
}

#[derive(Debug)]
pub(super) struct Gated {
    pub(super) inner: Inner,
    pub(super) down: Linear,
    pub(super) activation: Activation,
}

/// Gate, and what goes through it.
#[derive(Debug)]
pub(super) enum Inner {
    Separate {
        gate: Linear,
        up: Linear,
    },
    /// The outputs of one matrix in turn.
    Interleaved(Linear),
}

impl FeedForward {
    /// `x` is `[tokens, hidden]`.
    pub(super) fn of(&self, x: &[f32], precision: Precision) -> Vec<f32> {
        match self {
            Self::Gated(gated) => gated.of(x, precision),
            Self::Plain {
                up,
                down,
                activation,
            } => {
                let inner = precision.kept(up.of(x));
                let inner = precision.kept(activation.plain(inner));
                precision.kept(down.of(&inner))
            }
            Self::Experts(experts) => experts.of(x, precision),
        }
    }
}

impl Gated {
    pub(super) fn of(&self, x: &[f32], precision: Precision) -> Vec<f32> {
        let (gate, up) = match &self.inner {
            Inner::Separate { gate, up } => (gate.of(x), up.of(x)),
            Inner::Interleaved(both) => {
                let both = both.of(x);
                both.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip()
            }
        };
        let (gate, up) = (precision.kept(gate), precision.kept(up));
        let inner = precision.kept(self.activation.gated(gate, &up));
        precision.kept(self.down.of(&inner))
    }
}
