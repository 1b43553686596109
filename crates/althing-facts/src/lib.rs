#![doc = include_str!("../README.md")]

mod convert;
mod gather;
mod policy;

pub use gather::{Gathered, gather};
pub use policy::{CHARTER, MEMBERS, Policy, PolicyError, policy};
