//! `althing members check`.

use althing_charter::{Charter, Members, Roster, roster_findings};
use althing_diag::{Exit, Finding};
use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use crate::{
    commands::act::Place,
    failure::Failure,
    output::{GREEN, Output},
    rules::RulesArgs,
};

/// Flags of `althing members check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let (charter, file) = args.rules.apart()?;
    let day = charter.date(args.place.now());
    let (recorded, findings) = args
        .place
        .look(async |book, _, _| {
            let record = book.community().map(|community| community.members());
            let name = args.rules.members_name();
            let findings = record.map(|record| compare(&charter, &name, &file, record, day));
            Ok((record.is_some(), findings.unwrap_or_default()))
        })
        .await?;
    if !findings.is_empty() {
        return Err(findings.into());
    }
    let members = file.iter().count();
    let roles: usize = file.iter().map(|member| member.holdings.len()).sum();
    let answer = json!({ "members": members, "roles": roles, "recorded": recorded });
    output.answer(answer, || {
        let record = if recorded {
            "the record explains each of their roles"
        } else {
            "the record has no members yet: the next decision takes them over"
        };
        format!("{GREEN}members check: ok{GREEN:#}  {members} members, {roles} roles; {record}")
    });
    Ok(Exit::Ok)
}

/// What the file says otherwise than the record.
pub(crate) fn compare(
    charter: &Charter,
    name: &str,
    file: &Members,
    record: &Members,
    day: Date,
) -> Vec<Finding> {
    roster_findings(&Roster {
        charter,
        name,
        file,
        record,
        day,
    })
}
