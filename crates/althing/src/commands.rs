//! One file per command.

pub(crate) mod act;
pub(crate) mod bringup;
pub(crate) mod calendar;
pub(crate) mod channels;
pub(crate) mod charter;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod eval;
pub(crate) mod forge;
pub(crate) mod gate;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod meetings;
pub(crate) mod members;
pub(crate) mod owners;
pub(crate) mod report;
pub(crate) mod roles;
pub(crate) mod simulate;
pub(crate) mod subject;
pub(crate) mod tick;

use std::time::Duration;

use althing_diag::Exit;
use althing_forge::{GhConfig, GhForge};

use crate::{cli::Command, failure::Failure, output::Output};

/// Runs one command.
pub(crate) async fn run(command: Command, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Bringup(command) => bringup::run(command, output).await,
        Command::Calendar(args) => calendar::run(&args, output),
        Command::Channels(args) => channels::run(&args, output),
        Command::Charter(command) => charter::run(&command, output).await,
        Command::Check(args) => check::run(&args, output),
        Command::Demo(args) => demo::run(&args, output).await,
        Command::Eval(args) => eval::run(&args, output),
        Command::Forge(command) => forge::run(command, output).await,
        Command::Gate(args) => gate::run(&args, output).await,
        Command::Init(args) => init::run(&args, output),
        Command::Ledger(command) => ledger::run(command, output).await,
        Command::Act(command) => act::run(command, output).await,
        Command::Subject(command) => subject::run(command, output).await,
        Command::Tick(args) => tick::run(args, output).await,
        Command::Simulate(args) => simulate::run(&args, output),
        Command::Meetings(command) => meetings::run(command, output).await,
        Command::Members(command) => members::run(&command, output).await,
        Command::Owners(args) => owners::run(&args, output),
        Command::Report(args) => report::run(&args, output).await,
        Command::Roles(args) => roles::run(&args, output),
    }
}

/// The forge that `gh` reaches, after a look whether `gh` is there and new enough.
async fn connect() -> Result<GhForge, Failure> {
    connect_with(GhConfig::default()).await
}

/// The same for what nobody waits for: it waits out the forge's limits, which last an hour.
async fn connect_patiently() -> Result<GhForge, Failure> {
    connect_with(GhConfig {
        patience: Duration::from_secs(2 * 3600),
        ..GhConfig::default()
    })
    .await
}

async fn connect_with(config: GhConfig) -> Result<GhForge, Failure> {
    let forge = GhForge::new(config);
    forge.gh_version().await?;
    Ok(forge)
}
