//! Gates: what a change must show before it merges.

use althing_diag::Location;

use crate::{GateName, PathPatterns, RoleRef};

/// What a pull request must show when it changes certain paths.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name.
    pub name: GateName,
    /// Why it is there.
    pub description: Option<String>,
    /// The paths it is about.
    pub paths: PathPatterns,
    /// Approvals that it requires, in the order of the file.
    pub approvals: Vec<ApprovalRule>,
    /// Checks that it requires, in the order of the file.
    pub checks: Vec<CheckRule>,
    /// Where it is declared.
    pub location: Location,
}

/// So many holders of a role must approve the head commit.
#[derive(Clone, Debug)]
pub struct ApprovalRule {
    /// The role.
    pub role: RoleRef,
    /// How many of its holders, at least 1.
    pub count: u32,
    /// Where the rule stands.
    pub location: Location,
}

/// A check must be green on the head commit.
#[derive(Clone, Debug)]
pub struct CheckRule {
    /// Name of the commit status or check run.
    pub name: String,
    /// The role that whoever reports it must hold, if that matters.
    pub by: Option<RoleRef>,
    /// Where the rule stands.
    pub location: Location,
}
