#![doc = include_str!("../README.md")]

mod forge;

pub use althing_localforge::server::Faults;
pub use forge::{TestForge, clean};
