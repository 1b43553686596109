//! People whom a rule names that belongs to no subject.

use jiff::civil::Date;

use super::{Member, Members};
use crate::{Charter, RoleRef, Who};

impl Charter {
    /// The roles that make people meant by `who`: a role, or the seats of a body.
    pub fn roles_of(&self, who: &Who) -> Vec<RoleRef> {
        match who {
            Who::Role(role) => role.fill(|_| Vec::new()),
            Who::Body(name) => {
                let body = self.bodies.get(name);
                let seats = body.map_or(&[][..], |body| &body.seats);
                seats.iter().map(|seats| seats.role.clone()).collect()
            }
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Named(_) => Vec::new(),
        }
    }
}

impl Members {
    /// The members who are meant on that day by role or body, by id. `anyone` means nobody in
    /// particular.
    pub fn among(&self, charter: &Charter, who: &[Who], day: Date) -> Vec<&Member> {
        let roles: Vec<RoleRef> = who.iter().flat_map(|who| charter.roles_of(who)).collect();
        let meant = |member: &&Member| roles.iter().any(|role| member.holds(charter, role, day));
        self.iter().filter(meant).collect()
    }
}
