//! A matrix with its bias.

use super::{kernel, matrix::Matrix};

/// `x W^T + b`.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) matrix: Matrix,
    pub(super) bias: Option<Vec<f32>>,
}

impl Linear {
    /// `[rows, outputs]` for `[rows, inputs]`.
    pub(super) fn of(&self, x: &[f32]) -> Vec<f32> {
        kernel::product(&self.matrix, self.bias.as_deref(), x)
    }

    /// Some of its outputs as a linear map of their own.
    pub(super) fn part(&self, rows: std::ops::Range<usize>) -> Self {
        Self {
            bias: self.bias.as_ref().map(|bias| bias[rows.clone()].to_vec()),
            matrix: self.matrix.part(rows),
        }
    }
}
