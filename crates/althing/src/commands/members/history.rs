//! `althing members history`.

use std::path::Path;

use althing_charter::{Charter, Holding, Member, Members};
use althing_council::{Book, RoleChange};
use althing_diag::{
    Exit,
    id::{SubjectId, UserId},
};
use clap::Args;
use comfy_table::{Table, presets};
use jiff::civil::Date;
use serde::Serialize;

use super::show::find;
use crate::{commands::ledger::LedgerBeside, failure::Failure, output::Output, rules::RulesArgs};

/// Flags of `althing members history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Only this member, by login or account id.
    member: Option<String>,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    ledger: LedgerBeside,
}

/// A role that somebody got or lost.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Change {
    /// When; nothing where nobody says since when.
    date: Option<Date>,
    /// The number of the entry of the ledger; nothing for what the files alone say.
    #[serde(skip)]
    entry: Option<u64>,
    #[serde(skip)]
    id: UserId,
    login: String,
    change: Kind,
    role: String,
    /// `founding`, or the entry of the ledger that decided it.
    by: Option<String>,
    /// What was decided on.
    subject: Option<SubjectId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Lost,
    Got,
}

pub(super) async fn run(args: &HistoryArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (_, file): (Charter, Members) = args.rules.apart()?;
    let book = args.ledger.book(Path::new(".")).await?;
    let mut changes = match &book {
        Some(book) => of_record(book, &file),
        None => of_file(&file),
    };
    if let Some(asked) = &args.member {
        let record = book.as_ref().and_then(Book::community);
        let listed = find(&file, asked);
        let meant = match record.map(|record| find(record.members(), asked)) {
            Some(Ok(member)) => member,
            Some(Err(_)) | None => listed.map_err(|finding| *finding)?,
        };
        changes.retain(|change| change.id == meant.id);
    }
    output.answer_list("changes", &changes, || table(&changes, &file));
    Ok(Exit::Ok)
}

/// What the record tells, and what the file says beyond it, oldest first.
fn of_record(book: &Book, file: &Members) -> Vec<Change> {
    let Some(founding) = book.founding() else {
        return of_file(file);
    };
    let mut changes = of_file(founding);
    changes.extend(book.role_changes().iter().map(decided));
    let beyond = of_file(file).into_iter().filter(|said| {
        let same = |known: &&Change| {
            (known.id, known.change, &known.role) == (said.id, said.change, &said.role)
        };
        let mut known = changes.iter().filter(same);
        !known.any(|known| said.date.is_none() || known.date == said.date)
    });
    let beyond: Vec<Change> = beyond.collect();
    changes.extend(beyond);
    changes.sort();
    changes
}

fn decided(change: &RoleChange) -> Change {
    Change {
        date: Some(change.day),
        entry: Some(change.entry),
        id: change.member.id,
        login: change.member.login.clone(),
        change: if change.granted {
            Kind::Got
        } else {
            Kind::Lost
        },
        role: change.role.to_string(),
        by: Some(format!("ledger entry {}", change.entry)),
        subject: Some(change.subject.clone()),
    }
}

/// What a members file itself tells, oldest first.
fn of_file(members: &Members) -> Vec<Change> {
    let mut changes = Vec::new();
    for member in members.iter() {
        for holding in &member.holdings {
            changes.push(said(member, holding, holding.since, Kind::Got));
            let end = holding.until;
            changes.extend(end.map(|_| said(member, holding, end, Kind::Lost)));
        }
    }
    changes.sort();
    changes
}

fn said(member: &Member, holding: &Holding, date: Option<Date>, change: Kind) -> Change {
    Change {
        date,
        entry: None,
        id: member.id,
        login: member.login.clone(),
        role: holding.role.to_string(),
        by: match change {
            Kind::Got => holding.by.map(|by| by.to_string()),
            Kind::Lost => None,
        },
        change,
        subject: None,
    }
}

fn table(changes: &[Change], members: &Members) -> String {
    if changes.is_empty() {
        return format!("none of {} members holds a role", members.iter().count());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["date", "login", "", "role", "by", "subject"]);
    for change in changes {
        let date = change.date.map(|date| date.to_string());
        let kind = match change.change {
            Kind::Lost => "no longer",
            Kind::Got => "became",
        };
        let subject = change.subject.as_ref().map(ToString::to_string);
        table.add_row([
            date.unwrap_or_else(|| "not said".to_owned()),
            change.login.clone(),
            kind.to_owned(),
            change.role.clone(),
            change.by.clone().unwrap_or_default(),
            subject.unwrap_or_default(),
        ]);
    }
    table.trim_fmt()
}
