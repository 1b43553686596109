//! Attention: queries look at keys before them, and take from their values.

use pulp::Arch;
use rayon::prelude::*;

use super::{
    cache::LayerCache, kernel, linear::Linear, norm::RmsNorm, precision::Precision,
    rotation::Rotation,
};
use crate::config;

/// Weights of a layer's attention.
#[derive(Debug)]
pub(super) struct Attention {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) query_norm: Option<RmsNorm>,
    pub(super) key_norm: Option<RmsNorm>,
    pub(super) sinks: Option<Vec<f32>>,
    pub(super) window: Option<usize>,
    pub(super) sizes: config::Attention,
}

impl Attention {
    /// `x` is `[batch, steps, hidden]`; the cache has what was before, and gets these steps.
    pub(super) fn of(
        &self,
        x: &[f32],
        rotation: &Rotation,
        cache: &mut LayerCache,
        steps: usize,
        precision: Precision,
    ) -> Vec<f32> {
        let size = self.sizes.head_size;
        let project = |linear: &Linear, norm: Option<&RmsNorm>| {
            let projected = precision.kept(linear.of(x));
            match norm {
                Some(norm) => precision.kept(norm.of(&projected)),
                None => projected,
            }
        };
        let mut queries = project(&self.query, self.query_norm.as_ref());
        let mut keys = project(&self.key, self.key_norm.as_ref());
        let values = project(&self.value, None);
        rotation.apply(&mut queries, self.sizes.heads * size, size);
        rotation.apply(&mut keys, self.sizes.key_heads * size, size);
        let (queries, keys) = (precision.kept(queries), precision.kept(keys));
        cache.extend(&keys, &values, size, steps);
        let seen = precision.kept(self.look(&queries, cache, steps));
        precision.kept(self.output.of(&seen))
    }

    /// What each head of each token takes from the values.
    fn look(&self, queries: &[f32], cache: &LayerCache, steps: usize) -> Vec<f32> {
        let config::Attention {
            heads,
            key_heads,
            head_size,
            ..
        } = self.sizes;
        let arch = Arch::new();
        let mut seen = vec![0.0; queries.len()];
        let each = seen
            .par_chunks_mut(head_size)
            .zip(queries.par_chunks(head_size));
        each.enumerate()
            .for_each_init(Vec::new, |scores, (at, (seen, query))| {
                let (token, head) = (at / heads, at % heads);
                let (row, step) = (token / steps, token % steps);
                let (keys, values) = cache.get(row, head / (heads / key_heads));
                let position = keys.len() / head_size - steps + step;
                let first = self
                    .window
                    .map_or(0, |window| (position + 1).saturating_sub(window));
                let visible = first * head_size..(position + 1) * head_size;
                scores.clear();
                scores.resize(position + 1 - first, 0.0);
                kernel::dots(arch, &keys[visible.clone()], query, scores);
                let sink = self.sinks.as_ref().map(|sinks| sinks[head]);
                softmax(scores, self.sizes.scale, sink);
                kernel::weighted_sum(arch, scores, &values[visible], seen);
            });
        seen
    }
}

/// Shares that sum to one, together with that of the sink if there is one.
fn softmax(scores: &mut [f32], scale: f32, sink: Option<f32>) {
    scores.iter_mut().for_each(|score| *score *= scale);
    let most = scores
        .iter()
        .copied()
        .fold(sink.unwrap_or(f32::NEG_INFINITY), f32::max);
    let mut sum = sink.map_or(0.0, |sink| f64::from((sink - most).exp()));
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += f64::from(*score);
    }
    let share = sum as f32;
    scores.iter_mut().for_each(|score| *score /= share);
}
