//! What the charter and the members must satisfy together.

use althing_diag::{Code, Finding};

use crate::{ApprovalRule, CheckRule, Gate, RoleRef, Rules};

pub(super) fn check_together(rules: &Rules, findings: &mut Vec<Finding>) {
    for gate in rules.charter().gates() {
        let approvals = gate.approvals.iter();
        findings.extend(approvals.filter_map(|rule| approval(gate, rule, rules)));
        let checks = gate.checks.iter();
        findings.extend(checks.filter_map(|rule| check(gate, rule, rules)));
    }
}

fn approval(gate: &Gate, rule: &ApprovalRule, rules: &Rules) -> Option<Finding> {
    let holders = holders(rules, &rule.role);
    let too_few = u32::try_from(holders.len()).is_ok_and(|held| held < rule.count);
    too_few.then(|| {
        let message = format!(
            "gate `{}` asks for {} of `{}`, but {}",
            gate.name,
            approvals(rule.count),
            rule.role,
            held_by(&holders)
        );
        let help = format!(
            "ask for fewer, or give `{}` to more members in the members file",
            rule.role
        );
        Finding::error(Code::CharterUnmeetable, message, help).at(rule.location.clone())
    })
}

fn check(gate: &Gate, rule: &CheckRule, rules: &Rules) -> Option<Finding> {
    let role = rule.by.as_ref()?;
    holders(rules, role).is_empty().then(|| {
        let message = format!(
            "gate `{}` wants check `{}` reported by a `{role}`, but nobody holds the role",
            gate.name, rule.name
        );
        let help = format!("give `{role}` to a member, or remove `by`");
        Finding::error(Code::CharterUnmeetable, message, help).at(rule.location.clone())
    })
}

fn holders<'a>(rules: &'a Rules, role: &'a RoleRef) -> Vec<&'a str> {
    let holders = rules.holders(role);
    holders.map(|member| member.login.as_str()).collect()
}

fn approvals(count: u32) -> String {
    match count {
        1 => "1 approval".to_owned(),
        count => format!("{count} approvals"),
    }
}

fn held_by(logins: &[&str]) -> String {
    match logins {
        [] => "nobody holds the role".to_owned(),
        [login] => format!("only {login} holds the role"),
        logins => format!("only {} hold the role", logins.join(", ")),
    }
}
