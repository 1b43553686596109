//! `althing roles`: what each role may do, who holds it, and what is vacant.

mod text;

use althing_charter::{Charter, Holding, Member, Members, Role, RoleName, RoleRef, seat_findings};
use althing_diag::{Code, Exit, Finding};
use clap::Args;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::charter::view::{self, BodyView, RoleView};
use crate::{failure::Failure, output::Output, rules::RulesArgs};

/// Flags of `althing roles`.
#[derive(Debug, Args)]
pub(crate) struct RolesArgs {
    /// Only this role.
    role: Option<RoleName>,
    /// Only roles that nobody holds although somebody has to be given them.
    #[arg(long)]
    vacant: bool,
    #[command(flatten)]
    rules: RulesArgs,
}

/// All roles.
#[derive(Debug, Serialize)]
struct Roles<'a> {
    roles: Vec<RoleHeld<'a>>,
    bodies: Vec<BodyHeld<'a>>,
    /// Seats that are not taken as the charter wants.
    violations: Vec<Finding>,
}

/// A role with those who hold it.
#[derive(Debug, Serialize)]
struct RoleHeld<'a> {
    #[serde(flatten)]
    role: RoleView<'a>,
    holders: Vec<Holder<'a>>,
    /// Nobody holds it, although somebody has to be given it.
    vacant: bool,
    /// Positions that nobody holds.
    vacancies: Vec<Vacancy<'a>>,
}

/// A position that nobody holds (P-027).
#[derive(Debug, Serialize)]
struct Vacancy<'a> {
    role: RoleRef,
    title: &'a str,
}

/// Somebody who holds a role itself, not one that includes it.
#[derive(Debug, Serialize)]
struct Holder<'a> {
    login: &'a str,
    role: String,
    since: Option<Date>,
    until: Option<Date>,
}

/// A body with those who sit in it.
#[derive(Debug, Serialize)]
struct BodyHeld<'a> {
    #[serde(flatten)]
    body: BodyView<'a>,
    members: Vec<Seated<'a>>,
}

/// Somebody on a seat of a body.
#[derive(Debug, Serialize)]
struct Seated<'a> {
    login: &'a str,
    seat: String,
}

pub(crate) fn run(args: &RolesArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    let day = charter.date(Timestamp::now());
    if let Some(name) = &args.role
        && !charter.roles().contains_key(name)
    {
        return Err(unknown(&charter, name).into());
    }
    let meant = |name: &RoleName| args.role.as_ref().is_none_or(|asked| asked == name);
    let mut declared: Vec<(&RoleName, &Role)> = charter.roles().iter().collect();
    declared.sort_by(|(_, a), (_, b)| a.location.cmp(&b.location));
    let roles = declared.into_iter().filter(|(name, _)| meant(name));
    let roles = roles.map(|(name, role)| held(&members, name, role, day));
    let roles: Vec<RoleHeld<'_>> = roles.filter(|it| !args.vacant || it.is_vacant()).collect();
    let whole = args.role.is_none() && !args.vacant;
    let answer = Roles {
        roles,
        bodies: if whole {
            bodies(&charter, &members, day)
        } else {
            Vec::new()
        },
        violations: if whole {
            seat_findings(&charter, &members, day)
        } else {
            Vec::new()
        },
    };
    output.answer(&answer, || text::describe(&charter, &answer));
    Ok(Exit::Ok)
}

fn held<'a>(members: &'a Members, name: &'a RoleName, role: &'a Role, day: Date) -> RoleHeld<'a> {
    let asked = RoleRef::anywhere(name.clone());
    let holders: Vec<Holder<'a>> = members
        .iter()
        .flat_map(|member| member.held(day).map(move |holding| (member, holding)))
        .filter(|(_, holding)| holding.role.satisfies(&asked))
        .map(|(member, holding)| holder(member, holding))
        .collect();
    let everybodys = matches!(role.entered_by.as_deref(), Some("anyone" | "contribution"));
    RoleHeld {
        role: view::role(name, role),
        vacant: holders.is_empty() && !everybodys,
        vacancies: vacancies(members, name, role, day),
        holders,
    }
}

/// Positions of the role that no member holds on that day.
fn vacancies<'a>(
    members: &Members,
    name: &RoleName,
    role: &'a Role,
    day: Date,
) -> Vec<Vacancy<'a>> {
    let positions = role.positions.iter().map(|position| Vacancy {
        role: RoleRef {
            role: name.clone(),
            scope: Some(position.scope.clone()),
        },
        title: &position.title,
    });
    let holds = |member: &Member, asked: &RoleRef| {
        let mut held = member.held(day);
        held.any(|holding| holding.role.satisfies(asked))
    };
    let vacant = |it: &Vacancy<'_>| !members.iter().any(|member| holds(member, &it.role));
    positions.filter(vacant).collect()
}

impl RoleHeld<'_> {
    fn is_vacant(&self) -> bool {
        self.vacant || !self.vacancies.is_empty()
    }
}

fn holder<'a>(member: &'a Member, holding: &'a Holding) -> Holder<'a> {
    Holder {
        login: &member.login,
        role: holding.role.to_string(),
        since: holding.since,
        until: holding.until,
    }
}

fn bodies<'a>(charter: &'a Charter, members: &'a Members, day: Date) -> Vec<BodyHeld<'a>> {
    let bodies = charter.bodies().iter().map(|(name, body)| {
        let seated = body.seats.iter().flat_map(|seats| {
            let holders = members.holders(charter, &seats.role, day);
            holders.map(|member| Seated {
                login: &member.login,
                seat: seats.role.to_string(),
            })
        });
        BodyHeld {
            members: seated.collect(),
            body: view::body(name, body),
        }
    });
    bodies.collect()
}

fn unknown(charter: &Charter, name: &RoleName) -> Finding {
    let declared: Vec<&str> = charter.roles().keys().map(RoleName::as_str).collect();
    Finding::error(
        Code::CharterUnknownRole,
        format!("the charter declares no role `{name}`"),
        format!("name one of: {}", declared.join(", ")),
    )
}
