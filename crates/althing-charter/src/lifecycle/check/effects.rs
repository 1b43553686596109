//! What effects must satisfy.

use std::collections::BTreeMap;

use althing_diag::{Code, yaml::Spanned};

use super::{Check, names::help};
use crate::{
    AttributeKind, Effect, OutsideEffect, RolePattern, SourceKind, Template, Who,
    lifecycle::{
        raw::{RawEffect, RawOpen, RawSourceEffect},
        template::placeholders,
    },
    placeholder::is_placeholder,
    rules::{bad_name, shown},
};

/// What every text can mention beside attributes.
const ALWAYS: &[&str] = &["opener", "state", "subject", "title"];

impl Check<'_, '_> {
    pub(super) fn effects(
        &mut self,
        raw: &[Spanned<RawEffect>],
        sources: &[SourceKind],
    ) -> Vec<Effect> {
        let effects = raw.iter().filter_map(|raw| self.effect(raw, sources));
        effects.collect()
    }

    fn effect(&mut self, raw: &Spanned<RawEffect>, sources: &[SourceKind]) -> Option<Effect> {
        Some(Effect::Act(match &raw.value {
            RawEffect::Grant(grant) => {
                let (role, to) = self.role_of(&grant.role, &grant.to)?;
                return Some(Effect::Grant { role, to });
            }
            RawEffect::Revoke(revoke) => {
                let (role, from) = self.role_of(&revoke.role, &revoke.from)?;
                return Some(Effect::Revoke { role, from });
            }
            RawEffect::Label(labels) => {
                if labels.add.is_empty() && labels.remove.is_empty() {
                    let help = "list labels under `add` or `remove`";
                    self.error(raw, "no label is added or removed", help);
                }
                OutsideEffect::Label {
                    add: self.templates(&labels.add),
                    remove: self.templates(&labels.remove),
                }
            }
            RawEffect::Status(text) => OutsideEffect::Status(self.template(text)),
            RawEffect::Comment(text) => OutsideEffect::Comment(self.template(text)),
            RawEffect::Source(what) => self.source_effect(what, sources),
            RawEffect::Open(open) => self.open(open)?,
            RawEffect::Notify(notify) => OutsideEffect::Notify {
                text: self.template(&notify.text),
                channel: self.names.channel(&notify.channel, &mut self.report)?,
            },
            RawEffect::Set(set) => OutsideEffect::Set {
                file: self.template(&set.file),
                field: self.template(&set.field),
                value: self.template(&set.value),
            },
            RawEffect::Remind(remind) => OutsideEffect::Remind {
                text: self.template(&remind.text),
                after: self.period(&remind.after)?,
            },
        }))
    }

    fn templates(&mut self, written: &[Spanned<String>]) -> Vec<Template> {
        let templates = written.iter().map(|text| self.template(text));
        templates.collect()
    }

    /// A text whose placeholders are known.
    fn template(&mut self, written: &Spanned<String>) -> Template {
        if is_placeholder(&written.value) {
            let help = format!("write something in place of `{}`", shown(&written.value));
            self.report.error(
                written,
                Code::CharterEmpty,
                "this text is not filled in",
                help,
            );
        }
        for name in placeholders(&written.value) {
            let known = self.attributes.keys().any(|it| it.as_str() == name);
            if !known && !ALWAYS.contains(&name) {
                let attributes = self.attributes.keys().map(|name| name.as_str());
                let help = help("attributes", name, attributes.chain(ALWAYS.iter().copied()));
                self.unknown("attribute", written, name, help);
            }
        }
        Template(written.value.clone())
    }

    /// A role, and the person who gets or loses it.
    fn role_of(
        &mut self,
        role: &Spanned<String>,
        person: &Spanned<String>,
    ) -> Option<(Template, Template)> {
        let role = self.role_template(role);
        let person = self.person_template(person);
        Some((role?, person?))
    }

