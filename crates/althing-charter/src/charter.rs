//! The charter: rules that are known to make sense.

use std::collections::BTreeMap;

use althing_diag::Location;

use crate::{Calendar, GateName, Lifecycle, LifecycleName, PathPatterns, RoleName};

/// A validated charter.
#[derive(Clone, Debug)]
pub struct Charter {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) calendar: Calendar,
    pub(crate) roles: BTreeMap<RoleName, Role>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) lifecycles: Vec<Lifecycle>,
}

impl Charter {
    /// Name of the community or project.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Version of the rules, as written.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The calendar by which waiting periods are counted.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The declared roles.
    pub fn roles(&self) -> &BTreeMap<RoleName, Role> {
        &self.roles
    }

    /// The lifecycles in the order of the file.
    pub fn lifecycles(&self) -> &[Lifecycle] {
        &self.lifecycles
    }

    /// The lifecycle of that name.
    pub fn lifecycle(&self, name: &LifecycleName) -> Option<&Lifecycle> {
        self.lifecycles
            .iter()
            .find(|lifecycle| lifecycle.name == *name)
    }

    /// The gates in the order of the file.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The gates that a change of `path` must pass, in the order of the file. None means that
    /// no rule allows the change, not that it is free.
    pub fn gates_for(&self, path: &str) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(move |gate| gate.paths.cover(path))
    }
}

/// A role that members can hold.
#[derive(Clone, Debug)]
pub struct Role {
    /// What it is for.
    pub description: Option<String>,
    /// Where it is declared.
    pub location: Location,
}

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
    pub role: RoleName,
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
    pub by: Option<RoleName>,
    /// Where the rule stands.
    pub location: Location,
}
