//! The JSON forms of GitHub's REST answers, made from the model. Pure functions; members that
//! stand for what this forge does not have (stars, milestones, forks) say so with zero, false,
//! null or an empty list. `tests/openapi.rs` holds every form against GitHub's description.

mod account;
mod address;
mod check;
mod content;
mod git;
mod issue;
mod pull;
mod repo;

pub(super) use account::*;
pub(super) use address::*;
pub(super) use check::*;
pub(super) use content::*;
pub(super) use git::*;
pub(super) use issue::*;
pub(super) use pull::*;
pub(super) use repo::*;

use serde_json::Value;

/// `base` with the members of `more`, which win.
fn extended(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}
