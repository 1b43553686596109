//! `althing forge …`: a GitHub-compatible forge on this machine.

mod env;
mod seed;
mod serve;
mod ssh;
mod stats;

use std::path::PathBuf;

use althing_diag::{Code, Exit, Finding, Location};
use althing_localforge::forge::{Forge, OpenError};
use clap::{Args, Subcommand};

use crate::{failure::Failure, output::Output};

/// Commands of the local forge.
#[derive(Debug, Subcommand)]
pub(crate) enum ForgeCommand {
    /// Serve the forge in a folder until stopped.
    Serve(serve::ServeArgs),
    /// Print the exports that make gh and git reach the forge as a user.
    Env(env::EnvArgs),
    /// Fill the forge from a seed file; safe to repeat.
    Seed(seed::SeedArgs),
    /// Print how often each user asked for each thing.
    Stats(stats::StatsArgs),
    /// What git runs in place of ssh.
    #[command(hide = true)]
    Ssh(ssh::SshArgs),
}

/// The folder of a forge.
#[derive(Clone, Debug, Args)]
pub(crate) struct RootArgs {
    /// Folder that holds the forge: database, repositories, socket.
    #[arg(long, env = "ALTHING_FORGE_ROOT", value_name = "DIR")]
    root: PathBuf,
}

pub(crate) async fn run(command: ForgeCommand, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        ForgeCommand::Serve(args) => serve::run(args, output).await,
        ForgeCommand::Env(args) => env::run(&args, output).await,
        ForgeCommand::Seed(args) => seed::run(&args, output).await,
        ForgeCommand::Stats(args) => stats::run(&args, output).await,
        ForgeCommand::Ssh(args) => ssh::run(&args, output).await,
    }
}

impl RootArgs {
    /// Opens the folder beside a server that may be running.
    async fn open(&self) -> Result<Forge, Failure> {
        Forge::open(&self.root)
            .await
            .map_err(|error| self.unusable(&error).into())
    }

    /// Opens the folder, which must hold a forge.
    async fn open_existing(&self) -> Result<Forge, Failure> {
        Forge::open_existing(&self.root)
            .await
            .map_err(|error| self.unusable(&error).into())
    }

    fn unusable(&self, error: &OpenError) -> Finding {
        let help = match error {
            OpenError::Missing(_) => "seed one first: `althing forge seed FILE --root DIR`",
            OpenError::Version(..) => "start with a new folder",
            OpenError::Folder(..) | OpenError::Database(..) => {
                "name a folder that you may write to"
            }
        };
        self.finding(error.to_string(), help)
    }

    fn finding(&self, message: String, help: &str) -> Finding {
        Finding::error(Code::ForgeRoot, message, help)
            .at(Location::file(self.root.display().to_string()))
    }
}
