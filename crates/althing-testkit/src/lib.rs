#![doc = include_str!("../README.md")]

mod forge;

pub use forge::{TestForge, clean};
