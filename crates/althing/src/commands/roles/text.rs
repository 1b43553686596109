//! Roles as people read them.

use althing_charter::Charter;

use super::{BodyHeld, RoleHeld, Roles};
use crate::output::{self, BOLD, DIM, YELLOW};

pub(super) fn describe(charter: &Charter, answer: &Roles<'_>) -> String {
    let roles = answer.roles.iter().map(|it| role(charter, it));
    let bodies = answer.bodies.iter().map(|it| body(charter, it));
    let violations = answer.violations.iter().map(output::describe);
    let parts: Vec<String> = roles.chain(bodies).chain(violations).collect();
    match parts.as_slice() {
        [] => "no role is vacant".to_owned(),
        parts => parts.join("\n\n"),
    }
}

fn role(charter: &Charter, held: &RoleHeld<'_>) -> String {
    let Some(role) = charter.roles().get(held.role.name) else {
        return String::new();
    };
    let name = held.role.name;
    let title = role.title.as_deref().unwrap_or(name.as_str());
    let mut lines = vec![format!(
        "{BOLD}{title}{BOLD:#}  {DIM}{name}, {}{DIM:#}",
        role.location
    )];
    lines.extend(role.description.iter().map(|text| format!("  {text}")));
    let mut line = |what: &str, text: String| {
        if !text.is_empty() {
            lines.push(format!("  {what:<12} {text}"));
        }
    };
    line("may", role.may.join(", "));
    line("must", role.duties.join("; "));
    line("can", role.optional_duties.join("; "));
    line("should show", role.expected.join("; "));
    line("way there", role.guidance.join("; "));
    line("got by", role.entered_by.clone().unwrap_or_default());
    line("held", role.tenure.clone().unwrap_or_default());
    let holders: Vec<String> = held
        .holders
        .iter()
        .map(|holder| match holder.role.split_once('@') {
            Some((_, scope)) => format!("{} ({scope})", holder.login),
            None => holder.login.to_owned(),
        })
        .collect();
    line("holders", holders.join(", "));
    for vacancy in &held.vacancies {
        let (title, role) = (vacancy.title, &vacancy.role);
        lines.push(format!("  {YELLOW}vacant{YELLOW:#}: {title} ({role})"));
    }
    if held.vacant && held.vacancies.is_empty() {
        lines.push(format!("  {YELLOW}vacant{YELLOW:#}: nobody holds it"));
    }
    lines.join("\n")
}

fn body(charter: &Charter, held: &BodyHeld<'_>) -> String {
    let Some(body) = charter.bodies().get(held.body.name) else {
        return String::new();
    };
    let name = held.body.name;
    let title = body.title.as_deref().unwrap_or(name.as_str());
    let mut lines = vec![format!(
        "{BOLD}{title}{BOLD:#}  {DIM}body {name}, {}{DIM:#}",
        body.location
    )];
    for seats in &body.seats {
        let seat = seats.role.to_string();
        let seated = held.members.iter().filter(|it| it.seat == seat);
        let logins: Vec<&str> = seated.map(|it| it.login).collect();
        let logins = if logins.is_empty() {
            "nobody".to_owned()
        } else {
            logins.join(", ")
        };
        lines.push(format!("  {seat} ({}): {logins}", seats.range));
    }
    lines.join("\n")
}
