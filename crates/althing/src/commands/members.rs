//! `althing members …`: who the members are.

mod check;
mod history;
mod list;
mod show;

pub(crate) use check::compare;

use althing_charter::{Charter, Holding, Member};
use althing_diag::{Exit, Location, id::UserId};
use clap::Subcommand;
use jiff::civil::Date;
use serde::Serialize;

use crate::{failure::Failure, output::Output};

/// Commands about members.
#[derive(Debug, Subcommand)]
pub(crate) enum MembersCommand {
    /// Check that every role in the members file was given by a decision in the record, and that
    /// none is missing.
    Check(check::CheckArgs),
    /// Tell who got and lost which role, and when.
    History(history::HistoryArgs),
    /// List the members with the roles they hold.
    List(list::ListArgs),
    /// Show one member.
    Show(show::ShowArgs),
}

pub(crate) async fn run(command: &MembersCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        MembersCommand::Check(args) => check::run(args, output).await,
        MembersCommand::History(args) => history::run(args, output).await,
        MembersCommand::List(args) => list::run(args, output),
        MembersCommand::Show(args) => show::run(args, output),
    }
}

/// A member in the form that answers have.
#[derive(Debug, Serialize)]
struct MemberView<'a> {
    id: UserId,
    login: &'a str,
    name: Option<&'a str>,
    emails: &'a [String],
    organization: Option<&'a str>,
    bot: bool,
    last_active: Option<Date>,
    roles: Vec<HoldingView<'a>>,
    /// Roles that those held now include.
    counts_as: Vec<String>,
    location: &'a Location,
}

/// A role that a member holds, held or will hold.
#[derive(Debug, Serialize)]
struct HoldingView<'a> {
    role: String,
    since: Option<Date>,
    until: Option<Date>,
    /// `founding`, or the number of the entry of the ledger.
    by: Option<String>,
    held: bool,
    location: &'a Location,
}

fn view<'a>(charter: &Charter, member: &'a Member, day: Date) -> MemberView<'a> {
    let roles = member.holdings.iter().map(|it| holding(it, day));
    let mut counts_as: Vec<String> = member
        .held(day)
        .filter_map(|it| charter.roles().get(&it.role.role))
        .flat_map(|role| role.counts_as.iter().map(ToString::to_string))
        .collect();
    counts_as.sort();
    counts_as.dedup();
    MemberView {
        id: member.id,
        login: &member.login,
        name: member.name.as_deref(),
        emails: &member.emails,
        organization: member.organization.as_deref(),
        bot: member.bot,
        last_active: member.last_active,
        roles: roles.collect(),
        counts_as,
        location: &member.location,
    }
}

fn holding(holding: &Holding, day: Date) -> HoldingView<'_> {
    HoldingView {
        role: holding.role.to_string(),
        since: holding.since,
        until: holding.until,
        by: holding.by.map(|by| by.to_string()),
        held: holding.in_force(day),
        location: &holding.location,
    }
}

/// The dates of a role for people: `since 2026-01-01, until 2027-01-01, by ledger entry 17`.
fn dates(holding: &Holding) -> String {
    let since = holding.since.map(|date| format!("since {date}"));
    let until = holding.until.map(|date| format!("until {date}"));
    let by = holding.by.map(|by| format!("by {by}"));
    let parts: Vec<String> = [since, until, by].into_iter().flatten().collect();
    parts.join(", ")
}
