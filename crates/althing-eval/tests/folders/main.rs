//! What a model folder may contain, and what it may not: each thing that is wrong is refused with
//! its file and field or tensor, and whatever is damaged, nothing panics and nothing grows.

mod configs;
mod damage;
mod folder;
mod prompts;
mod storage;
mod tensors;
mod tokenizers;
