//! `althing charter …`: the rules of a repository, to check, read and compare.

mod check;
mod diff;
mod explain;
mod export;
mod footer;
mod schema;
mod show;
pub(crate) mod view;
pub(crate) mod words;

use althing_diag::Exit;
use clap::Subcommand;

use crate::{failure::Failure, output::Output};

/// Commands for those who write or read rules.
#[derive(Debug, Subcommand)]
pub(crate) enum CharterCommand {
    /// Check charter and members in a folder; say everything that is wrong at once.
    Check(check::CheckArgs),
    /// Say which entries another charter adds, removes and changes.
    Diff(diff::DiffArgs),
    /// Explain one rule in plain words.
    Explain(explain::ExplainArgs),
    /// Write the charter as code of another language.
    Export(export::ExportArgs),
    /// Print, check or write the last line of a constitution: version, ratification, amendment.
    Footer(footer::FooterArgs),
    /// Print the JSON Schema of a file, for editors and CI.
    Schema(schema::SchemaArgs),
    /// Show the whole charter.
    Show(show::ShowArgs),
}

pub(crate) async fn run(command: &CharterCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        CharterCommand::Check(args) => check::run(args, output).await,
        CharterCommand::Diff(args) => diff::run(args, output),
        CharterCommand::Explain(args) => explain::run(args, output),
        CharterCommand::Export(args) => export::run(args, output),
        CharterCommand::Footer(args) => footer::run(args, output),
        CharterCommand::Schema(args) => schema::run(args, output),
        CharterCommand::Show(args) => show::run(args, output),
    }
}
