//! A role that somebody holds.

use std::fmt;

use althing_diag::Location;
use jiff::civil::Date;

use crate::RoleRef;

/// A role that somebody holds, with its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The role, with its scope.
    pub role: RoleRef,
    /// The first day on which it is held; always, if nothing is said.
    pub since: Option<Date>,
    /// The first day on which it is no longer held; never, if nothing is said.
    pub until: Option<Date>,
    /// How it was obtained, if that is said.
    pub by: Option<Origin>,
    /// Where that stands.
    pub location: Location,
}

impl Holding {
    /// Whether it is held on that day (of the charter's calendar).
    pub fn in_force(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// How a role was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// When the charter came into force.
    Founding,
    /// By a decision: the number of its entry in the ledger.
    Entry(u64),
}

/// `founding`, or `ledger entry 17`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Founding => f.write_str("founding"),
            Self::Entry(number) => write!(f, "ledger entry {number}"),
        }
    }
}
