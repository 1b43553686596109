//! `althing charter check`.

use std::path::PathBuf;

use althing_charter::{RoleName, seat_findings};
use althing_diag::Exit;
use clap::Args;
use serde_json::json;

use crate::{
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
}

pub(super) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
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
    output.answer_beside(charter.warnings(), answer, || {
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
