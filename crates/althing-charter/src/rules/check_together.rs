//! What the charter and the members must satisfy together.

use althing_diag::{Code, Finding};

use super::{check_charter::unknown_role, check_members::CheckedMembers};
use crate::{ApprovalRule, Charter, CheckRule, Gate, Members, RoleName};

pub(super) fn check_together(
    charter: &Charter,
    checked: &CheckedMembers,
    findings: &mut Vec<Finding>,
) {
    for role in &checked.roles {
        let name = role.text.parse::<RoleName>().ok();
        if name.is_none_or(|name| !charter.roles().contains_key(&name)) {
            let finding = unknown_role(&role.text, charter.roles());
            findings.push(finding.at(role.location.clone()));
        }
    }
    for gate in charter.gates() {
        let approvals = gate.approvals.iter();
        findings.extend(approvals.filter_map(|rule| approval(gate, rule, &checked.members)));
        let checks = gate.checks.iter();
        findings.extend(checks.filter_map(|rule| check(gate, rule, &checked.members)));
    }
}

fn approval(gate: &Gate, rule: &ApprovalRule, members: &Members) -> Option<Finding> {
    let holders = holders(members, &rule.role);
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

fn check(gate: &Gate, rule: &CheckRule, members: &Members) -> Option<Finding> {
    let role = rule.by.as_ref()?;
    holders(members, role).is_empty().then(|| {
        let message = format!(
            "gate `{}` wants check `{}` reported by a `{role}`, but nobody holds the role",
            gate.name, rule.name
        );
        let help = format!("give `{role}` to a member, or remove `by`");
        Finding::error(Code::CharterUnmeetable, message, help).at(rule.location.clone())
    })
}

fn holders<'a>(members: &'a Members, role: &RoleName) -> Vec<&'a str> {
    let holds = members.iter().filter(|member| member.roles.contains(role));
    holds.map(|member| member.login.as_str()).collect()
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
