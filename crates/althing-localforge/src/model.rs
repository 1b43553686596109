//! What the forge knows, as plain values. The REST and GraphQL views are made from these.

mod check;
mod git;
mod ids;
mod issue;
mod node;
mod people;
mod project;
mod pull;
mod repo;
mod window;

pub use check::*;
pub use git::*;
pub use ids::*;
pub use issue::*;
pub use node::{NodeId, NodeKind};
pub use people::*;
pub use project::*;
pub use pull::*;
pub use repo::*;
pub use window::{Slice, Window};

pub use althing_diag::id::{RepoName, Sha};
pub use jiff::Timestamp;

/// A time as GitHub writes it: RFC 3339 in UTC, to the second.
pub fn wire_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Root of REST addresses in answers. The forge says it is GitHub, because `gh` and scripts
/// take addresses apart.
pub const API_URL: &str = "https://api.github.com";

/// Root of addresses for people.
pub const WEB_URL: &str = "https://github.com";
