//! Who people are that a rule names, for a subject at a time.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::id::{Account, UserId};
use jiff::civil::Date;

use super::{Actor, AttributeValue, Context, context::View};
use crate::{AttributeName, BodyName, Elector, Electorate, Member, RoleName, RoleRef, Who};

/// How many logins a sentence lists before it only counts them.
const LISTED: usize = 5;

impl<'a> Context<'a> {
    /// The account of that login, if it is known.
    pub(super) fn account(&self, login: &str) -> Option<Account> {
        let login = login.strip_prefix('@').unwrap_or(login);
        match self.members.by_login(login) {
            Some(member) => Some(account_of(member)),
            None => self.people.get(&login.to_ascii_lowercase()).cloned(),
        }
    }

    /// How many people hold each role of the charter.
    pub(super) fn holders(&self) -> BTreeMap<RoleName, u32> {
        let count = |role: &RoleName| {
            let asked = RoleRef::anywhere(role.clone());
            let holders = self.members.iter().filter(|it| self.holds(it, &asked));
            u32::try_from(holders.count()).unwrap_or(u32::MAX)
        };
        let roles = self.charter.roles().keys();
        roles.map(|role| (role.clone(), count(role))).collect()
    }

    /// The roles that a person holds, as they are held.
    pub(super) fn held(&self, id: UserId) -> Vec<RoleRef> {
        let member = self.members.by_id(id).into_iter();
        let held = member.flat_map(|member| member.held(self.day()));
        held.map(|holding| holding.role.clone()).collect()
    }

    /// Whether the actor is a machine, by what is seen or by the members.
    pub(super) fn is_machine(&self, actor: &Actor) -> bool {
        actor.automation || self.is_listed_machine(actor.account.id)
    }

    /// Whether the members list the account as a machine's.
    pub(super) fn is_listed_machine(&self, id: UserId) -> bool {
        self.members.by_id(id).is_some_and(|member| member.bot)
    }

    fn day(&self) -> Date {
        self.charter.date(self.now)
    }

    fn holds(&self, member: &Member, asked: &RoleRef) -> bool {
        member.holds(self.charter, asked, self.day())
    }

    fn seats(&self, body: &BodyName) -> Vec<RoleRef> {
        let body = self.charter.bodies().get(body).into_iter();
        let seats = body.flat_map(|body| body.seats.iter());
        seats.map(|seats| seats.role.clone()).collect()
    }

    fn elector(&self, account: &Account) -> Elector {
        let mut roles = BTreeSet::new();
        for held in self.held(account.id) {
            let declared = self.charter.roles().get(&held.role);
            roles.extend(declared.into_iter().flat_map(|it| it.counts_as.clone()));
            roles.insert(held.role);
        }
        let member = self.members.by_id(account.id);
        Elector {
            id: account.id,
            organization: member.and_then(|member| member.organization.clone()),
            roles,
            bot: member.is_some_and(|member| member.bot),
        }
    }
}

