//! `althing charter check`.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use althing_charter::{Rules, Source};
use althing_diag::{Exit, Finding, yaml};
use althing_facts::{CHARTER, MEMBERS};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::{
    failure::Failure,
    output::{DIM, GREEN, Output},
    presets,
};

/// Flags of `althing charter check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The folder that holds `.althing`.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

pub(super) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let rules = rules(&args.dir)?;
    let charter = rules.charter();
    let gates: Vec<String> = charter
        .gates()
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    let roles: Vec<String> = charter.roles().keys().map(ToString::to_string).collect();
    let members = rules.members().iter().count();
    let answer = json!({
        "name": charter.name(),
        "version": charter.version(),
        "hash": rules.hash(),
        "roles": roles,
        "gates": gates,
        "members": members,
    });
    output.answer(answer, || {
        format!(
            "{GREEN}charter check: ok{GREEN:#}  {} {}\n  roles   {}\n  gates   {}\n  \
             members {members}\n  {DIM}hash    {}{DIM:#}",
            charter.name(),
            charter.version(),
            roles.join(", "),
            gates.join(", "),
            rules.hash(),
        )
    });
    Ok(Exit::Ok)
}

/// The rules that `dir` holds, or everything that is wrong with them.
fn rules(dir: &Path) -> Result<Rules, Vec<Finding>> {
    let files = [CHARTER, MEMBERS].map(|file| {
        let path = dir.join(file);
        let name = path.display().to_string();
        let text = yaml::read(&name, File::open(&path));
        (name, text)
    });
    match files {
        [(charter, Ok(charter_text)), (members, Ok(members_text))] => Rules::parse(
            Source::new(&charter, &charter_text),
            Source::new(&members, &members_text),
            &presets::all(),
            Timestamp::now(),
        ),
        unreadable => {
            let texts = unreadable.into_iter().map(|(_, text)| text);
            Err(texts.filter_map(|it| it.err().map(|it| *it)).collect())
        }
    }
}
