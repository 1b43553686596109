//! Counters for each user and operation, and the hourly limits that follow from them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;

use super::state::{RateLimit, Resource};

/// Requests or points that a user has in an hour, as on GitHub.
const HOURLY: u32 = 5_000;
const HOUR: i64 = 3_600;

/// Counts since the server started, and use in the running hour.
#[derive(Debug)]
pub struct Meter {
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    operations: BTreeMap<(String, String), Operation>,
    hour: BTreeMap<(String, Resource), u32>,
    reset: i64,
}

/// How often a user asked for one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Operation {
    /// Login.
    pub user: String,
    /// `METHOD /route/{template}` or `graphql OPERATION`.
    pub operation: String,
    /// Requests.
    pub count: u64,
    /// Requests answered with a status of 400 or above.
    pub refused: u64,
    /// GraphQL points.
    pub points: u64,
}

impl Meter {
    /// Counters at zero; the first hour begins now.
    pub fn start() -> Self {
        let counts = Counts {
            operations: BTreeMap::new(),
            hour: BTreeMap::new(),
            reset: Timestamp::now().as_second() + HOUR,
        };
        Self {
            counts: Mutex::new(counts),
        }
    }

    /// Counts one answered request.
    pub fn count(&self, user: &str, operation: &str, resource: Resource, points: u32, ok: bool) {
        let mut counts = self.current();
        *counts.hour.entry((user.to_owned(), resource)).or_default() += points;
        let entry = counts
            .operations
            .entry((user.to_owned(), operation.to_owned()))
            .or_insert_with(|| Operation {
                user: user.to_owned(),
                operation: operation.to_owned(),
                count: 0,
                refused: 0,
                points: 0,
            });
        entry.count += 1;
        entry.refused += u64::from(!ok);
        entry.points += u64::from(points);
    }

    /// Where a user stands in a limit.
    pub fn rate_limit(&self, user: &str, resource: Resource) -> RateLimit {
        let counts = self.current();
        let used = counts
            .hour
            .get(&(user.to_owned(), resource))
            .copied()
            .unwrap_or(0);
        RateLimit {
            limit: HOURLY,
            used: used.min(HOURLY),
            reset: counts.reset,
        }
    }

    /// Everything counted, by user and operation.
    pub fn operations(&self) -> Vec<Operation> {
        self.current().operations.values().cloned().collect()
    }

    /// The counts, moved on to a new hour when the old one is over.
    fn current(&self) -> MutexGuard<'_, Counts> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now().as_second();
        if now >= counts.reset {
            counts.hour.clear();
            counts.reset = now + HOUR;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::{Meter, Resource};

    #[test]
    fn points_count_against_their_own_limit_and_user() {
        let meter = Meter::start();
        meter.count("a", "graphql Poll", Resource::Graphql, 3, true);
        meter.count("a", "GET /user", Resource::Core, 1, false);
        assert_eq!(meter.rate_limit("a", Resource::Graphql).remaining(), 4_997);
        assert_eq!(meter.rate_limit("a", Resource::Core).used, 1);
        assert_eq!(meter.rate_limit("b", Resource::Core).used, 0);
        let refused: Vec<u64> = meter.operations().iter().map(|o| o.refused).collect();
        assert_eq!(refused, [1, 0]);
    }
}
