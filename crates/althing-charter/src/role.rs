//! Roles that members can hold.

use std::collections::BTreeSet;

use althing_diag::Location;

use crate::{RoleName, Scope, ScopeKind};

/// A role that members can hold.
#[derive(Clone, Debug)]
pub struct Role {
    /// As the community spells it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Kinds of things that it is held for; empty where it is simply held.
    pub scopes: Vec<ScopeKind>,
    /// Where somebody is to hold it.
    pub positions: Vec<Position>,
    /// What holders may do.
    pub may: Vec<String>,
    /// What holders must do.
    pub duties: Vec<String>,
    /// What holders can be asked to do.
    pub optional_duties: Vec<String>,
    /// What candidates should show.
    pub expected: Vec<String>,
    /// How to get there.
    pub guidance: Vec<String>,
    /// How one gets it: `anyone`, `contribution`, the name of a lifecycle, or a few words.
    pub entered_by: Option<String>,
    /// For how long it is held.
    pub tenure: Option<String>,
    /// Roles that whoever holds this one counts as holding too, as written.
    pub includes: Vec<RoleName>,
    /// The same with all that those include in turn; never the role itself.
    pub counts_as: BTreeSet<RoleName>,
    /// Where it is declared.
    pub location: Location,
}

impl Role {
    /// A role of which nothing is said but where it is declared.
    pub fn at(location: Location) -> Self {
        Self {
            title: None,
            description: None,
            scopes: Vec::new(),
            positions: Vec::new(),
            may: Vec::new(),
            duties: Vec::new(),
            optional_duties: Vec::new(),
            expected: Vec::new(),
            guidance: Vec::new(),
            entered_by: None,
            tenure: None,
            includes: Vec::new(),
            counts_as: BTreeSet::new(),
            location,
        }
    }
}

/// A scope in which somebody is to hold a role; vacant while nobody does (P-026, P-027).
#[derive(Clone, Debug)]
pub struct Position {
    /// The scope.
    pub scope: Scope,
    /// What it is, as the community spells it.
    pub title: String,
    /// Where it is declared.
    pub location: Location,
}
