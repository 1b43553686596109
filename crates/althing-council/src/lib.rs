#![doc = include_str!("../README.md")]

pub mod comment;
pub mod inbox;
pub mod marker;
pub mod status;
mod text;

pub use text::defused;
