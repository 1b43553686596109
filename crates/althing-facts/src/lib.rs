#![doc = include_str!("../README.md")]

mod convert;
mod gather;
mod history;
mod policy;

pub use gather::{Gathered, gather};
pub use history::{Wanted, history};
pub use policy::{CHARTER, MEMBERS, Policy, PolicyError, policy};
