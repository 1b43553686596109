//! The command line, as literally said.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    act::ActCommand, bringup::BringupCommand, calendar::CalendarArgs, channels::ChannelsArgs,
    charter::CharterCommand, check::CheckArgs, demo::DemoArgs, eval::EvalArgs, forge::ForgeCommand,
    gate::GateArgs, init::InitArgs, ledger::LedgerCommand, meetings::MeetingsCommand,
    members::MembersCommand, owners::OwnersArgs, report::ReportArgs, roles::RolesArgs,
    simulate::SimulateArgs, subject::SubjectCommand, tick::TickArgs,
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
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalArgs {
    /// Form of what is printed on stdout.
    #[arg(long, global = true, value_enum, value_name = "FORM", default_value_t = Format::Text)]
    output: Format,
    /// Short for `--output json`.
    #[arg(long, global = true, conflicts_with = "output")]
    json: bool,
    /// Log every command that is run, on stderr.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

impl GlobalArgs {
    /// The form that was asked for.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }
}

/// Forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object (docs/output.md).
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
    /// Show when the community meets; write it as a calendar file.
    Calendar(CalendarArgs),
    /// List where the community talks.
    Channels(ChannelsArgs),
    /// Check, show, explain and compare the rules of a repository.
    #[command(subcommand)]
    Charter(CharterCommand),
    /// Check a work tree against its charter: required documents, and whether a review is due.
    Check(CheckArgs),
    /// Play the whole story from a ready issue to a governed merge, offline, in a new folder.
    Demo(DemoArgs),
    /// Evaluate a model: how often it says what its reference on the CPU says.
    Eval(EvalArgs),
    /// Run a GitHub-compatible forge on this machine.
    #[command(subcommand)]
    Forge(ForgeCommand),
    /// Judge a pull request by the charter of its target branch.
    Gate(GateArgs),
    /// Write the first files of a governed repository: charter, members, contribution guideline.
    Init(InitArgs),
    /// Read and verify the record of decisions.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    #[command(flatten)]
    Act(ActCommand),
    /// Look at subjects: where they stand, why, and what they wait for.
    #[command(subcommand)]
    Subject(SubjectCommand),
    /// Hear what was said, let time pass, carry out what was decided. Safe to run at any time.
    Tick(TickArgs),
    /// Run scenarios against a charter, offline: rules as tests.
    Simulate(SimulateArgs),
    /// Say when the community meets next.
    #[command(subcommand)]
    Meetings(MeetingsCommand),
    /// Show who the members are and which roles they hold.
    #[command(subcommand)]
    Members(MembersCommand),
    /// Say who owns a path, whom to ask for a review, and whom about an area.
    Owners(OwnersArgs),
    /// Look through the history of the repository for what the rules ask for and it does not show.
    Report(ReportArgs),
    /// Show what each role may and must do, how one gets it, and who holds it.
    Roles(RolesArgs),
}

impl Command {
    /// The command as answers name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bringup(BringupCommand::Worker(_)) => "bringup worker",
            Self::Bringup(BringupCommand::Pr(_)) => "bringup pr",
            Self::Bringup(BringupCommand::Discover(_)) => "bringup discover",
            Self::Bringup(BringupCommand::Setup(_)) => "bringup setup",
            Self::Bringup(BringupCommand::Runs(command)) => command.name(),
            Self::Calendar(_) => "calendar",
            Self::Channels(_) => "channels",
            Self::Charter(CharterCommand::Check(_)) => "charter check",
            Self::Charter(CharterCommand::Diff(_)) => "charter diff",
            Self::Charter(CharterCommand::Export(_)) => "charter export",
            Self::Charter(CharterCommand::Footer(_)) => "charter footer",
            Self::Charter(CharterCommand::Explain(_)) => "charter explain",
            Self::Charter(CharterCommand::Show(_)) => "charter show",
            Self::Charter(CharterCommand::Schema(_)) => "charter schema",
            Self::Check(_) => "check",
            Self::Init(_) => "init",
            Self::Demo(_) => "demo",
            Self::Eval(args) => args.name(),
            Self::Forge(ForgeCommand::Serve(_)) => "forge serve",
            Self::Forge(ForgeCommand::Env(_)) => "forge env",
            Self::Forge(ForgeCommand::Seed(_)) => "forge seed",
            Self::Forge(ForgeCommand::Stats(_)) => "forge stats",
            Self::Forge(ForgeCommand::Ssh(_)) => "forge ssh",
            Self::Gate(_) => "gate",
            Self::Ledger(LedgerCommand::List(_)) => "ledger list",
            Self::Ledger(LedgerCommand::Verify(_)) => "ledger verify",
            Self::Ledger(LedgerCommand::Export(_)) => "ledger export",
            Self::Ledger(LedgerCommand::Import(_)) => "ledger import",
            Self::Ledger(LedgerCommand::Replay(_)) => "ledger replay",
            Self::Subject(SubjectCommand::List(_)) => "subject list",
            Self::Subject(SubjectCommand::Show(_)) => "subject show",
            Self::Subject(SubjectCommand::Explain(_)) => "subject explain",
            Self::Subject(SubjectCommand::Next(_)) => "subject next",
            Self::Act(command) => command.name(),
            Self::Tick(_) => "tick",
            Self::Simulate(_) => "simulate",
            Self::Meetings(MeetingsCommand::List(_)) => "meetings list",
            Self::Meetings(MeetingsCommand::Next(_)) => "meetings next",
            Self::Meetings(MeetingsCommand::Held(_)) => "meetings held",
            Self::Members(MembersCommand::Check(_)) => "members check",
            Self::Members(MembersCommand::History(_)) => "members history",
            Self::Members(MembersCommand::List(_)) => "members list",
            Self::Members(MembersCommand::Show(_)) => "members show",
            Self::Owners(_) => "owners",
            Self::Report(_) => "report",
            Self::Roles(_) => "roles",
        }
    }
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
