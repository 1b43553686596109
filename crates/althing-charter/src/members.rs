//! The members: who holds which role.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::{Location, id::UserId};

use crate::RoleName;

/// Validated members: no person twice.
#[derive(Clone, Debug, Default)]
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

    /// Whoever holds the role, by id.
    pub fn holders<'a>(&'a self, role: &'a RoleName) -> impl Iterator<Item = &'a Member> {
        self.iter()
            .filter(move |member| member.roles.contains(role))
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
    /// Roles that the person holds.
    pub roles: BTreeSet<RoleName>,
    /// Where the person is listed.
    pub location: Location,
}
