//! What is between the matrices of a feed-forward.

use std::f32::consts::FRAC_2_PI;

use rayon::prelude::*;

use crate::config::Activation;

impl Activation {
    /// Of one number.
    fn of(self, x: f32) -> f32 {
        match self {
            Self::Silu => x * sigmoid(x),
            Self::GeluTanh => {
                let inner = FRAC_2_PI.sqrt() * (x + 0.044_715 * x * x * x);
                0.5 * x * (1.0 + inner.tanh())
            }
            Self::SquaredRelu => {
                let positive = if x < 0.0 { 0.0 } else { x };
                positive * positive
            }
            Self::ClampedSwiglu { alpha, limit } => {
                let x = if x > limit { limit } else { x };
                x * sigmoid(alpha * x)
            }
        }
    }

    /// What the other half is before it is multiplied.
    fn beside(self, up: f32) -> f32 {
        match self {
            Self::Silu | Self::GeluTanh | Self::SquaredRelu => up,
            Self::ClampedSwiglu { limit, .. } => up.clamp(-limit, limit) + 1.0,
        }
    }

    /// Of each number.
    pub(super) fn plain(self, mut x: Vec<f32>) -> Vec<f32> {
        x.par_iter_mut()
            .with_min_len(PORTION)
            .for_each(|x| *x = self.of(*x));
        x
    }

    /// Of each gate, times the number beside it.
    pub(super) fn gated(self, mut gate: Vec<f32>, up: &[f32]) -> Vec<f32> {
        gate.par_iter_mut()
            .with_min_len(PORTION)
            .zip(up)
            .for_each(|(gate, up)| *gate = self.of(*gate) * self.beside(*up));
        gate
    }
}

/// Numbers that are worth a thread's attention.
const PORTION: usize = 512;

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
