#![doc = include_str!("../README.md")]

mod document;
mod mention;

pub use document::{Code, Document, Item, Section};
pub use mention::mentions;