impl<'a> View<'a> {
    /// The person the subject is about.
    pub(super) fn about(&self) -> Option<&'a Account> {
        let about = self.lifecycle.about.as_ref()?;
        match self.subject.attributes.get(about)? {
            AttributeValue::Person(account) => Some(account),
            AttributeValue::Boolean(_)
            | AttributeValue::Number(_)
            | AttributeValue::Text(_)
            | AttributeValue::List(_) => None,
        }
    }

    /// Whether the actor is one of these.
    pub(super) fn is_one_of(&self, actor: &Actor, who: &[Who]) -> bool {
        who.iter().any(|who| self.is(actor, who))
    }

    fn is(&self, actor: &Actor, who: &Who) -> bool {
        let id = actor.account.id;
        match who {
            Who::Anyone => !self.ctx.is_machine(actor),
            Who::Automation => self.ctx.is_machine(actor),
            Who::Opener => self.subject.opener.id == id,
            Who::Subject => self.about().is_some_and(|account| account.id == id),
            // Of an objection, which whoever asks knows.
            Who::Raiser => false,
            Who::Role(_) | Who::Body(_) => {
                let roles = self.roles(who);
                let member = self.ctx.members.by_id(id);
                member.is_some_and(|it| roles.iter().any(|role| self.ctx.holds(it, role)))
            }
            Who::Named(attribute) => {
                let named = self.named(attribute);
                named.iter().any(|account| account.id == id)
            }
        }
    }

    /// The roles that a rule means, with their scopes; none where an attribute has no value.
    pub(super) fn roles(&self, who: &Who) -> Vec<RoleRef> {
        match who {
            Who::Role(pattern) => pattern.fill(|attribute| self.values(attribute)),
            Who::Body(body) => self.ctx.seats(body),
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Named(_) => Vec::new(),
        }
    }

    fn values(&self, attribute: &AttributeName) -> Vec<String> {
        let value = self.subject.attributes.get(attribute);
        value.map(AttributeValue::texts).unwrap_or_default()
    }

    fn named(&self, attribute: &AttributeName) -> Vec<Account> {
        match self.subject.attributes.get(attribute) {
            Some(AttributeValue::Person(account)) => vec![account.clone()],
            Some(value) => {
                let logins = value.texts();
                logins
                    .iter()
                    .filter_map(|it| self.ctx.account(it))
                    .collect()
            }
            None => Vec::new(),
        }
    }

    /// Everybody who is one of these and can be listed: not `anyone`, not machines by themselves.
    pub(super) fn everybody(&self, who: &[Who]) -> Vec<Account> {
        let mut all = BTreeMap::new();
        for account in who.iter().flat_map(|who| self.people(who)) {
            all.insert(account.id, account);
        }
        all.into_values().collect()
    }

    fn people(&self, who: &Who) -> Vec<Account> {
        match who {
            Who::Anyone | Who::Automation | Who::Raiser => Vec::new(),
            Who::Opener => vec![self.subject.opener.clone()],
            Who::Subject => self.about().cloned().into_iter().collect(),
            Who::Role(_) | Who::Body(_) => {
                let roles = self.roles(who);
                self.holders_of(&roles)
            }
            Who::Named(attribute) => self.named(attribute),
        }
    }

    /// Whoever holds one of the roles, by id.
    pub(super) fn holders_of(&self, roles: &[RoleRef]) -> Vec<Account> {
        let holds = |member: &&Member| roles.iter().any(|role| self.ctx.holds(member, role));
        self.ctx
            .members
            .iter()
            .filter(holds)
            .map(account_of)
            .collect()
    }

    /// Those who may vote: without machines, the person it is about, and whoever is left out.
    pub(super) fn electorate(&self, who: &[Who], except: &[Who]) -> Electorate {
        let out: BTreeSet<UserId> = (self.everybody(except).iter().chain(self.about()))
            .map(|account| account.id)
            .collect();
        let voters = self.everybody(who).into_iter();
        let voters = voters.filter(|account| !out.contains(&account.id));
        Electorate::new(voters.map(|account| self.ctx.elector(&account)))
    }

    /// A rule's people in words, such as `maintainer@project` or whoever opened it.
    pub(super) fn said(&self, who: &[Who]) -> String {
        let words = who.iter().flat_map(|who| match who {
            Who::Anyone => vec!["anybody".to_owned()],
            Who::Automation => vec!["automation".to_owned()],
            Who::Opener => vec![format!("whoever opened it ({})", self.subject.opener)],
            Who::Subject => vec!["the person it is about".to_owned()],
            Who::Raiser => vec!["whoever raised the objection".to_owned()],
            Who::Body(body) => vec![format!("the body `{body}`")],
            Who::Named(attribute) => vec![format!("who is named as `{attribute}`")],
            Who::Role(pattern) => match self.roles(who) {
                roles if roles.is_empty() => vec![format!("`{pattern}`")],
                roles => roles.iter().map(|role| format!("`{role}`")).collect(),
            },
        });
        let words: Vec<String> = words.collect();
        words.join(" or ")
    }
}

fn account_of(member: &Member) -> Account {
    Account {
        id: member.id,
        login: member.login.clone(),
    }
}

/// `m1, m2 and 3 more`.
pub(super) fn listed(logins: &[String]) -> String {
    match logins.len().checked_sub(LISTED) {
        None | Some(0) => logins.join(", "),
        Some(more) => {
            let first = logins.get(..LISTED).unwrap_or_default();
            format!("{} and {more} more", first.join(", "))
        }
    }
}
