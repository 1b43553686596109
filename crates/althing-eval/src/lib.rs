//! Accuracy of a model against a reference on the CPU.

mod accuracy;
mod blockfloat;
mod config;
mod family;
mod logits;
mod model;
mod refusal;
mod tokenizer;

pub use self::{
    accuracy::{Agreement, agreement, best},
    blockfloat::{BlockFormat, round_to_bf16},
    family::Family,
    logits::Logits,
    model::{Model, Numerics, Session},
    refusal::Refusal,
    tokenizer::Tokenizer,
};
