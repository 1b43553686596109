//! What roles must satisfy.

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{names::bad_name, report::Report};
use crate::{
    Position, Role, RoleName, Scope, ScopeKind,
    extends::Placed,
    raw::{Named, RawRole},
};

/// Names that stand for people elsewhere, so that no role can have them.
const TAKEN: &[&str] = &["anyone", "opener", "subject", "raiser", "automation"];

pub(super) fn check_roles(
    raw: Vec<Placed<'_, RawRole>>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<RoleName, Role> {
    let mut roles = BTreeMap::new();
    let mut included = Vec::new();
    for Placed { file, key, value } in raw {
        let mut report = Report::new(file, findings);
        if TAKEN.contains(&key.value.as_str()) {
            let message = format!("`{}` cannot be a role: rules mean others by it", key.value);
            report.error(&key, Code::CharterValue, message, "choose another name");
        }
        let Some(name) = bad_name(key.value.parse::<RoleName>(), &key, &mut report) else {
            continue;
        };
        for include in &value.includes {
            included.push((file, name.clone(), include.clone()));
        }
        roles.insert(name, role(value, &key, &mut report));
    }
    for (file, name, include) in &included {
        let mut report = Report::new(file, findings);
        include_role(&mut roles, name, include, &mut report);
    }
    let names: Vec<RoleName> = roles.keys().cloned().collect();
    let closures = names.into_iter().map(|name| {
        let closure = closure(&roles, &name);
        (name, closure)
    });
    let closures: BTreeMap<RoleName, BTreeSet<RoleName>> = closures.collect();
    for (file, name, include) in included {
        let included = include.value.parse::<RoleName>().ok();
        let reached = included.as_ref().and_then(|it| closures.get(it));
        if included.as_ref() == Some(&name) || reached.is_some_and(|it| it.contains(&name)) {
            let message = format!("`{name}` includes itself through `{}`", include.value);
            let help = "take out one `includes`: of two roles, only one can be the greater";
            Report::new(file, findings).error(&include, Code::CharterValue, message, help);
        }
    }
    for (name, mut closure) in closures {
        closure.remove(&name);
        if let Some(role) = roles.get_mut(&name) {
            role.counts_as = closure;
        }
    }
    roles
}

fn role(raw: RawRole, key: &Spanned<String>, report: &mut Report<'_>) -> Role {
    let scopes = raw.scopes.iter();
    let scopes: Vec<ScopeKind> = scopes
        .filter_map(|kind| bad_name(kind.value.parse(), kind, report))
        .collect();
    Role {
        positions: positions(raw.positions, &scopes, report),
        title: report.text("title", raw.title),
        description: report.text("description", raw.description),
        scopes,
        may: report.texts("may", raw.may),
        duties: report.texts("duties", raw.duties),
        optional_duties: report.texts("optional-duties", raw.optional_duties),
        expected: report.texts("expected", raw.expected),
        guidance: report.texts("guidance", raw.guidance),
        entered_by: report.text("entered-by", raw.entered_by),
        tenure: report.text("tenure", raw.tenure),
        ..Role::at(yaml::location(report.file, key))
    }
}

fn positions(
    raw: Named<Spanned<String>>,
    scopes: &[ScopeKind],
    report: &mut Report<'_>,
) -> Vec<Position> {
    let mut positions = Vec::new();
    for (key, title) in raw.0 {
        report.filled(&key.value, &title);
        let Some(scope) = bad_name(key.value.parse::<Scope>(), &key, report) else {
            continue;
        };
        if scopes.contains(&scope.kind) {
            positions.push(Position {
                scope,
                title: title.value,
                location: yaml::location(report.file, &key),
            });
        } else {
            let message = format!("the role has no scopes of the kind `{}`", scope.kind);
            let help = format!("add `{}` to its `scopes`, or take this out", scope.kind);
            report.error(&key, Code::CharterValue, message, help);
        }
    }
    positions
}

fn include_role(
    roles: &mut BTreeMap<RoleName, Role>,
    name: &RoleName,
    include: &Spanned<String>,
    report: &mut Report<'_>,
) {
    let declared = include.value.parse::<RoleName>().ok();
    match declared.filter(|it| roles.contains_key(it)) {
        Some(included) => {
            if let Some(role) = roles.get_mut(name)
                && !role.includes.contains(&included)
            {
                role.includes.push(included);
            }
        }
        None => {
            let finding = unknown_role(&include.value, roles);
            let at = yaml::location(report.file, include);
            report.findings.push(finding.at(at));
        }
    }
}

/// All that a role includes, directly or not.
fn closure(roles: &BTreeMap<RoleName, Role>, name: &RoleName) -> BTreeSet<RoleName> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(name) = waiting.pop() {
        for included in roles.get(name).map_or(&[][..], |role| &role.includes) {
            if seen.insert(included.clone()) {
                waiting.push(included);
            }
        }
    }
    seen
}

/// A role is used that the charter does not declare.
pub(crate) fn unknown_role(text: &str, roles: &BTreeMap<RoleName, Role>) -> Finding {
    let declared: Vec<&str> = roles.keys().map(RoleName::as_str).collect();
    let help = if declared.is_empty() {
        "declare it under `roles` in the charter".to_owned()
    } else {
        format!(
            "declare it under `roles` in the charter, or use one of: {}",
            declared.join(", ")
        )
    };
    let message = format!("the charter declares no role `{text}`");
    Finding::error(Code::CharterUnknownRole, message, help)
}
