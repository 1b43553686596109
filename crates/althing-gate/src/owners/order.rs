//! In which order people are asked to review (L-066, L-068).

use althing_charter::{Charter, Members};
use jiff::civil::Date;
use serde::Serialize;

use super::Owners;

/// Somebody who can be asked to review a change of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reviewer {
    /// The account, team or address.
    pub who: String,
    /// Why they are asked.
    pub why: String,
}

/// Who is asked to review a change of `path`: first its code owners, in the order of their line,
/// then whoever holds a role whose approval a gate of the path asks for, by gate and id.
pub fn reviewers(
    owners: Option<&Owners>,
    rules: Option<(&Charter, &Members)>,
    path: &str,
    day: Date,
) -> Vec<Reviewer> {
    let mut order = Vec::<Reviewer>::new();
    let rule = owners.and_then(|owners| owners.rule_for(path));
    for (rule, owner) in rule
        .iter()
        .flat_map(|rule| rule.owners.iter().map(move |it| (rule, it)))
    {
        order.push(Reviewer {
            who: owner.to_string(),
            why: format!("owns `{}`", rule.written),
        });
    }
    let Some((charter, members)) = rules else {
        return order;
    };
    let roles = charter.gates_for(path).flat_map(|gate| &gate.approvals);
    for approval in roles {
        for member in members.holders(charter, &approval.role, day) {
            let who = format!("@{}", member.login);
            let listed = order.iter().any(|it| it.who.eq_ignore_ascii_case(&who));
            if !member.bot && !listed {
                let why = format!("is {}", approval.role);
                order.push(Reviewer { who, why });
            }
        }
    }
    order
}
