//! Names that other entries declare.

use std::{collections::BTreeMap, fmt::Display};

use althing_diag::{
    Code,
    yaml::{self, Spanned},
};

use super::{check_roles::unknown_role, report::Report};
use crate::{
    Body, BodyName, Channel, ChannelName, InvalidName, Role, RoleName, RoleRef, Scope,
    ScopePattern, Who,
};

/// What is declared, for whatever mentions it.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) roles: &'a BTreeMap<RoleName, Role>,
    pub(crate) bodies: &'a BTreeMap<BodyName, Body>,
    pub(crate) channels: &'a BTreeMap<ChannelName, Channel>,
}

impl Names<'_> {
    /// A role with or without scope that is declared so.
    pub(crate) fn role_ref(
        &self,
        written: &Spanned<String>,
        report: &mut Report<'_>,
    ) -> Option<RoleRef> {
        role_ref(&written.value, written, self.roles, report)
    }

    /// People as a rule that belongs to no subject can name them: `anyone`, roles, bodies.
    pub(crate) fn people(&self, written: &[Spanned<String>], report: &mut Report<'_>) -> Vec<Who> {
        let people = written.iter().filter_map(|one| {
            let who = self.who(one, report)?;
            let of_subjects = match &who {
                Who::Anyone | Who::Body(_) | Who::Automation => false,
                Who::Opener | Who::Subject | Who::Raiser | Who::Named(_) => true,
                Who::Role(role) => role.attributes().next().is_some(),
            };
            if of_subjects {
                let message = format!("`{}` means nobody outside of a lifecycle", one.value);
                let help = "write `anyone`, a role or `body:NAME`";
                report.error(one, Code::CharterValue, message, help);
            }
            Some(who)
        });
        people.collect()
    }

    /// People as a rule names them; every name in it is declared. Attributes are the caller's.
    pub(crate) fn who(&self, written: &Spanned<String>, report: &mut Report<'_>) -> Option<Who> {
        let who: Who = match written.value.parse() {
            Ok(who) => who,
            Err(error) => {
                let help = "write `anyone`, a role such as `maintainer@project`, or `body:NAME`; \
                            `docs/lifecycles.md` lists every form";
                report.error(
                    written,
                    Code::CharterValue,
                    InvalidName::to_string(&error),
                    help,
                );
                return None;
            }
        };
        match &who {
            Who::Role(pattern) => {
                let kind = match &pattern.scope {
                    None => None,
                    Some(ScopePattern::Fixed(scope)) => Some(&scope.kind),
                    Some(ScopePattern::FromAttributes(kind, _)) => Some(kind),
                };
                let fine = declared_role(&pattern.role, kind, written, self.roles, report);
                fine.then_some(who)
            }
            Who::Body(name) => {
                let known = self.bodies.contains_key(name);
                if !known {
                    let declared = self.bodies.keys();
                    unknown("body", "bodies", name, declared, written, report);
                }
                known.then_some(who)
            }
            Who::Anyone
            | Who::Opener
            | Who::Subject
            | Who::Raiser
            | Who::Automation
            | Who::Named(_) => Some(who),
        }
    }

    /// A channel that is declared.
    pub(crate) fn channel(
        &self,
        written: &Spanned<String>,
        report: &mut Report<'_>,
    ) -> Option<ChannelName> {
        let name = written.value.parse::<ChannelName>().ok();
        let name = name.filter(|name| self.channels.contains_key(name));
        if name.is_none() {
            let declared = self.channels.keys();
            unknown(
                "channel",
                "channels",
                &written.value,
                declared,
                written,
                report,
            );
        }
        name
    }
}

/// A role with or without scope that is declared so.
pub(crate) fn role_ref<T>(
    text: &str,
    place: &Spanned<T>,
    roles: &BTreeMap<RoleName, Role>,
    report: &mut Report<'_>,
) -> Option<RoleRef> {
    let asked = match text.parse::<RoleRef>() {
        Ok(asked) => asked,
        Err(error) if text.contains('@') => {
            let help = "write a role with its scope such as `maintainer@project` or \
                        `maintainer@area:inference`";
            report.error(place, Code::CharterValue, error.to_string(), help);
            return None;
        }
        Err(_) => {
            let finding = unknown_role(text, roles);
            let at = yaml::location(report.file, place);
            report.findings.push(finding.at(at));
            return None;
        }
    };
    let kind = asked.scope.as_ref().map(|Scope { kind, .. }| kind);
    declared_role(&asked.role, kind, place, roles, report).then_some(asked)
}

fn declared_role<T>(
    name: &RoleName,
    kind: Option<&crate::ScopeKind>,
    place: &Spanned<T>,
    roles: &BTreeMap<RoleName, Role>,
    report: &mut Report<'_>,
) -> bool {
    let Some(role) = roles.get(name) else {
        let finding = unknown_role(name.as_str(), roles);
        let at = yaml::location(report.file, place);
        report.findings.push(finding.at(at));
        return false;
    };
    match kind {
        Some(kind) if !role.scopes.contains(kind) => {
            let message = format!("role `{name}` has no scope `{kind}`");
            let help = match role.scopes.as_slice() {
                [] => format!("write `{name}` alone, or give the role `scopes: [{kind}]`"),
                scopes => {
                    let scopes: Vec<String> = scopes.iter().map(|it| format!("`{it}`")).collect();
                    format!("its scopes are {}", scopes.join(", "))
                }
            };
            report.error(place, Code::CharterUnknownName, message, help);
            false
        }
        Some(_) | None => true,
    }
}

/// Something is mentioned that no entry declares.
fn unknown<T>(
    what: &str,
    section: &str,
    name: impl Display,
    declared: impl Iterator<Item = impl Display>,
    place: &Spanned<T>,
    report: &mut Report<'_>,
) {
    let declared: Vec<String> = declared.map(|name| name.to_string()).collect();
    let message = format!("the charter declares no {what} `{name}`");
    let help = if declared.is_empty() {
        format!("declare it under `{section}` in the charter")
    } else {
        let declared = declared.join(", ");
        format!("declare it under `{section}` in the charter, or use one of: {declared}")
    };
    report.error(place, Code::CharterUnknownName, message, help);
}

/// A name, or a finding that says what names look like.
pub(crate) fn bad_name<N, T>(
    read: Result<N, InvalidName>,
    place: &Spanned<T>,
    report: &mut Report<'_>,
) -> Option<N> {
    match read {
        Ok(name) => Some(name),
        Err(error) => {
            let help = "choose a name of that form, for example `core-maintainer`";
            report.error(place, Code::CharterValue, error.to_string(), help);
            None
        }
    }
}
