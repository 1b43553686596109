#![doc = include_str!("../README.md")]

mod forge;
mod hub;
mod loopback;
mod responses;

pub use althing_localforge::server::Faults;
pub use forge::{TestForge, clean};
pub use hub::{HubModel, HubRequest, HubServer};
pub use responses::{Answer, ResponsesServer, stream};
