//! Normalising by the root mean square.

use rayon::prelude::*;

/// Weights of a norm, with what the family adds to them.
#[derive(Clone, Debug)]
pub(super) struct RmsNorm {
    pub(super) weights: Vec<f32>,
    pub(super) epsilon: f32,
}

impl RmsNorm {
    /// Each row (of a token, or of a head) normalised.
    pub(super) fn of(&self, x: &[f32]) -> Vec<f32> {
        let mut y = x.to_vec();
        y.par_chunks_mut(self.weights.len())
            .with_min_len(8)
            .for_each(|row| self.row(row));
        y
    }

    fn row(&self, row: &mut [f32]) {
        let squares: f64 = row.iter().map(|x| f64::from(x * x)).sum();
        let mean = (squares / row.len() as f64) as f32;
        let scale = 1.0 / (mean + self.epsilon).sqrt();
        for (x, weight) in row.iter_mut().zip(&self.weights) {
            *x = *x * scale * weight;
        }
    }
}
