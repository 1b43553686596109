//! The members: who holds which role.

mod among;
mod edit;
mod explained;
mod holding;
mod seats;

use std::collections::BTreeMap;

use althing_diag::{
    Location,
    id::{Account, UserId},
};
use jiff::civil::Date;

use crate::{Charter, RoleRef};

pub use edit::{RoleEdit, edit_members};
pub use explained::{Roster, roster_findings};
pub use holding::{Holding, Origin};
pub use seats::seat_findings;

/// Validated members: no person twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub(crate) by_id: BTreeMap<UserId, Member>,
}

impl Members {
    /// Everybody, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.by_id.values()
    }

    /// The member with this account.
    pub fn by_id(&self, id: UserId) -> Option<&Member> {
        self.by_id.get(&id)
    }

    /// The member with this login, in any case of letters.
    ///
    /// Logins change hands: use [`Members::by_id`] wherever the forge gives an id.
    pub fn by_login(&self, login: &str) -> Option<&Member> {
        self.iter()
            .find(|member| member.login.eq_ignore_ascii_case(login))
    }

    /// The member who commits under this address, in any case of letters.
    pub fn by_email(&self, email: &str) -> Option<&Member> {
        self.iter().find(|member| {
            let mut emails = member.emails.iter();
            emails.any(|listed| listed.eq_ignore_ascii_case(email))
        })
    }

    /// Whoever holds the role on that day, by id: also those who hold one that includes it.
    pub fn holders<'a>(
        &'a self,
        charter: &'a Charter,
        asked: &'a RoleRef,
        day: Date,
    ) -> impl Iterator<Item = &'a Member> {
        self.iter()
            .filter(move |member| member.holds(charter, asked, day))
    }

    /// Gives a role to a person from that day on. Whoever is no member yet becomes one.
    pub fn grant(&mut self, account: &Account, role: RoleRef, since: Date, by: Origin) {
        let member = self.by_id.entry(account.id).or_insert_with(|| Member {
            id: account.id,
            login: account.login.clone(),
            name: None,
            emails: Vec::new(),
            organization: None,
            bot: false,
            last_active: None,
            holdings: Vec::new(),
            location: Location::file(by.to_string()),
        });
        member.holdings.retain(|holding| holding.role != role);
        member.holdings.push(Holding {
            role,
            since: Some(since),
            until: None,
            location: Location::file(by.to_string()),
            by: Some(by),
        });
    }

    /// Takes a role from a person at once; without a scope, every scope in which it is held.
    pub fn revoke(&mut self, id: UserId, role: &RoleRef) {
        if let Some(member) = self.by_id.get_mut(&id) {
            let holdings = &mut member.holdings;
            holdings.retain(|holding| !holding.role.satisfies(role));
        }
    }
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account that rights bind to.
    pub id: UserId,
    /// The login, for people.
    pub login: String,
    /// The name of the person.
    pub name: Option<String>,
    /// Addresses under which the person commits.
    pub emails: Vec<String>,
    /// Whom the person works for.
    pub organization: Option<String>,
    /// Whether the account is a machine's.
    pub bot: bool,
    /// When the person was last seen to do something.
    pub last_active: Option<Date>,
    /// Roles that the person holds, held or will hold, in the order of the file.
    pub holdings: Vec<Holding>,
    /// Where the person is listed.
    pub location: Location,
}

impl Member {
    /// Whether the person holds the role on that day, or one that includes it.
    pub fn holds(&self, charter: &Charter, asked: &RoleRef, day: Date) -> bool {
        self.held(day)
            .any(|holding| charter.satisfies(&holding.role, asked))
    }

    /// The roles that the person holds on that day, without those that they include.
    pub fn held(&self, day: Date) -> impl Iterator<Item = &Holding> {
        self.holdings
            .iter()
            .filter(move |holding| holding.in_force(day))
    }
}
