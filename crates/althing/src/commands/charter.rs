//! `althing charter …`: the rules of a repository, before they are in force.

mod check;
mod schema;

use althing_diag::Exit;
use clap::Subcommand;

use crate::{failure::Failure, output::Output};

/// Commands for those who write rules.
#[derive(Debug, Subcommand)]
pub(crate) enum CharterCommand {
    /// Check charter and members in a folder; say everything that is wrong at once.
    Check(check::CheckArgs),
    /// Print the JSON Schema of a file, for editors and CI.
    Schema(schema::SchemaArgs),
}

pub(crate) fn run(command: &CharterCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        CharterCommand::Check(args) => check::run(args, output),
        CharterCommand::Schema(args) => schema::run(args, output),
    }
}
