//! Flows of the fleet with real git, real agents (scripts) and real checks; the forge is in
//! memory where a test must choose what it sees, and the local forge behind real `gh` in
//! `local_forge.rs`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claiming;
mod codex;
mod device;
mod discovering;
mod house;
mod machine;
mod memory_forge;
mod merging;
mod running;
mod weights;
mod world;
