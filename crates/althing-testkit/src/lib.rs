#![doc = include_str!("../README.md")]

mod forge;
mod responses;

pub use althing_localforge::server::Faults;
pub use forge::{TestForge, clean};
pub use responses::{Answer, ResponsesServer, stream};
