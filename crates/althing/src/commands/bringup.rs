//! `althing bringup …`: work the backlog of model bring-ups.

mod discover;
mod dry_run;
mod pr;
mod runs;
mod settings;
mod setup;
mod worker;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    pin::pin,
};

use althing_bringup::{Stopper, Stopping, WorkerError};
use althing_diag::{Code, Exit, Finding};
use clap::Subcommand;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

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

/// This process's variables; one that is not UTF-8 can be none of ours. Checks evaluate with this
/// very program unless another one is named.
fn variables() -> impl Iterator<Item = (String, String)> {
    let this = env::current_exe().ok().map(PathBuf::into_os_string);
    let own = this.map(|program| (OsString::from("ALTHING_BIN"), program));
    (own.into_iter().chain(env::vars_os()))
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

/// How work ended that met no error.
enum Ended<T> {
    /// By itself, with this.
    Done(T),
    /// It was told to stop.
    Stopped(&'static str),
}

impl<T> Ended<T> {
    /// As `done`, or by somebody who wanted it to stop before it was.
    fn unless_stopped(
        done: Result<Result<T, WorkerError>, &'static str>,
    ) -> Result<Self, WorkerError> {
        match done {
            Ok(done) => done.map(Self::Done),
            Err(by) => Ok(Self::Stopped(by)),
        }
    }
}

/// Tells who stopped it.
fn answer_stopped(by: &str, output: &mut Output) {
    output.answer(json!({ "stopped": by }), || format!("stopped by {by}"));
}

/// Runs `work`, which is told when somebody wants it to stop; a second signal ends it at once.
async fn until_told<T>(
    work: impl AsyncFnOnce(Stopping) -> Result<T, WorkerError>,
) -> Result<T, Failure> {
    let mut signals = Signals::watch()?;
    let (stopper, stopping) = Stopper::new();
    let mut work = pin!(work(stopping));
    tokio::select! {
        done = &mut work => return done.map_err(|error| error.findings().into()),
        by = signals.next() => stopper.stop(by),
    }
    tokio::select! {
        done = work => done.map_err(|error| error.findings().into()),
        by = signals.next() => Err(stopped(by).into()),
    }
}

/// The signals by which people and service managers end a program.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn watch() -> Result<Self, Failure> {
        let watch =
            |kind| signal(kind).map_err(|error| Failure::internal("watching signals", error));
        Ok(Self {
            terminate: watch(SignalKind::terminate())?,
            interrupt: watch(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

fn stopped(by: &str) -> Finding {
    Finding::error(
        Code::RunStopped,
        format!("stopped by {by}, which was sent twice; the workspace is removed"),
        "an issue that was being worked on stays `in progress` unless it was given back; when its \
         claim has expired (YT_CLAIM_TTL_SECS), another worker takes it over",
    )
}
