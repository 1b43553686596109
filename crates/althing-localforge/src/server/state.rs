//! What request handlers share.

use std::sync::Arc;

pub use crate::forge::Actor;
use crate::{
    forge::Forge,
    server::{Faults, Meter},
};

/// State of the running server; a handler gets it through `State<AppState>` and the acting user
/// through `Extension<Actor>`.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The domain.
    pub forge: Forge,
    /// Who asked for what, and how often.
    pub meter: Arc<Meter>,
    /// What goes wrong on purpose.
    pub faults: Arc<Faults>,
}

impl AppState {
    /// A state with fresh counters.
    pub fn new(forge: Forge, faults: Faults) -> Self {
        Self {
            forge,
            meter: Arc::new(Meter::start()),
            faults: Arc::new(faults),
        }
    }

    /// Where a user stands in a limit, before the present request is counted.
    pub fn rate_limit(&self, actor: &Actor, resource: Resource) -> RateLimit {
        self.meter.rate_limit(&actor.user.login, resource)
    }
}

/// What a GraphQL request was and cost. The GraphQL handler puts it among the response's
/// extensions, for the counters and the rate-limit headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphqlCost {
    /// Operation name, or the first root field when there is none.
    pub operation: String,
    /// Points.
    pub points: u32,
}

/// A rate limit as seen by one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests or points for each hour.
    pub limit: u32,
    /// Used in this hour.
    pub used: u32,
    /// When the hour ends, in seconds since 1970.
    pub reset: i64,
}

impl RateLimit {
    /// What is left.
    pub fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// The limits that GitHub keeps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// REST requests.
    Core,
    /// GraphQL points.
    Graphql,
}

impl Resource {
    /// The name in `X-RateLimit-Resource`.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Core => "core",
            Resource::Graphql => "graphql",
        }
    }
}
