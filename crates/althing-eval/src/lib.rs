#![doc = include_str!("../README.md")]

mod accuracy;
mod blockfloat;
mod cache;
mod config;
mod evaluate;
mod family;
mod files;
mod logits;
mod metrics;
mod model;
mod prompt;
mod reference;
mod refusal;
mod seal;
mod source;
mod tokenizer;
mod weights;

pub use self::{
    accuracy::{Agreement, agreement, best},
    blockfloat::{BlockFormat, round_to_bf16},
    cache::{Cache, Key},
    evaluate::{PromptSource, Request, evaluate, reference},
    family::Family,
    logits::Logits,
    metrics::{ENGINE_VERSION, Metrics, Mode, ReferenceMark, Remembered, Timing, Weights},
    model::{Model, Numerics, Session},
    prompt::Prompt,
    reference::{Made, Reference},
    refusal::Refusal,
    source::{Hub, Located, Source},
    tokenizer::Tokenizer,
};
