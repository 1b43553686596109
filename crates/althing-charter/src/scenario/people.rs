//! Everybody whom a scenario mentions.

use std::collections::BTreeMap;

use althing_diag::id::{Account, UserId};

use super::step::{Action, Step};
use crate::{Actor, Members};

/// Ids of people who are no members begin here, in the order in which they are mentioned; the
/// ids of members are small.
const FIRST_ID: u64 = 1_000_000_000;

/// Whoever writes `by: automation` means the machine that works for the community.
const AUTOMATION: &str = "automation";

/// Everybody whom a scenario mentions, by login in small letters.
#[derive(Debug)]
pub(super) struct People {
    by_login: BTreeMap<String, Account>,
}

impl People {
    pub(super) fn of(steps: &[Step], members: &Members) -> Self {
        let mut people = Self {
            by_login: BTreeMap::new(),
        };
        for member in members.iter() {
            people.add(&member.login, member.id);
        }
        for step in steps {
            match &step.action {
                None | Some(Action::Tick) => {}
                Some(Action::Act { by, .. }) => people.meet(by),
                Some(Action::Open(opening)) => {
                    people.meet(&opening.by);
                    // Any text may name a person: the lifecycle says which ones do.
                    let values = opening.set.values().filter_map(|value| value.as_str());
                    values.for_each(|text| people.meet(text));
                }
            }
        }
        people
    }

    pub(super) fn by_login(&self) -> &BTreeMap<String, Account> {
        &self.by_login
    }

    pub(super) fn actor(&self, login: &str, members: &Members) -> Actor {
        let known = self.by_login.get(&login.to_lowercase()).cloned();
        let account = known.unwrap_or_else(|| account(login, UserId(0)));
        let bot = members.by_id(account.id).is_some_and(|member| member.bot);
        Actor {
            automation: bot || login == AUTOMATION,
            account,
        }
    }

    fn meet(&mut self, login: &str) {
        if !self.by_login.contains_key(&login.to_lowercase()) {
            let met = u64::try_from(self.by_login.len()).unwrap_or(u64::MAX);
            self.add(login, UserId(FIRST_ID.saturating_add(met)));
        }
    }

    fn add(&mut self, login: &str, id: UserId) {
        self.by_login
            .insert(login.to_lowercase(), account(login, id));
    }
}

/// The clock of a scenario.
pub(super) fn clock() -> Actor {
    Actor {
        account: account(AUTOMATION, UserId(0)),
        automation: true,
    }
}

fn account(login: &str, id: UserId) -> Account {
    Account {
        id,
        login: login.to_owned(),
    }
}
