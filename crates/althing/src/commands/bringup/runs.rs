//! `althing bringup runs …`: what the record says of runs.

mod list;
mod show;

use althing_bringup::{RunStory, runs};
use althing_diag::Exit;
use althing_ledger::Filter;
use clap::Subcommand;

use crate::{commands::ledger::LedgerPath, failure::Failure, output::Output};

/// Commands of the record of runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs: issue, status, attempts, what the agent used, how long it took.
    List(list::ListArgs),
    /// Show one run, step by step.
    Show(show::ShowArgs),
}

impl RunsCommand {
    /// Its whole name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "bringup runs list",
            Self::Show(_) => "bringup runs show",
        }
    }
}

pub(super) async fn run(command: RunsCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        RunsCommand::List(args) => list::run(&args, output).await,
        RunsCommand::Show(args) => show::run(&args, output).await,
    }
}

/// Every run that the ledger tells of.
async fn told(ledger: &LedgerPath) -> Result<Vec<RunStory>, Failure> {
    let entries = ledger
        .read(async |ledger| ledger.entries(&Filter::default()).await)
        .await?;
    Ok(runs(&entries))
}
