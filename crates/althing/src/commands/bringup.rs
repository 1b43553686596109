//! `althing bringup …`: work the backlog of model bring-ups.

mod discover;
mod pr;
mod runs;
mod settings;
mod setup;
mod worker;

use std::{
    env,
    future::Future,
    path::{Path, PathBuf},
};

use althing_bringup::WorkerError;
use althing_diag::{Code, Exit, Finding};
use clap::Subcommand;
use tokio::signal::unix::{SignalKind, signal};

use crate::{failure::Failure, output::Output};

/// Commands of the fleet.
#[derive(Debug, Subcommand)]
pub(crate) enum BringupCommand {
    /// Claim the oldest ready issue, bring the model up, open a pull request.
    Worker(worker::WorkerArgs),
    /// Rebase and test the pull requests of issues in review, and merge what the charter lets
    /// through.
    Pr(pr::PrArgs),
    /// Find popular models on the hub, file issues for those that fit a machine, and evaluate
    /// their references.
    Discover(discover::DiscoverArgs),
    /// Make what workers need: labels, the board with its statuses, issue templates. Leaves alone
    /// what is there; safe to run at any time.
    Setup(setup::SetupArgs),
    /// Look at runs: what happened in which order, what it took, how it ended.
    #[command(subcommand)]
    Runs(runs::RunsCommand),
}

pub(crate) async fn run(command: BringupCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        BringupCommand::Worker(args) => worker::run(args, output).await,
        BringupCommand::Pr(args) => pr::run(&args, output).await,
        BringupCommand::Discover(args) => discover::run(args, output).await,
        BringupCommand::Setup(args) => setup::run(&args, output).await,
        BringupCommand::Runs(command) => runs::run(command, output).await,
    }
}

/// This process's variables; one that is not UTF-8 can be none of ours.
fn variables() -> impl Iterator<Item = (String, String)> {
    env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
}

/// A folder that is there, by its full name.
fn absolute(dir: &Path) -> Result<PathBuf, Failure> {
    dir.canonicalize().map_err(|error| {
        let help = "name a folder that holds ORG/NAME folders of model files";
        Finding::error(
            Code::FileUnreadable,
            format!("{}: {error}", dir.display()),
            help,
        )
        .into()
    })
}

/// Runs `work` until it ends or somebody stops this process. Dropping the work ends its child
/// processes and removes its workspace.
async fn until_stopped<T>(
    work: impl Future<Output = Result<T, WorkerError>>,
) -> Result<T, Failure> {
    let watch = |kind| signal(kind).map_err(|error| Failure::internal("watching signals", error));
    let mut terminate = watch(SignalKind::terminate())?;
    let mut interrupt = watch(SignalKind::interrupt())?;
    tokio::select! {
        done = work => done.map_err(|error| error.findings().into()),
        _ = terminate.recv() => Err(stopped("SIGTERM").into()),
        _ = interrupt.recv() => Err(stopped("SIGINT").into()),
    }
}

fn stopped(by: &str) -> Finding {
    Finding::error(
        Code::RunStopped,
        format!("stopped by {by}; the workspace is removed"),
        "an issue that was being worked stays `in progress` until its claim expires \
         (YT_CLAIM_TTL_SECS); then a worker takes it over",
    )
}
