//! Whether the seats of the bodies are taken as the charter wants it (T-160…T-164).

use althing_diag::{Code, Finding};
use jiff::civil::Date;

use super::Members;
use crate::{Body, BodyName, Charter, RoleRef, Seats};

/// Every seat too many or too few on that day, and whoever is in a body without a seat. They do
/// not make the rules unreadable: a community must be able to act in order to fill its seats.
pub fn seat_findings(charter: &Charter, members: &Members, day: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, body) in charter.bodies() {
        for seats in &body.seats {
            findings.extend(count(charter, members, day, name, seats));
        }
        findings.extend(without_seat(charter, members, day, name, body));
    }
    findings
}

fn count(
    charter: &Charter,
    members: &Members,
    day: Date,
    body: &BodyName,
    seats: &Seats,
) -> Option<Finding> {
    let holders = members.holders(charter, &seats.role, day);
    let logins: Vec<&str> = holders.map(|member| member.login.as_str()).collect();
    let taken = u32::try_from(logins.len()).unwrap_or(u32::MAX);
    let (code, help) = if taken < seats.range.least {
        let help = format!("give `{}` to more members", seats.role);
        (Code::SeatsTooFew, help)
    } else if seats.range.most.is_some_and(|most| taken > most) {
        let help = format!(
            "take `{}` from some members, or make more seats",
            seats.role
        );
        (Code::SeatsTooMany, help)
    } else {
        return None;
    };
    let taken = match logins.as_slice() {
        [] => "nobody sits".to_owned(),
        [login] => format!("1 sits ({login})"),
        logins => format!("{} sit ({})", logins.len(), logins.join(", ")),
    };
    let message = format!(
        "body `{body}` has {} as `{}`, but {taken} there",
        seats_of(seats),
        seats.role
    );
    Some(Finding::error(code, message, help).at(seats.location.clone()))
}

fn seats_of(seats: &Seats) -> String {
    match seats.range.most.unwrap_or(seats.range.least) {
        1 => format!("{} seat", seats.range),
        _ => format!("{} seats", seats.range),
    }
}

/// Where a role has the name of a body, its holders are said to be in it; each needs a seat.
fn without_seat(
    charter: &Charter,
    members: &Members,
    day: Date,
    name: &BodyName,
    body: &Body,
) -> Vec<Finding> {
    let role = name.as_str().parse().ok();
    let Some(role) = role.filter(|role| charter.roles().contains_key(role)) else {
        return Vec::new();
    };
    let said = RoleRef::anywhere(role);
    let findings = members.holders(charter, &said, day).filter_map(|member| {
        let seated = body
            .seats
            .iter()
            .any(|seats| member.holds(charter, &seats.role, day));
        (!seated).then(|| {
            let message = format!(
                "{} is in body `{name}`, but on none of its seats",
                member.login
            );
            let kinds: Vec<String> = body
                .seats
                .iter()
                .map(|it| format!("`{}`", it.role))
                .collect();
            let help = format!(
                "give the person one of {}, or take `{said}` away",
                kinds.join(", ")
            );
            Finding::error(Code::SeatsNone, message, help)
                .at(member.location.clone())
                .by_rule(body.location.clone())
        })
    });
    findings.collect()
}
