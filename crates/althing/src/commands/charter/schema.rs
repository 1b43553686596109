//! `althing charter schema`.

use althing_charter::{charter_schema, members_schema, scenario_schema};
use althing_diag::Exit;
use clap::{Args, ValueEnum};

use crate::{failure::Failure, output::Output};

/// Flags of `althing charter schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The file to describe.
    file: SchemaFile,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaFile {
    /// `.althing/charter.yaml`
    Charter,
    /// `.althing/members.yaml`
    Members,
    /// What `althing simulate` runs.
    Scenario,
}

/// The schema itself whatever `--output` says, so that it can go straight into a file.
pub(super) fn run(args: &SchemaArgs, output: &mut Output) -> Result<Exit, Failure> {
    let schema = match args.file {
        SchemaFile::Charter => charter_schema(),
        SchemaFile::Members => members_schema(),
        SchemaFile::Scenario => scenario_schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|error| Failure::internal("printing the schema", error))?;
    output.data(&text);
    Ok(Exit::Ok)
}
