//! The command line, as literally said.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    bringup::BringupCommand, demo::DemoArgs, forge::ForgeCommand, gate::GateArgs,
    ledger::LedgerCommand,
};

/// Governance as code for open AI-model repositories.
#[derive(Debug, Parser)]
#[command(name = "althing", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Form of what is printed on stdout.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) output: Format,
    /// Log every command that is run, on stderr.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// Forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line, where the answer is a list.
    Jsonl,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work the backlog of model bring-ups.
    #[command(subcommand)]
    Bringup(BringupCommand),
    /// Play the whole story from a ready issue to a governed merge, offline, in a new folder.
    Demo(DemoArgs),
    /// Run a GitHub-compatible forge on this machine.
    #[command(subcommand)]
    Forge(ForgeCommand),
    /// Judge a pull request by the charter of its target branch.
    Gate(GateArgs),
    /// Read and verify the record of decisions.
    #[command(subcommand)]
    Ledger(LedgerCommand),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
