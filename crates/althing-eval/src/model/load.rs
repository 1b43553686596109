//! Finds the weights that a description asks for, by the names that the files have.

mod experts;

use super::{
    attention::Attention,
    decoder::{Decoder, Layer},
    feed_forward::{FeedForward, Gated, Inner},
    linear::Linear,
    matrix::Matrix,
    norm::RmsNorm,
    weights::Weights,
};
use crate::{
    Numerics, Refusal,
    config::{self, ExpertStorage, Spec},
};

/// The decoder that `spec` describes.
pub(super) fn decoder(
    spec: &Spec,
    weights: &Weights,
    numerics: Numerics,
) -> Result<Decoder, Refusal> {
    let load = Load {
        spec,
        weights,
        numerics,
    };
    let (embedding, head) = ends(spec, weights);
    let layers = spec.layers.iter().enumerate();
    Ok(Decoder {
        embedding_scale: spec.embedding_scale,
        ropes: spec.ropes.clone(),
        layers: layers
            .map(|(at, layer)| load.layer(&format!("model.layers.{at}"), layer))
            .collect::<Result<_, _>>()?,
        norm: load.norm("model.norm", spec.hidden)?,
        head: load.linear(head, spec.vocabulary, spec.hidden, false)?,
        precision: numerics.precision(),
        embedding: load.matrix(embedding, spec.vocabulary, spec.hidden)?,
    })
}

/// The names of embedding and last matrix. Tied, one of them may be missing; if neither is, the
/// file is right about it.
fn ends(spec: &Spec, weights: &Weights) -> (&'static str, &'static str) {
    let (embedding, head) = ("model.embed_tokens", "lm_head");
    let has = |name: &str| weights.has(&format!("{name}.weight"));
    match (spec.tied, has(embedding), has(head)) {
        (true, false, true) => (head, head),
        (true, true | false, false) => (embedding, embedding),
        (true, true, true) | (false, ..) => (embedding, head),
    }
}

#[derive(Clone, Copy)]
struct Load<'a> {
    spec: &'a Spec,
    weights: &'a Weights,
    numerics: Numerics,
}

impl Load<'_> {
    fn layer(self, name: &str, layer: &config::Layer) -> Result<Layer, Refusal> {
        let hidden = self.spec.hidden;
        let norm = |which: &str| self.norm(&format!("{name}.{which}"), hidden);
        // With norms behind each part, the one behind the attention has the name that
        // elsewhere the one before the feed-forward has.
        let (before, attention_after, feed_forward_after) = if self.spec.norm.sandwich {
            let attention = norm("post_attention_layernorm")?;
            let feed_forward = norm("post_feedforward_layernorm")?;
            let before = "pre_feedforward_layernorm";
            (before, Some(attention), Some(feed_forward))
        } else {
            ("post_attention_layernorm", None, None)
        };
        Ok(Layer {
            rope: layer.rope,
            attention_norm: norm("input_layernorm")?,
            attention: self.attention(&format!("{name}.self_attn"), layer.window)?,
            attention_after,
            feed_forward_norm: norm(before)?,
            feed_forward: self.feed_forward(name, &layer.feed_forward)?,
            feed_forward_after,
        })
    }

    fn attention(self, name: &str, window: Option<usize>) -> Result<Attention, Refusal> {
        let sizes = self.spec.attention;
        let hidden = self.spec.hidden;
        let (queries, keys) = (
            sizes.heads * sizes.head_size,
            sizes.key_heads * sizes.head_size,
        );
        let projection =
            |which: &str, rows| self.linear(&format!("{name}.{which}"), rows, hidden, sizes.bias);
        let (query, key, value) = if sizes.fused {
            let all = projection("qkv_proj", queries + 2 * keys)?;
            let split = queries + keys;
            (
                all.part(0..queries),
                all.part(queries..split),
                all.part(split..split + keys),
            )
        } else {
            (
                projection("q_proj", queries)?,
                projection("k_proj", keys)?,
                projection("v_proj", keys)?,
            )
        };
        let norm = |which: &str| {
            let norm = || self.norm(&format!("{name}.{which}"), sizes.head_size);
            sizes.query_key_norm.then(norm).transpose()
        };
        let sinks = || self.numbers(&format!("{name}.sinks"), &[sizes.heads]);
        Ok(Attention {
            query,
            key,
            value,
            output: self.linear(
                &format!("{name}.o_proj"),
                hidden,
                queries,
                sizes.output_bias,
            )?,
            query_norm: norm("q_norm")?,
            key_norm: norm("k_norm")?,
            sinks: sizes.sinks.then(sinks).transpose()?,
            window,
            sizes,
        })
    }

    fn feed_forward(
        self,
        name: &str,
        described: &config::FeedForward,
    ) -> Result<FeedForward, Refusal> {
        let hidden = self.spec.hidden;
        let up = |which: &str, rows, bias| {
            self.linear(&format!("{name}.mlp.{which}"), rows, hidden, bias)
        };
        let down =
            |columns, bias| self.linear(&format!("{name}.mlp.down_proj"), hidden, columns, bias);
        match *described {
            config::FeedForward::Gated {
                width,
                activation,
                bias,
                fused,
            } => {
                let (gate, up) = if fused {
                    let both = up("gate_up_proj", 2 * width, bias)?;
                    (both.part(0..width), both.part(width..2 * width))
                } else {
                    (up("gate_proj", width, bias)?, up("up_proj", width, bias)?)
                };
                Ok(FeedForward::Gated(Gated {
                    inner: Inner::Separate { gate, up },
                    down: down(width, bias)?,
                    activation,
                }))
            }
            config::FeedForward::Plain {
                width,
                activation,
                bias,
            } => Ok(FeedForward::Plain {
                up: up("up_proj", width, bias)?,
                down: down(width, bias)?,
                activation,
            }),
            config::FeedForward::Experts(ref described) => match described.storage {
                ExpertStorage::Separate(names) => self.separate_experts(name, described, names),
                ExpertStorage::Interleaved { mxfp4 } => {
                    self.interleaved_experts(name, described, mxfp4)
                }
            },
        }
    }

    fn linear(
        self,
        name: &str,
        rows: usize,
        columns: usize,
        bias: bool,
    ) -> Result<Linear, Refusal> {
        let biases = || self.numbers(&format!("{name}.bias"), &[rows]);
        Ok(Linear {
            matrix: self.numerics.weights(self.matrix(name, rows, columns)?),
            bias: bias.then(biases).transpose()?,
        })
    }

    fn matrix(self, name: &str, rows: usize, columns: usize) -> Result<Matrix, Refusal> {
        self.weights
            .matrix(&format!("{name}.weight"), rows, columns)
    }

    fn numbers(self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Refusal> {
        let numbers = self.weights.numbers(name, shape)?;
        Ok(self.numerics.precision().kept(numbers))
    }

    fn norm(self, name: &str, size: usize) -> Result<RmsNorm, Refusal> {
        let mut weights = self.numbers(&format!("{name}.weight"), &[size])?;
        let offset = self.spec.norm.offset;
        weights.iter_mut().for_each(|weight| *weight += offset);
        Ok(RmsNorm {
            weights,
            epsilon: self.spec.norm.epsilon,
        })
    }
}
