//! A decoder described completely: what all supported families are translated to.

use super::rope::Rope;
use crate::Family;

/// What there is to know of a model besides its weights.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) family: Family,
    pub(crate) vocabulary: usize,
    /// The longest sequence.
    pub(crate) positions: usize,
    pub(crate) hidden: usize,
    /// The last matrix is the embedding.
    pub(crate) tied: bool,
    /// What embeddings are multiplied with.
    pub(crate) embedding_scale: f32,
    pub(crate) norm: Norm,
    pub(crate) attention: Attention,
    /// Rotations that layers choose from.
    pub(crate) ropes: Vec<Rope>,
    pub(crate) layers: Vec<Layer>,
}

/// How activations are normalised: by their root mean square.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Norm {
    pub(crate) epsilon: f32,
    /// Added to each weight of a norm: one where weights are kept as the difference to it.
    pub(crate) offset: f32,
    /// Also behind attention and feed-forward, before the residual is added.
    pub(crate) sandwich: bool,
}

/// What is the same in the attention of all layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attention {
    pub(crate) heads: usize,
    /// Heads of keys and values; each serves `heads / key_heads` heads.
    pub(crate) key_heads: usize,
    pub(crate) head_size: usize,
    /// What scores are multiplied with.
    pub(crate) scale: f32,
    /// Queries, keys and values come from one matrix, in this order.
    pub(crate) fused: bool,
    /// Biases of queries, keys and values.
    pub(crate) bias: bool,
    pub(crate) output_bias: bool,
    /// Queries and keys are normalised head by head before they are rotated.
    pub(crate) query_key_norm: bool,
    /// Each head has a score of its own that attends to nothing.
    pub(crate) sinks: bool,
}

/// What differs from layer to layer.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// How many positions a query sees, its own included; all before it if none.
    pub(crate) window: Option<usize>,
    /// Which of the rotations.
    pub(crate) rope: usize,
    pub(crate) feed_forward: FeedForward,
}

#[derive(Clone, Debug)]
pub(crate) enum FeedForward {
    /// `down(act(gate(x)) * up(x))`, gate and up perhaps in one matrix, in this order.
    Gated {
        width: usize,
        activation: Activation,
        bias: bool,
        fused: bool,
    },
    /// `down(act(up(x)))`.
    Plain {
        width: usize,
        activation: Activation,
        bias: bool,
    },
    Experts(Experts),
}

/// Some of many gated feed-forwards, chosen for each token.
#[derive(Clone, Debug)]
pub(crate) struct Experts {
    pub(crate) count: usize,
    pub(crate) chosen: usize,
    pub(crate) width: usize,
    pub(crate) activation: Activation,
    pub(crate) routing: Routing,
    pub(crate) storage: ExpertStorage,
}

/// How much the chosen experts count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Routing {
    /// By their share among all experts.
    ShareOfAll,
    /// By their share among the chosen.
    ShareOfChosen,
}

/// Where the files have the experts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpertStorage {
    /// Each expert has three matrices.
    Separate(ExpertNames),
    /// All experts in one tensor, inputs before outputs, gate and up interleaved, with biases:
    /// gpt-oss.
    Interleaved {
        /// Kept as MXFP4 blocks, outputs before inputs.
        mxfp4: bool,
    },
}

/// What the tensors of a separate expert are called, behind the layer's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExpertNames {
    pub(crate) block: &'static str,
    pub(crate) gate: &'static str,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Activation {
    /// `x * sigmoid(x)`.
    Silu,
    /// GELU by its approximation with tanh.
    GeluTanh,
    /// The square of what is positive.
    SquaredRelu,
    /// `(clamp(up) + 1) * gate * sigmoid(alpha * gate)` with `gate` at most `limit`: gpt-oss.
    ClampedSwiglu { alpha: f32, limit: f32 },
}
