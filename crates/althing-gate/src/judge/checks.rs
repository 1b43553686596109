//! Checks that a gate asks for.

use althing_charter::{CheckRule, Gate, RoleRef, Rules};
use althing_diag::Code;

use super::{logins, says};
use crate::{Check, CheckState, Facts, Reason};

/// One reason for each check rule of the gate.
pub(super) fn check_checks(rules: &Rules, facts: &Facts, gate: &Gate) -> Vec<Reason> {
    let check =
        |rule: &CheckRule| check_one(rules, facts, rule).by_rule(&gate.name, &rule.location);
    gate.checks.iter().map(check).collect()
}

fn check_one(rules: &Rules, facts: &Facts, rule: &CheckRule) -> Reason {
    let name = &rule.name;
    let head = facts.head.short();
    let reports: Vec<&Check> = facts.checks.iter().filter(|it| it.name == *name).collect();
    match reports.iter().map(|report| report.state).max() {
        None => Reason::unmet(
            Code::GateCheckMissing,
            format!("check `{name}` has not reported on {head}"),
            format!("let {} report it", who_reports(rules, rule)),
        ),
        Some(CheckState::Failure) => Reason::unmet(
            Code::GateCheckFailed,
            format!("check `{name}` failed on {head}"),
            "correct what it found and push; the new commit is judged anew",
        ),
        Some(CheckState::Pending) => Reason::unmet(
            Code::GateCheckPending,
            format!("check `{name}` has not finished on {head}"),
            "wait until it has, and ask again",
        ),
        Some(CheckState::Success) => check_green(rules, facts, rule, &reports),
    }
}

fn check_green(rules: &Rules, facts: &Facts, rule: &CheckRule, reports: &[&Check]) -> Reason {
    let name = &rule.name;
    let head = facts.head.short();
    let counts = |report: &&&Check| match (&rule.by, &report.reporter) {
        (None, _) => true,
        (Some(role), Some(login)) => holds(rules, login, role),
        (Some(_), None) => false,
    };
    let counted: Vec<&Check> = reports.iter().filter(counts).copied().collect();
    if let (Some(role), true) = (&rule.by, counted.is_empty()) {
        let reporters = reports.iter().filter_map(|it| it.reporter.as_deref());
        return Reason::unmet(
            Code::GateCheckMissing,
            format!(
                "check `{name}` is green on {head}, but no {role} reported it (reported by: {})",
                logins(reporters)
            ),
            format!("let {} report it", who_reports(rules, rule)),
        );
    }
    says::check_says(facts, rule, &counted)
}

/// The forge attributes statuses to a login only, so this is the one right bound to a login.
fn holds(rules: &Rules, login: &str, role: &RoleRef) -> bool {
    let member = rules.members().by_login(login);
    member.is_some_and(|member| rules.holds(member, role))
}

fn who_reports(rules: &Rules, rule: &CheckRule) -> String {
    match &rule.by {
        Some(role) => {
            let holders = rules.holders(role);
            format!(
                "a {role} ({})",
                logins(holders.map(|member| member.login.as_str()))
            )
        }
        None => "whoever runs it".to_owned(),
    }
}
