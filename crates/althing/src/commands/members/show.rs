//! `althing members show`.

use althing_charter::{Charter, Member, Members};
use althing_diag::{Code, Exit, Finding, id::UserId};
use clap::Args;
use jiff::{Timestamp, civil::Date};

use super::{dates, view};
use crate::{
    commands::charter::words,
    failure::Failure,
    output::{BOLD, DIM, Output},
    rules::RulesArgs,
};

/// Flags of `althing members show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Login or account id.
    member: String,
    #[command(flatten)]
    rules: RulesArgs,
}

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    let day = charter.date(Timestamp::now());
    let member = find(&members, &args.member).map_err(|finding| *finding)?;
    output.answer(view(&charter, member, day), || {
        describe(&charter, member, day)
    });
    Ok(Exit::Ok)
}

/// The member with this login or id.
pub(super) fn find<'a>(members: &'a Members, asked: &str) -> Result<&'a Member, Box<Finding>> {
    let login = asked.strip_prefix('@').unwrap_or(asked);
    let by_id = || members.by_id(UserId(login.parse().ok()?));
    members.by_login(login).or_else(by_id).ok_or_else(|| {
        let message = format!("{asked} is no member");
        let help = "`althing members list` lists them all";
        Box::new(Finding::error(Code::MembersUnknown, message, help))
    })
}

fn describe(charter: &Charter, member: &Member, day: Date) -> String {
    let mut lines = vec![format!(
        "{BOLD}{}{BOLD:#}  {DIM}id {}, {}{DIM:#}",
        member.login, member.id, member.location
    )];
    lines.extend(member.name.iter().map(|name| format!("  {name}")));
    let organization = member.organization.iter();
    lines.extend(organization.map(|it| format!("  works for {it}")));
    lines.extend(member.bot.then(|| "  a machine".to_owned()));
    let active = member.last_active.iter();
    lines.extend(active.map(|date| format!("  last active on {date}")));
    for holding in &member.holdings {
        let mut line = format!("  {}", words::role(charter, &holding.role).replace('`', ""));
        let dates = dates(holding);
        if !dates.is_empty() {
            line.push_str(&format!("  {DIM}{dates}{DIM:#}"));
        }
        if !holding.in_force(day) {
            line.push_str("  (not now)");
        }
        lines.push(line);
    }
    if member.holdings.is_empty() {
        lines.push("  holds no role".to_owned());
    }
    lines.join("\n")
}
