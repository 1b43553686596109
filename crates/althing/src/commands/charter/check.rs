//! `althing charter check`.

use std::path::{Path, PathBuf};

use althing_charter::{RoleName, Rules, seat_findings};
use althing_council::Book;
use althing_diag::{Exit, Finding, Severity};
use clap::Args;
use serde_json::json;

use crate::{
    commands::{ledger::LedgerBeside, members::compare},
    failure::Failure,
    output::{DIM, GREEN, Output},
    rules::{RulesArgs, charter_named},
};

/// Flags of `althing charter check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The folder that holds `.althing`.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Check this charter alone, without members: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", conflicts_with = "dir")]
    charter: Option<String>,
    #[command(flatten)]
    ledger: LedgerBeside,
}

pub(super) async fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let mut warnings = Vec::new();
    let (charter, hash, members) = match &args.charter {
        Some(named) => {
            let charter = charter_named(named, None)?;
            let hash = charter.hash();
            (charter, hash, None)
        }
        None => {
            let rules = RulesArgs::in_folder(&args.dir).read()?;
            let seats = seat_findings(rules.charter(), rules.members(), rules.day());
            if !seats.is_empty() {
                return Err(seats.into());
            }
            let members = rules.members().iter().count();
            warnings = against_record(&args.ledger, &args.dir, &rules).await?;
            (rules.charter().clone(), rules.hash(), Some(members))
        }
    };
    let gates: Vec<&str> = charter.gates().iter().map(|it| it.name.as_str()).collect();
    let roles: Vec<&str> = charter.roles().keys().map(RoleName::as_str).collect();
    let lifecycles = charter.lifecycles().iter();
    let lifecycles: Vec<&str> = lifecycles.map(|it| it.name.as_str()).collect();
    let answer = json!({
        "name": charter.name(),
        "version": charter.version(),
        "hash": hash,
        "roles": roles,
        "gates": gates,
        "lifecycles": lifecycles,
        "members": members,
    });
    let findings = [charter.warnings(), &warnings].concat();
    output.answer_beside(&findings, answer, || {
        let listed = |names: &[&str]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let members = members.map_or_else(|| "not checked".to_owned(), |count| count.to_string());
        format!(
            "{GREEN}charter check: ok{GREEN:#}  {} {}\n  roles      {}\n  gates      {}\n  \
             lifecycles {}\n  members    {members}\n  {DIM}hash       {hash}{DIM:#}",
            charter.name(),
            charter.version(),
            listed(&roles),
            listed(&gates),
            listed(&lifecycles),
        )
    });
    Ok(Exit::Ok)
}

/// Where a community decides by its record, a role that nobody has decided on is none.
async fn against_record(
    ledger: &LedgerBeside,
    folder: &Path,
    rules: &Rules,
) -> Result<Vec<Finding>, Failure> {
    let book = ledger.book(folder).await?;
    let record = book.as_ref().and_then(Book::community);
    let findings = record.map(|record| {
        let name = rules.members_source().name;
        let (charter, file) = (rules.charter(), rules.members());
        compare(charter, name, file, record.members(), rules.day())
    });
    let findings = findings.unwrap_or_default().into_iter();
    Ok(findings
        .map(|finding| finding.with_severity(Severity::Warning))
        .collect())
}
