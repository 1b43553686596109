#![doc = include_str!("../README.md")]

pub mod comment;
pub mod inbox;
pub mod marker;
mod reply;
pub mod status;
mod text;

pub use reply::{reply, reply_key};
pub use text::defused;
