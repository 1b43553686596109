//! `althing members list`.

use althing_charter::{Charter, Member, RoleRef};
use althing_diag::Exit;
use clap::Args;
use comfy_table::{Table, presets};
use jiff::{Timestamp, civil::Date};

use super::view;
use crate::{failure::Failure, output::Output, rules::RulesArgs};

/// Flags of `althing members list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    rules: RulesArgs,
    /// Only those who hold this role, or one that includes it: `maintainer`,
    /// `maintainer@area:inference`.
    #[arg(long)]
    role: Option<RoleRef>,
}

pub(super) fn run(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, members) = args.rules.apart()?;
    let day = charter.date(Timestamp::now());
    let meant = |member: &&Member| {
        let role = args.role.as_ref();
        role.is_none_or(|role| member.holds(&charter, role, day))
    };
    let listed: Vec<&Member> = members.iter().filter(meant).collect();
    let views: Vec<_> = listed.iter().map(|it| view(&charter, it, day)).collect();
    output.answer_list("members", &views, || table(&charter, &listed, day));
    Ok(Exit::Ok)
}

fn table(charter: &Charter, members: &[&Member], day: Date) -> String {
    if members.is_empty() {
        return format!("nobody of {} is listed", charter.name());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["login", "id", "name", "organization", "roles"]);
    for member in members {
        let roles: Vec<String> = member.held(day).map(|it| it.role.to_string()).collect();
        let login = if member.bot {
            format!("{} (bot)", member.login)
        } else {
            member.login.clone()
        };
        table.add_row([
            login,
            member.id.to_string(),
            member.name.clone().unwrap_or_default(),
            member.organization.clone().unwrap_or_default(),
            roles.join(", "),
        ]);
    }
    table.trim_fmt()
}
