//! What bodies must satisfy.

use std::collections::BTreeMap;

use althing_diag::Finding;
use althing_diag::{
    Code,
    yaml::{self, Spanned},
};

use super::{
    names::{bad_name, role_ref},
    report::{Report, shown},
};
use crate::{
    Body, BodyName, Role, RoleName, SeatRange, Seats,
    extends::Placed,
    raw::{Named, RawBody},
};

pub(super) fn check_bodies(
    raw: Vec<Placed<'_, RawBody>>,
    roles: &BTreeMap<RoleName, Role>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<BodyName, Body> {
    let mut bodies = BTreeMap::new();
    for Placed { file, key, value } in raw {
        let mut report = Report::new(file, findings);
        let Some(name) = bad_name(key.value.parse(), &key, &mut report) else {
            continue;
        };
        if value.seats.0.is_empty() {
            let message = format!("body `{name}` has no seats, so nobody is in it");
            let help = "say under `seats` how many holders of which role sit in it";
            report.error(&key, Code::CharterEmpty, message, help);
        }
        let body = Body {
            title: report.text("title", value.title),
            description: report.text("description", value.description),
            duties: report.texts("duties", value.duties),
            decides: report.texts("decides", value.decides),
            seats: seats(value.seats, roles, &mut report),
            location: yaml::location(file, &key),
        };
        bodies.insert(name, body);
    }
    bodies
}

fn seats(
    raw: Named<Spanned<String>>,
    roles: &BTreeMap<RoleName, Role>,
    report: &mut Report<'_>,
) -> Vec<Seats> {
    let seats = raw.0.into_iter().filter_map(|(key, written)| {
        let role = role_ref(&key.value, &key, roles, report);
        let range = match written.value.parse::<SeatRange>() {
            Ok(range) => Some(range),
            Err(error) => {
                let message = format!("`{}` {error}", shown(&written.value));
                let help = "write for example `3..5` for three, four or five seats";
                report.error(&written, Code::CharterValue, message, help);
                None
            }
        };
        Some(Seats {
            role: role?,
            range: range?,
            location: yaml::location(report.file, &key),
        })
    });
    seats.collect()
}
