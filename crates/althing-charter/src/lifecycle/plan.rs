//! What a transition does, with placeholders filled.

use althing_diag::id::Account;

use super::{
    AttributeValue, Effect, EffectKey, OutsideEffect, PlannedEffect, Record, Template,
    context::View,
};
use crate::{RoleRef, StateName};

/// What a transition does beside moving the subject.
pub(super) struct Plan {
    pub(super) effects: Vec<PlannedEffect>,
    /// Role changes, which the roster follows at once.
    pub(super) roles: Vec<Record>,
}

impl Plan {
    /// Of effects that are done when the subject moves to a state.
    ///
    /// # Errors
    /// What cannot be done, because something is not said.
    pub(super) fn of(view: View<'_>, effects: &[Effect], to: &StateName) -> Result<Self, String> {
        let mut planner = Planner {
            view,
            to,
            plan: Self {
                effects: Vec::new(),
                roles: Vec::new(),
            },
        };
        for effect in effects {
            planner.add(effect)?;
        }
        Ok(planner.plan)
    }
}

struct Planner<'a> {
    view: View<'a>,
    to: &'a StateName,
    plan: Plan,
}

impl Planner<'_> {
    fn add(&mut self, effect: &Effect) -> Result<(), String> {
        match effect {
            Effect::Grant { role, to } => {
                let member = self.person(to)?;
                let role = self.role(role)?;
                if !self.view.ctx.held(member.id).contains(&role) {
                    self.role_change(member, role, true);
                }
            }
            Effect::Revoke { role, from } => {
                let member = self.person(from)?;
                let role = self.role(role)?;
                let held = self.view.ctx.held(member.id).into_iter();
                for role in held.filter(|held| held.satisfies(&role)) {
                    self.role_change(member.clone(), role, false);
                }
            }
            Effect::Act(effect) => self.outside(self.filled(effect)),
        }
        Ok(())
    }

    fn role_change(&mut self, member: Account, role: RoleRef, granted: bool) {
        self.outside(OutsideEffect::PublishRole {
            login: member.login.clone(),
            role: role.clone(),
            granted,
        });
        self.plan.roles.push(if granted {
            Record::RoleGranted { member, role }
        } else {
            Record::RoleRevoked { member, role }
        });
    }

    /// The key says which effect of which move it is, in an order that texts sort by.
    fn outside(&mut self, effect: OutsideEffect<String>) {
        let subject = self.view.subject;
        let (number, place) = (subject.moves + 1, self.plan.effects.len() + 1);
        let key = EffectKey(format!("{}/{number:04}/{place:02}", subject.id));
        self.plan.effects.push(PlannedEffect { key, effect });
    }

    fn role(&self, role: &Template) -> Result<RoleRef, String> {
        let text = self.fill(role);
        let role = text.parse::<RoleRef>();
        let role = role.map_err(|_| format!("a role: `{text}` is none"))?;
        if self.view.ctx.charter.roles().contains_key(&role.role) {
            Ok(role)
        } else {
            Err(format!("a role of the charter: `{role}` is none"))
        }
    }

    fn person(&self, person: &Template) -> Result<Account, String> {
        let subject = self.view.subject;
        let text = person.0.trim();
        let name = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        if name == Some("opener") {
            return Ok(subject.opener.clone());
        }
        let value = name.and_then(|name| subject.attributes.get(&name.parse().ok()?));
        if let Some(AttributeValue::Person(account)) = value {
            return Ok(account.clone());
        }
        let login = self.fill(person);
        let account = self.view.ctx.account(&login);
        account.ok_or_else(|| format!("a person: nobody is known as `{login}`"))
    }

    fn filled(&self, effect: &OutsideEffect<Template>) -> OutsideEffect<String> {
        let all = |templates: &[Template]| templates.iter().map(|it| self.fill(it)).collect();
        match effect {
            OutsideEffect::Label { add, remove } => OutsideEffect::Label {
                add: all(add),
                remove: all(remove),
            },
            OutsideEffect::Status(text) => OutsideEffect::Status(self.fill(text)),
            OutsideEffect::Comment(text) => OutsideEffect::Comment(self.fill(text)),
            OutsideEffect::CloseSource => OutsideEffect::CloseSource,
            OutsideEffect::ReopenSource => OutsideEffect::ReopenSource,
            OutsideEffect::MergeSource => OutsideEffect::MergeSource,
            OutsideEffect::Open {
                lifecycle,
                title,
                set,
            } => OutsideEffect::Open {
                lifecycle: lifecycle.clone(),
                title: self.fill(title),
                set: (set.iter())
                    .map(|(name, value)| (name.clone(), self.fill(value)))
                    .collect(),
            },
            OutsideEffect::Notify { channel, text } => OutsideEffect::Notify {
                channel: channel.clone(),
                text: self.fill(text),
            },
            OutsideEffect::Set { file, field, value } => OutsideEffect::Set {
                file: self.fill(file),
                field: self.fill(field),
                value: self.fill(value),
            },
            OutsideEffect::Remind { after, text } => OutsideEffect::Remind {
                after: *after,
                text: self.fill(text),
            },
            OutsideEffect::PublishRole {
                login,
                role,
                granted,
            } => OutsideEffect::PublishRole {
                login: self.fill(login),
                role: role.clone(),
                granted: *granted,
            },
        }
    }

    /// Fills each placeholder once: what is filled in is not read again. A name that is not known
    /// stays as it is, an attribute that is not set is left out.
    fn fill(&self, template: &Template) -> String {
        let mut filled = String::new();
        let mut rest = template.0.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let placeholder = after.split_once('}');
            match placeholder.and_then(|(name, end)| Some((self.value(name)?, end))) {
                Some((value, end)) => {
                    filled.push_str(&value);
                    rest = end;
                }
                None => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str) -> Option<String> {
        let subject = self.view.subject;
        Some(match name {
            "subject" => subject.id.to_string(),
            "title" => subject.title.clone(),
            "opener" => subject.opener.login.clone(),
            "state" => self.to.to_string(),
            _ => {
                let name = name.parse().ok()?;
                self.view.lifecycle.attributes.get(&name)?;
                let value = subject.attributes.get(&name);
                value.map(ToString::to_string).unwrap_or_default()
            }
        })
    }
}
