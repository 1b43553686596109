//! Cosines and sines of positions, and what they do to queries and keys.

use crate::config::Rope;

/// Of one pass: a row of cosines and one of sines per position.
#[derive(Debug)]
pub(super) struct Rotation {
    pairs: usize,
    cosines: Vec<f32>,
    sines: Vec<f32>,
}

impl Rotation {
    /// For some positions from `start`; `long` chooses the frequencies for long sequences.
    pub(super) fn new(rope: &Rope, long: bool, start: usize, steps: usize) -> Self {
        let frequencies = match &rope.long {
            Some(other) if long => &other.frequencies,
            Some(_) | None => &rope.frequencies,
        };
        let angles = (start..start + steps).flat_map(|position| {
            let angle = move |frequency: &f32| f64::from(position as f32 * frequency);
            frequencies.iter().map(angle)
        });
        let (cosines, sines) = angles
            .map(|angle| {
                let (sine, cosine) = angle.sin_cos();
                (cosine as f32 * rope.scaling, sine as f32 * rope.scaling)
            })
            .unzip();
        Self {
            pairs: frequencies.len(),
            cosines,
            sines,
        }
    }

    /// Rotates the heads of all tokens. Rows of tokens follow each other row of the batch by row
    /// of the batch, each with all steps.
    pub(super) fn apply(&self, x: &mut [f32], width: usize, head_size: usize) {
        let pairs = self.pairs;
        let angles = self.cosines.chunks(pairs).zip(self.sines.chunks(pairs));
        for (token, (cosines, sines)) in x.chunks_mut(width).zip(angles.cycle()) {
            for head in token.chunks_mut(head_size) {
                let (first, rest) = head.split_at_mut(pairs);
                let turned = first.iter_mut().zip(&mut rest[..pairs]);
                for ((first, second), (cosine, sine)) in turned.zip(cosines.iter().zip(sines)) {
                    (*first, *second) = (
                        *first * cosine - *second * sine,
                        *second * cosine + *first * sine,
                    );
                }
            }
        }
    }
}
