//! Accuracy of a model against a reference on the CPU.

mod accuracy;
mod blockfloat;
mod logits;
mod refusal;

pub use self::{
    accuracy::{Agreement, agreement, best},
    blockfloat::{BlockFormat, round_to_bf16},
    logits::Logits,
    refusal::Refusal,
};