    fn role_template(&mut self, written: &Spanned<String>) -> Option<Template> {
        if let Some(name) = only_placeholder(&written.value) {
            let name = self.known_attribute(name, written)?;
            let kind = self.attributes.get(&name).map(|attribute| &attribute.kind);
            if !matches!(kind, Some(AttributeKind::Role(_))) {
                let message = format!("`{name}` is no role");
                self.error(
                    written,
                    message,
                    format!("write `type: role` at the attribute `{name}`"),
                );
            }
            return Some(Template(written.value.clone()));
        }
        let who = self.who_list(std::slice::from_ref(written)).pop()?;
        match who {
            Who::Role(RolePattern { .. }) => Some(Template(written.value.clone())),
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Body(_)
            | Who::Named(_) => {
                let message = format!("`{}` is no role", shown(&written.value));
                self.error(
                    written,
                    message,
                    "write a role, or `{attribute}` with a role",
                );
                None
            }
        }
    }

    fn person_template(&mut self, written: &Spanned<String>) -> Option<Template> {
        let Some(name) = only_placeholder(&written.value) else {
            let message = format!("`{}` is nobody in particular", shown(&written.value));
            let help = "write `{opener}`, or `{attribute}` with a person";
            self.error(written, message, help);
            return None;
        };
        if name != "opener" {
            let name = self.known_attribute(name, written)?;
            let kind = self.attributes.get(&name).map(|attribute| &attribute.kind);
            if kind != Some(&AttributeKind::Person) {
                let message = format!("`{name}` is no person");
                self.error(
                    written,
                    message,
                    format!("write `type: person` at the attribute `{name}`"),
                );
            }
        }
        Some(Template(written.value.clone()))
    }

    fn source_effect(
        &mut self,
        written: &Spanned<RawSourceEffect>,
        sources: &[SourceKind],
    ) -> OutsideEffect<Template> {
        let (effect, possible): (_, &[SourceKind]) = match written.value {
            RawSourceEffect::Close => (
                OutsideEffect::CloseSource,
                &[SourceKind::Issue, SourceKind::PullRequest],
            ),
            RawSourceEffect::Reopen => (
                OutsideEffect::ReopenSource,
                &[SourceKind::Issue, SourceKind::PullRequest],
            ),
            RawSourceEffect::Merge => (OutsideEffect::MergeSource, &[SourceKind::PullRequest]),
        };
        if !sources.is_empty() && !sources.iter().any(|source| possible.contains(source)) {
            let from: Vec<&str> = sources.iter().map(|source| source.with_article()).collect();
            let message = format!("that cannot be done to {}", from.join(" or "));
            let help = "remove it, or add to `from` what it can be done to";
            self.error(written, message, help);
        }
        effect
    }

    fn open(&mut self, raw: &RawOpen) -> Option<OutsideEffect<Template>> {
        let title = self.template(&raw.title);
        let Some(attributes) = self.lifecycles.get(&raw.lifecycle.value) else {
            let help = help("lifecycles", &raw.lifecycle.value, self.lifecycles.keys());
            let message = format!(
                "the charter declares no lifecycle `{}`",
                shown(&raw.lifecycle.value)
            );
            self.report
                .error(&raw.lifecycle, Code::CharterUnknownName, message, help);
            return None;
        };
        let mut set = BTreeMap::new();
        for (name, value) in &raw.set.0 {
            let value = self.template(value);
            if attributes.iter().any(|it| it.name == name.value) {
                let name = bad_name(name.value.parse(), name, &mut self.report);
                set.extend(name.map(|name| (name, value)));
            } else {
                let message = format!(
                    "lifecycle `{}` has no attribute `{}`",
                    raw.lifecycle.value,
                    shown(&name.value)
                );
                let names = attributes.iter().map(|it| &it.name);
                let help = help("attributes", &name.value, names);
                self.report
                    .error(name, Code::CharterUnknownName, message, help);
            }
        }
        for attribute in attributes.iter().filter(|it| it.needed) {
            if !raw
                .set
                .0
                .iter()
                .any(|(name, _)| name.value == attribute.name)
            {
                let (lifecycle, name) = (&raw.lifecycle.value, &attribute.name);
                let message = format!("no `{lifecycle}` can be opened without `{name}`");
                let help = format!("set it here: `set: {{ {name}: … }}`");
                self.error(&raw.lifecycle, message, help);
            }
        }
        let lifecycle = raw.lifecycle.value.parse().ok()?;
        Some(OutsideEffect::Open {
            lifecycle,
            title,
            set,
        })
    }
}

/// The name, if a text is one placeholder and nothing else.
fn only_placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some(name)
}
