//! What a model folder may not contain: each is refused with its file and field or tensor, and
//! whatever is damaged, nothing panics and nothing grows.

mod configs;
mod damage;
mod folder;
mod prompts;
mod tensors;
