//! `althing ledger …`: the record of decisions.

mod export;
mod import;
mod list;
mod replay;
mod verify;

use std::path::Path;

use althing_council::{Book, Keys};
use althing_diag::Exit;
use althing_ledger::{Ledger, LedgerError, LedgerLocation};
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
    /// Take over an export, for example from a ledger that is kept in another way.
    Import(import::ImportArgs),
    /// Play the recorded history under other rules: what would have come out differently.
    Replay(replay::ReplayArgs),
}

/// Where the ledger is, unless something else is said.
const DEFAULT: &str = "althing-ledger.db";

/// Where the ledger is.
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerPath {
    /// Where the ledger is: the path of an SQLite file (also `sqlite:PATH`), `git` for the branch
    /// althing/ledger of this repository (`git:PATH` of another one), or `postgres://…`.
    #[arg(
        long = "ledger",
        env = "ALTHING_LEDGER",
        hide_env_values = true,
        value_name = "LEDGER",
        default_value = DEFAULT
    )]
    location: LedgerLocation,
}

impl LedgerPath {
    /// Gives `work` the ledger to append to, made when missing.
    pub(crate) async fn append<T>(
        &self,
        work: impl AsyncFnOnce(&Ledger) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.use_and_close(Ledger::open(&self.location).await, work)
            .await
    }

    /// Gives `work` the ledger to read; it must exist.
    pub(crate) async fn read<T>(
        &self,
        work: impl AsyncFnOnce(&Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, Failure> {
        let ledger = Ledger::open_existing(&self.location).await;
        let read = async |ledger: &Ledger| work(ledger).await.map_err(|error| self.at(&error));
        self.use_and_close(ledger, read).await
    }

    /// Closes the ledger whatever came of the work: the file of one that is a file alone holds
    /// every entry then.
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

    /// The error with its place.
    fn at(&self, error: &LedgerError) -> Failure {
        self.location.finding(error).into()
    }
}

/// The ledger of a community that has one: what files say is compared with it, or completed.
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerBeside {
    /// The record of decisions, to compare with. Left out, `althing-ledger.db` is looked at if it
    /// is there.
    #[arg(
        long = "ledger",
        env = "ALTHING_LEDGER",
        hide_env_values = true,
        value_name = "LEDGER"
    )]
    location: Option<LedgerLocation>,
}

impl LedgerBeside {
    /// What the ledger adds up to, if there is one: as named, or in the folder.
    pub(crate) async fn book(&self, folder: &Path) -> Result<Option<Book>, Failure> {
        let usual = folder.join(DEFAULT);
        let location = match &self.location {
            Some(location) => location.clone(),
            None if usual.exists() => LedgerLocation::Sqlite(usual),
            None => return Ok(None),
        };
        let read = async |ledger: &Ledger| Ok(Book::read(ledger, &Keys::default()).await);
        Ok(Some(LedgerPath { location }.read(read).await??))
    }
}

pub(crate) async fn run(command: LedgerCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        LedgerCommand::List(args) => list::run(&args, output).await,
        LedgerCommand::Verify(args) => verify::run(&args, output).await,
        LedgerCommand::Export(args) => export::run(&args, output).await,
        LedgerCommand::Import(args) => import::run(&args, output).await,
        LedgerCommand::Replay(args) => replay::run(&args, output).await,
    }
}
