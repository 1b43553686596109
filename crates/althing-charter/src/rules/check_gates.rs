//! What gates must satisfy.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Severity,
    yaml::{self, Spanned},
};

use super::{
    names::{Names, bad_name, role_ref},
    patterns::patterns,
    report::Report,
};
use crate::{
    Amount, ApprovalRule, CheckRule, Gate, PathPatterns, RoleRef, Says,
    extends::Placed,
    placeholder::is_placeholder,
    raw::{RawCheck, RawGate, WrittenCheck},
};

pub(super) fn check_gates(
    raw: Vec<Placed<'_, RawGate>>,
    names: Names<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Gate> {
    let mut gates = Vec::new();
    for Placed { file, key, value } in raw {
        let report = Report::new(file, findings);
        gates.extend(Check { report, names }.gate(&key, value));
    }
    findings.extend(contradictions(&gates));
    gates
}

struct Check<'a> {
    report: Report<'a>,
    names: Names<'a>,
}

impl Check<'_> {
    fn gate(&mut self, key: &Spanned<String>, raw: RawGate) -> Option<Gate> {
        if raw.requires.approvals.0.is_empty() && raw.requires.checks.is_empty() {
            let message = format!("gate `{}` requires nothing", key.value);
            let help = "give it `approvals` or `checks` under `requires`, or remove the gate";
            self.report
                .error(key, Code::CharterGateEmpty, message, help);
        }
        let paths = self.paths(key, &raw.paths);
        let approvals = raw.requires.approvals.0.into_iter();
        let approvals = approvals
            .filter_map(|(role, count)| self.approval(&role, count))
            .collect();
        let checks = raw.requires.checks.into_iter();
        let checks = checks.filter_map(|check| self.check(check)).collect();
        let name = bad_name(key.value.parse(), key, &mut self.report);
        let description = self.report.text("description", raw.description);
        Some(Gate {
            name: name?,
            description,
            paths: paths?,
            approvals,
            checks,
            location: yaml::location(self.report.file, key),
        })
    }

    fn paths(&mut self, gate: &Spanned<String>, raw: &[Spanned<String>]) -> Option<PathPatterns> {
        if raw.is_empty() {
            let message = format!("gate `{}` is about no path", gate.value);
            let help = "list at least one pattern under `paths`, for example `models/**`";
            self.report
                .error(gate, Code::CharterGateEmpty, message, help);
        }
        let what = format!("gate `{}`", gate.value);
        patterns(&what, gate, raw, &mut self.report)
    }

    fn approval(&mut self, key: &Spanned<String>, count: u32) -> Option<ApprovalRule> {
        if count == 0 {
            let message = format!("0 approvals of `{}` require nothing", key.value);
            let help = "ask for at least 1, or remove the line";
            self.report
                .error(key, Code::CharterGateEmpty, message, help);
        }
        Some(ApprovalRule {
            role: self.names.role_ref(key, &mut self.report)?,
            count,
            location: yaml::location(self.report.file, key),
        })
    }

    fn check(&mut self, written: Spanned<WrittenCheck>) -> Option<CheckRule> {
        let WrittenCheck(check) = written.value;
        let raw = Spanned::new(check, written.referenced, written.defined);
        if is_placeholder(&raw.value.name) {
            let help = "write the name of a commit status or check run, as the forge shows it";
            self.report
                .error(&raw, Code::CharterEmpty, "a check has no name", help);
        }
        let by = match &raw.value.by {
            Some(role) => Some(role_ref(role, &raw, self.names.roles, &mut self.report)?),
            None => None,
        };
        let says = self.says(&raw)?;
        if raw
            .value
            .not_applicable
            .as_deref()
            .is_some_and(is_placeholder)
        {
            let help = "write the description with which the check says so: `not configured`";
            self.report
                .error(&raw, Code::CharterEmpty, "`not-applicable` is empty", help);
        }
        Some(CheckRule {
            location: yaml::location(self.report.file, &raw),
            name: raw.value.name,
            by,
            says,
            not_applicable: raw.value.not_applicable,
        })
    }

    /// `None` when it is wrong, `Some(None)` when nothing is asked.
    fn says(&mut self, raw: &Spanned<RawCheck>) -> Option<Option<Says>> {
        let check = &raw.value;
        let mut asked = Vec::new();
        if let Some(text) = &check.at_least {
            asked.push(Says::AtLeast(self.amount(raw, text)?));
        }
        if let Some(text) = &check.at_most {
            asked.push(Says::AtMost(self.amount(raw, text)?));
        }
        if let Some(words) = &check.one_of {
            asked.push(Says::OneOf(self.words(raw, words, false)?));
        }
        if let Some(words) = &check.all_of {
            asked.push(Says::AllOf(self.words(raw, words, true)?));
        }
        if asked.len() > 1 {
            let message = format!("check `{}` is asked for more than one thing", check.name);
            let help = "keep one of `at-least`, `at-most`, `one-of` and `all-of`";
            self.report.error(raw, Code::CharterValue, message, help);
        }
        Some(asked.pop())
    }

    fn amount(&mut self, place: &Spanned<RawCheck>, text: &str) -> Option<Amount> {
        let read = text.parse::<Amount>();
        read.map_err(|error| {
            let help = error.help();
            self.report
                .error(place, Code::CharterValue, error.to_string(), help);
        })
        .ok()
    }

    fn words(
        &mut self,
        place: &Spanned<RawCheck>,
        words: &[String],
        single: bool,
    ) -> Option<Vec<String>> {
        let wrong = |word: &String| {
            is_placeholder(word) || (single && !Says::words(word).eq([word.as_str()]))
        };
        if words.is_empty() || words.iter().any(wrong) {
            let message = format!(
                "check `{}` is asked for words that nobody can report",
                place.value.name
            );
            let help = "list at least one, none of them empty; under `all-of` single words";
            self.report.error(place, Code::CharterValue, message, help);
            return None;
        }
        Some(words.to_vec())
    }
}

