#![doc = include_str!("../README.md")]

mod code;
mod exit;
mod finding;
pub mod id;
mod report;
pub mod yaml;

pub use code::Code;
pub use exit::Exit;
pub use finding::{Finding, Location, Severity};
pub use report::Report;
