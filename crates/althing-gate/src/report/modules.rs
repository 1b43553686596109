//! Modules and those who maintain them.

use althing_charter::{Member, RoleRef, Scope};

use super::Grounds;
use crate::Module;

impl<'a> Grounds<'a> {
    /// The modules in one of these folders; all, where none is named.
    pub(super) fn modules_in(&self, folders: &[String]) -> Vec<&'a Module> {
        let within = |module: &&Module| {
            folders.is_empty()
                || folders.iter().any(|folder| {
                    let rest = module.path.strip_prefix(folder.as_str());
                    rest.is_some_and(|rest| rest.starts_with('/'))
                })
        };
        self.history.modules.iter().filter(within).collect()
    }

    /// Whoever holds `role` for that module.
    pub(super) fn maintainers(&self, role: &RoleRef, module: &str) -> Vec<&'a Member> {
        let day = self.today();
        let holds = |member: &&Member| {
            let mut modules = self.modules_of(member, role).into_iter();
            modules.any(|name| name == module)
        };
        let members: Vec<&Member> = self.members.iter().filter(holds).collect();
        members
            .into_iter()
            .filter(|member| member.holds(self.charter, role, day))
            .collect()
    }

    /// The modules for which the member holds `role`.
    pub(super) fn modules_of<'m>(&self, member: &'m Member, role: &RoleRef) -> Vec<&'m str> {
        let held = member.held(self.today());
        let held = held.filter(|holding| self.charter.satisfies(&holding.role, role));
        let scopes = held.filter_map(|holding| holding.role.scope.as_ref());
        scopes.filter_map(name_of).collect()
    }
}

fn name_of(scope: &Scope) -> Option<&str> {
    scope.name.as_deref()
}
