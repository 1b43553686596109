#![doc = include_str!("../README.md")]

mod charter;
mod hash;
mod members;
mod name;
mod path;
mod placeholder;
mod raw;
mod rules;
mod schema;

pub use charter::{ApprovalRule, Charter, CheckRule, Gate, Role};
pub use hash::{CharterHash, InvalidHash};
pub use members::{Member, Members};
pub use name::{GateName, InvalidName, RoleName};
pub use path::PathPatterns;
pub use rules::{Rules, Source};
pub use schema::{charter_schema, members_schema};