/// The same pattern in two gates that ask for different amounts of the same: both apply, so one
/// of them says nothing, which hardly anybody means.
fn contradictions(gates: &[Gate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut first_with = BTreeMap::new();
    for gate in gates {
        let mut told = Vec::new();
        for pattern in gate.paths.written() {
            let first: &Gate = first_with.entry(pattern.as_str()).or_insert(gate);
            if first.name != gate.name && !told.contains(&&first.name) {
                told.push(&first.name);
                findings.extend(contradiction(pattern, first, gate));
            }
        }
    }
    findings
}

fn contradiction(pattern: &str, first: &Gate, second: &Gate) -> Option<Finding> {
    let approvals = second.approvals.iter().find_map(|rule| {
        let mut others = first.approvals.iter();
        let other = others.find(|other| other.role == rule.role && other.count != rule.count)?;
        let (role, few, many) = (&rule.role, other.count, rule.count);
        Some((rule, format!("{few} and {many} approvals of `{role}`")))
    });
    let approvals = approvals.map(|(rule, what)| (&rule.location, what));
    let checks = || {
        second.checks.iter().find_map(|rule| {
            let mut others = first.checks.iter();
            let other = others.find(|other| other.name == rule.name)?;
            let by = (by(other.by.as_ref()), by(rule.by.as_ref()));
            let says = (says(other.says.as_ref()), says(rule.says.as_ref()));
            let (one, two) = [by, says].into_iter().find(|(one, two)| one != two)?;
            let what = format!("check `{}` {one} and {two}", rule.name);
            Some((&rule.location, what))
        })
    };
    let (location, what) = approvals.or_else(checks)?;
    let message = format!(
        "gates `{}` and `{}` both cover `{pattern}`, but ask for {what}",
        first.name, second.name
    );
    let help = "both apply, so say it the same way in both, or in one alone";
    let finding = Finding::error(Code::CharterGatesOverlap, message, help);
    Some(
        finding
            .with_severity(Severity::Warning)
            .at(location.clone()),
    )
}

fn by(role: Option<&RoleRef>) -> String {
    match role {
        Some(role) => format!("by `{role}`"),
        None => "by anybody".to_owned(),
    }
}

fn says(says: Option<&Says>) -> String {
    match says {
        Some(says) => format!("saying {says}"),
        None => "saying anything".to_owned(),
    }
}
