//! `althing ledger …`: the record of decisions.

mod export;
mod list;
mod verify;

use std::path::PathBuf;

use althing_diag::{Exit, Location};
use althing_ledger::{Ledger, LedgerError};
use clap::{Args, Subcommand};

use crate::{failure::Failure, output::Output};

/// Commands of the ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Show the entries.
    List(list::ListArgs),
    /// Check every entry against its hash and its place in the chain.
    Verify(verify::VerifyArgs),
    /// Print the entries as JSON lines, for another program or another machine to verify.
    Export(export::ExportArgs),
}

/// Where the ledger is.
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerPath {
    /// The ledger's file.
    #[arg(
        long = "ledger",
        env = "ALTHING_LEDGER",
        value_name = "FILE",
        default_value = "althing-ledger.db"
    )]
    path: PathBuf,
}

impl LedgerPath {
    /// Gives `work` the ledger to append to, made when missing.
    pub(crate) async fn append<T>(
        &self,
        work: impl AsyncFnOnce(&Ledger) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.use_and_close(Ledger::open(&self.path).await, work)
            .await
    }

    /// Gives `work` the ledger to read; it must exist.
    async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&Ledger) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.use_and_close(Ledger::open_existing(&self.path).await, work)
            .await
    }

    /// Closes the ledger whatever came of the work, so that its file alone holds every entry.
    async fn use_and_close<T>(
        &self,
        opened: Result<Ledger, LedgerError>,
        work: impl AsyncFnOnce(&Ledger) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let ledger = opened.map_err(|error| self.at(&error))?;
        let done = work(&ledger).await;
        ledger.close().await;
        done
    }

    /// The error with the file, which not every one names.
    fn at(&self, error: &LedgerError) -> Failure {
        let file = Location::file(self.path.display().to_string());
        error.finding().at(file).into()
    }
}

pub(crate) async fn run(command: LedgerCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        LedgerCommand::List(args) => list::run(&args, output).await,
        LedgerCommand::Verify(args) => verify::run(&args, output).await,
        LedgerCommand::Export(args) => export::run(&args, output).await,
    }
}
