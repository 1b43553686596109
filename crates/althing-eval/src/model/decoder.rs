//! One pass through all layers.

use super::{
    attention::Attention, cache::Cache, feed_forward::FeedForward, linear::Linear, matrix::Matrix,
    norm::RmsNorm, precision::Precision, rotation::Rotation,
};
use crate::config::Rope;

/// All weights, in the order of their use.
#[derive(Debug)]
pub(super) struct Decoder {
    pub(super) embedding: Matrix,
    pub(super) embedding_scale: f32,
    pub(super) ropes: Vec<Rope>,
    pub(super) layers: Vec<Layer>,
    pub(super) norm: RmsNorm,
    pub(super) head: Linear,
    pub(super) precision: Precision,
}

/// One layer.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) rope: usize,
    pub(super) attention_norm: RmsNorm,
    pub(super) attention: Attention,
    /// Of what the attention gives, where the family has it.
    pub(super) attention_after: Option<RmsNorm>,
    pub(super) feed_forward_norm: RmsNorm,
    pub(super) feed_forward: FeedForward,
    pub(super) feed_forward_after: Option<RmsNorm>,
}

impl Decoder {
    /// The residual stream behind the last layer, `[batch, steps, hidden]`, of tokens that follow
    /// those in the cache. `look` sees the stream before each layer and behind the last.
    pub(super) fn stream(
        &self,
        ids: &[&[u32]],
        cache: &mut Cache,
        long: bool,
        mut look: impl FnMut(&[f32]),
    ) -> Vec<f32> {
        let steps = ids.first().map_or(0, |row| row.len());
        let rotation = |rope| Rotation::new(rope, long, cache.length, steps);
        let rotations: Vec<Rotation> = self.ropes.iter().map(rotation).collect();
        let mut x = self.embedded(ids);
        for (layer, cache) in self.layers.iter().zip(&mut cache.layers) {
            look(&x);
            let kept = |values| self.precision.kept(values);
            let after = |norm: &Option<RmsNorm>, y: Vec<f32>| match norm {
                Some(norm) => kept(norm.of(&y)),
                None => y,
            };
            let normal = kept(layer.attention_norm.of(&x));
            let rotation = &rotations[layer.rope];
            let y = layer
                .attention
                .of(&normal, rotation, cache, steps, self.precision);
            x = kept(sum(x, &after(&layer.attention_after, y)));
            let normal = kept(layer.feed_forward_norm.of(&x));
            let y = layer.feed_forward.of(&normal, self.precision);
            x = kept(sum(x, &after(&layer.feed_forward_after, y)));
        }
        cache.length += steps;
        look(&x);
        x
    }

    /// The logits of tokens `[tokens, hidden]` of the stream.
    pub(super) fn logits(&self, stream: &[f32]) -> Vec<f32> {
        let normal = self.precision.kept(self.norm.of(stream));
        self.precision.kept(self.head.of(&normal))
    }

    fn embedded(&self, ids: &[&[u32]]) -> Vec<f32> {
        let mut space = Vec::new();
        let mut x = Vec::new();
        for id in ids.iter().flat_map(|row| row.iter()) {
            let at = *id as usize;
            let row = self.embedding.read(at..at + 1, &mut space);
            x.extend(row.iter().map(|value| value * self.embedding_scale));
        }
        self.precision.kept(x)
    }
}

fn sum(mut x: Vec<f32>, y: &[f32]) -> Vec<f32> {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
    x
}
