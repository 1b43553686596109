#![doc = include_str!("../README.md")]

mod document;
mod mention;

pub use document::{Code, Document, Section};
pub use mention::mentions;
