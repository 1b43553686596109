//! What a charter must satisfy by itself.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Location,
    yaml::{self, Spanned},
};
use serde::Deserialize;

use super::check_calendar::check_calendar;
use crate::{
    ApprovalRule, Calendar, Charter, CheckRule, Gate, PathPatterns, Role, RoleName, Source,
    path::{MOST, read_pattern},
    placeholder::{is_blank, is_placeholder},
    raw::{Named, RawCharter, RawCheck, RawGate, RawRole},
};

/// The only version of the file format so far.
const FORMAT: u64 = 1;

/// Reads the charter. `None` only when it cannot be read at all; otherwise what is wrong with
/// it goes to `findings` and the rest is returned, so that checks across files can go on.
pub(super) fn check_charter(source: Source<'_>, findings: &mut Vec<Finding>) -> Option<Charter> {
    let raw = match read(source) {
        Ok(raw) => raw,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    let mut check = Check {
        file: source.name,
        findings,
    };
    check.filled("name", &raw.name);
    check.filled("version", &raw.version);
    let calendar = raw.calendar.as_ref().map_or_else(Calendar::default, |raw| {
        check_calendar(source.name, raw, check.findings)
    });
    let roles = check.roles(raw.roles);
    if raw.gates.0.is_empty() {
        check.findings.push(
            Finding::error(
                Code::CharterEmpty,
                "the charter declares no gate, so it would let nothing through",
                "declare under `gates` what a change must show; `docs/formats.md` has an example",
            )
            .at(Location::file(source.name)),
        );
    }
    let gates = raw.gates.0.into_iter();
    let gates = gates
        .filter_map(|(name, gate)| check.gate(&name, gate, &roles))
        .collect();
    Some(Charter {
        name: raw.name.value,
        version: raw.version.value,
        calendar,
        roles,
        gates,
        lifecycles: Vec::new(),
    })
}

fn read(source: Source<'_>) -> Result<RawCharter, Box<Finding>> {
    #[derive(Deserialize)]
    struct Format {
        charter: Spanned<u64>,
    }

    if is_blank(source.text) {
        return Err(Box::new(
            Finding::error(
                Code::CharterEmpty,
                "the charter is empty",
                "write at least one gate; `docs/formats.md` has an example to begin with",
            )
            .at(Location::file(source.name)),
        ));
    }
    let raw = yaml::parse::<RawCharter>(source.name, source.text);
    // A newer format may have keys that this program does not know: its version comes first.
    let format = match &raw {
        Ok(raw) => Some(raw.charter.clone()),
        Err(_) => yaml::parse::<Format>(source.name, source.text)
            .ok()
            .map(|format| format.charter),
    };
    match format {
        Some(format) if format.value != FORMAT => Err(Box::new(other_format(source.name, &format))),
        Some(_) | None => raw,
    }
}

fn other_format(file: &str, format: &Spanned<u64>) -> Finding {
    let message = format!(
        "charter format {} is not one that this program reads",
        format.value
    );
    let help = format!("write `charter: {FORMAT}`, or use a newer althing");
    Finding::error(Code::CharterVersion, message, help).at(yaml::location(file, format))
}

struct Check<'a> {
    file: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Check<'_> {
    fn report<T>(
        &mut self,
        place: &Spanned<T>,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Finding::error(code, message, help).at(yaml::location(self.file, place));
        self.findings.push(finding);
    }

    fn filled(&mut self, key: &str, value: &Spanned<String>) {
        if is_placeholder(&value.value) {
            let message = format!("`{key}` is not filled in");
            let help = format!(
                "write the {key} of your charter in place of `{}`",
                value.value
            );
            self.report(value, Code::CharterEmpty, message, help);
        }
    }

    fn roles(&mut self, raw: Named<RawRole>) -> BTreeMap<RoleName, Role> {
        let mut roles = BTreeMap::new();
        for (key, role) in raw.0 {
            match key.value.parse::<RoleName>() {
                Ok(name) => {
                    let role = Role {
                        description: role.description,
                        location: yaml::location(self.file, &key),
                    };
                    roles.insert(name, role);
                }
                Err(error) => self.bad_name(&key, error),
            }
        }
        roles
    }

    fn bad_name(&mut self, place: &Spanned<String>, error: crate::InvalidName) {
        let help = "choose a name of that form, for example `core-maintainer`";
        self.report(place, Code::CharterValue, error.to_string(), help);
    }

    fn gate(
        &mut self,
        key: &Spanned<String>,
        raw: RawGate,
        roles: &BTreeMap<RoleName, Role>,
    ) -> Option<Gate> {
        if raw.requires.approvals.0.is_empty() && raw.requires.checks.is_empty() {
            let message = format!("gate `{}` requires nothing", key.value);
            let help = "give it `approvals` or `checks` under `requires`, or remove the gate";
            self.report(key, Code::CharterGateEmpty, message, help);
        }
        let paths = self.paths(key, &raw.paths);
        let approvals = raw.requires.approvals.0.into_iter();
        let approvals = approvals
            .filter_map(|(role, count)| self.approval(&role, count, roles))
            .collect();
        let checks = raw.requires.checks.into_iter();
        let checks = checks
            .filter_map(|check| self.check(check, roles))
            .collect();
        let name = key.value.parse().map_err(|error| self.bad_name(key, error));
        Some(Gate {
            name: name.ok()?,
            description: raw.description,
            paths: paths?,
            approvals,
            checks,
            location: yaml::location(self.file, key),
        })
    }

    fn paths(&mut self, gate: &Spanned<String>, raw: &[Spanned<String>]) -> Option<PathPatterns> {
        if raw.is_empty() {
            let message = format!("gate `{}` is about no path", gate.value);
            let help = "list at least one pattern under `paths`, for example `models/**`";
            self.report(gate, Code::CharterGateEmpty, message, help);
        }
        if raw.len() > MOST {
            let message = format!("gate `{}` has more than {MOST} path patterns", gate.value);
            let help = "use patterns that cover more, for example `models/**`";
            self.report(gate, Code::CharterGlob, message, help);
            return None;
        }
        let mut globs = Vec::new();
        for pattern in raw {
            match read_pattern(&pattern.value) {
                Ok(glob) => globs.push(glob),
                Err(why) => {
                    let shown: String = pattern.value.chars().take(60).collect();
                    let message = format!("path pattern `{shown}` cannot be used: {why}");
                    let help = "write a pattern such as `models/**`, `*.md` or `{src,lib}/*.rs`";
                    self.report(pattern, Code::CharterGlob, message, help);
                }
            }
        }
        PathPatterns::new(globs)
            .map_err(|error| {
                let message = format!("the path patterns cannot be used together: {error}");
                self.report(
                    gate,
                    Code::CharterGlob,
                    message,
                    "use fewer or shorter patterns",
                );
            })
            .ok()
    }

    fn approval(
        &mut self,
        key: &Spanned<String>,
        count: u32,
        roles: &BTreeMap<RoleName, Role>,
    ) -> Option<ApprovalRule> {
        if count == 0 {
            let message = format!("0 approvals of `{}` require nothing", key.value);
            let help = "ask for at least 1, or remove the line";
            self.report(key, Code::CharterGateEmpty, message, help);
        }
        Some(ApprovalRule {
            role: self.role(key, &key.value, roles)?,
            count,
            location: yaml::location(self.file, key),
        })
    }

    fn check(
        &mut self,
        raw: Spanned<RawCheck>,
        roles: &BTreeMap<RoleName, Role>,
    ) -> Option<CheckRule> {
        if is_placeholder(&raw.value.name) {
            let help = "write the name of a commit status or check run, as the forge shows it";
            self.report(&raw, Code::CharterEmpty, "a check has no name", help);
        }
        let by = match &raw.value.by {
            Some(role) => Some(self.role(&raw, role, roles)?),
            None => None,
        };
        Some(CheckRule {
            location: yaml::location(self.file, &raw),
            name: raw.value.name,
            by,
        })
    }

    fn role<T>(
        &mut self,
        place: &Spanned<T>,
        text: &str,
        roles: &BTreeMap<RoleName, Role>,
    ) -> Option<RoleName> {
        let declared = text.parse().ok().filter(|name| roles.contains_key(name));
        if declared.is_none() {
            let finding = unknown_role(text, roles).at(yaml::location(self.file, place));
            self.findings.push(finding);
        }
        declared
    }
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
