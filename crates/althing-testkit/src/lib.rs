#![doc = include_str!("../README.md")]

mod forge;
mod hub;
mod loopback;
mod models;
mod responses;

pub use althing_localforge::server::Faults;
pub use forge::{TestForge, clean};
pub use hub::{HubModel, HubRequest, HubServer};
pub use models::{built_program, tiny_models};
pub use responses::{Answer, ResponsesServer, stream};
