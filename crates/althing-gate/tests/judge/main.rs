//! Each rule of the gate at its boundary, then what must hold for any facts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod documents;
mod fixture;
mod forms;
mod presets;
mod properties;
mod saying;
mod texts;
