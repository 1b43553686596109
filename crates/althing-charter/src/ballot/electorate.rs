//! Who may vote.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
};

use althing_diag::id::UserId;
use serde::{Deserialize, Serialize};

use crate::RoleName;

/// Somebody who may vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elector {
    /// The account that the right binds to.
    pub id: UserId,
    /// Whom the person works for; `None` counts for nobody but the person.
    pub organization: Option<String>,
    /// Roles that the person holds.
    pub roles: BTreeSet<RoleName>,
    /// Whether the account is a machine's. Machines never vote.
    pub bot: bool,
}

/// Those who may vote: a snapshot that role changes do not touch (L-A03).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Electorate {
    by_id: BTreeMap<UserId, Elector>,
}

impl Electorate {
    /// Everybody who is named, once, without machines. Whoever must not vote, such as the subject
    /// of a removal or an emeritus (L-116, L-137), is not to be named.
    pub fn new(electors: impl IntoIterator<Item = Elector>) -> Self {
        let people = electors.into_iter().filter(|elector| !elector.bot);
        let by_id = people.map(|elector| (elector.id, elector)).collect();
        Self { by_id }
    }

    /// Everybody, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Elector> {
        self.by_id.values()
    }

    /// The elector with this account.
    pub fn get(&self, id: UserId) -> Option<&Elector> {
        self.by_id.get(&id)
    }

    /// Nobody may vote.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many ballots can count when at most `cap` of an organization do.
    pub(super) fn size(&self, cap: Option<NonZeroU32>) -> u64 {
        let Some(cap) = cap else {
            return u64::try_from(self.by_id.len()).unwrap_or(u64::MAX);
        };
        let mut sizes = BTreeMap::<Party, u64>::new();
        for elector in self.iter() {
            *sizes.entry(elector.party()).or_default() += 1;
        }
        let cap = u64::from(cap.get());
        sizes.into_values().map(|size| size.min(cap)).sum()
    }
}

/// Whose ballots a cap counts together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    /// Everybody of an organization, its name in small letters.
    Organization(String),
    /// Somebody of none.
    Person(UserId),
}

impl Elector {
    pub(super) fn party(&self) -> Party {
        let name = self.organization.as_deref().map(str::trim);
        match name.filter(|name| !name.is_empty()) {
            Some(name) => Party::Organization(name.to_lowercase()),
            None => Party::Person(self.id),
        }
    }
}
