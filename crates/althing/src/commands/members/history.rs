//! `althing members history`.

use althing_charter::{Member, Members};
use althing_diag::Exit;
use clap::Args;
use comfy_table::{Table, presets};
use jiff::civil::Date;
use serde::Serialize;

use super::show::find;
use crate::{failure::Failure, output::Output, rules::RulesArgs};

/// Flags of `althing members history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Only this member, by login or account id.
    member: Option<String>,
    #[command(flatten)]
    rules: RulesArgs,
}

/// A role that somebody got or lost.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Change {
    /// When; nothing where the members file does not say since when.
    date: Option<Date>,
    login: String,
    change: Kind,
    role: String,
    /// `founding`, or the entry of the ledger that decided it.
    by: Option<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Lost,
    Got,
}

pub(super) fn run(args: &HistoryArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (_, members) = args.rules.apart()?;
    let meant = match &args.member {
        Some(asked) => vec![find(&members, asked).map_err(|finding| *finding)?],
        None => members.iter().collect(),
    };
    let changes = from_file(&meant);
    output.answer_list("changes", &changes, || table(&changes, &members));
    Ok(Exit::Ok)
}

/// What the members file itself tells, oldest first.
fn from_file(members: &[&Member]) -> Vec<Change> {
    let mut changes = Vec::new();
    for member in members {
        for holding in &member.holdings {
            let change = |date, change| Change {
                date,
                login: member.login.clone(),
                role: holding.role.to_string(),
                by: match change {
                    Kind::Got => holding.by.map(|by| by.to_string()),
                    Kind::Lost => None,
                },
                change,
            };
            changes.push(change(holding.since, Kind::Got));
            let end = holding.until.map(|until| change(Some(until), Kind::Lost));
            changes.extend(end);
        }
    }
    changes.sort();
    changes
}

fn table(changes: &[Change], members: &Members) -> String {
    if changes.is_empty() {
        return format!("none of {} members holds a role", members.iter().count());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["date", "login", "", "role", "by"]);
    for change in changes {
        let date = change.date.map(|date| date.to_string());
        let kind = match change.change {
            Kind::Lost => "no longer",
            Kind::Got => "became",
        };
        table.add_row([
            date.unwrap_or_else(|| "not said".to_owned()),
            change.login.clone(),
            kind.to_owned(),
            change.role.clone(),
            change.by.clone().unwrap_or_default(),
        ]);
    }
    table.trim_fmt()
}
