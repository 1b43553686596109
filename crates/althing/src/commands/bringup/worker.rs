//! `althing bringup worker`.

use std::path::PathBuf;

use althing_bringup::{
    Argv, Event, Program, RunRecord, Weights, Worker, WorkerOptions, check_machine,
};
use althing_diag::Exit;
use althing_forge::IssueNumber;
use althing_ledger::Ledger;
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{
    Ended, absolute, answer_stopped, dry_run, settings::SettingsArgs, until_told, variables,
};
use crate::{
    commands::{connect_patiently, ledger::LedgerPath},
    failure::Failure,
    output::{BOLD, Output},
};

/// Flags of `althing bringup worker`.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct WorkerArgs {
    /// Take one issue at most, then end; otherwise go on until stopped.
    #[arg(long)]
    once: bool,
    /// Take this issue and no other.
    #[arg(long, value_name = "N")]
    issue: Option<u64>,
    /// Say what would be done, and do nothing: neither the forge nor the machine is touched.
    #[arg(long)]
    dry_run: bool,
    /// The issues that a dry run chooses from: a JSON list as `gh issue list --json
    /// number,title,body,labels,createdAt,state` writes it. Two made-up issues when absent.
    #[arg(long, value_name = "FILE", requires = "dry_run")]
    issues_file: Option<PathBuf>,
    /// The agent's command, split into words as a shell would; the prompt comes on its standard
    /// input, its working directory is the clone. Codex when absent.
    #[arg(long, value_name = "COMMAND", value_parser = words)]
    agent: Option<Argv>,
    /// Leave out everything that needs an accelerator; pull request and comments say so.
    #[arg(long)]
    skip_tt: bool,
    /// A folder ORG/NAME of model files used in place of the hub.
    #[arg(long, value_name = "DIR")]
    models_dir: Option<PathBuf>,
    /// A cache of weights that runs share; otherwise each downloads into its own workspace.
    #[arg(long, value_name = "DIR", conflicts_with = "models_dir")]
    shared_hf_cache: Option<PathBuf>,
    /// How many GB must stay free on the disks of workspace and weights.
    #[arg(long, value_name = "GB", default_value_t = 1)]
    min_free: u64,
    /// Where the workers of this machine keep who has its accelerator; /run/lock if it can be
    /// written.
    #[arg(long, value_name = "DIR")]
    device_dir: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerPath,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// What must be said.
pub(super) const VARIABLES: &str = "\
Needs the number or the title of the board. HF_TOKEN is taken from the environment or the file
alone, for everybody sees the flags of a process. docs/formats.md tells more. Issues and board are reached as whoever `gh` is logged in as.";

fn words(text: &str) -> Result<Argv, String> {
    let words = shlex::split(text).ok_or("a quote is not closed")?;
    Argv::from_vec(words).ok_or_else(|| "the command is empty".to_owned())
}

pub(super) async fn run(args: WorkerArgs, output: &mut Output) -> Result<Exit, Failure> {
    let environment = if args.dry_run {
        args.settings.environment_as_told()?
    } else {
        args.settings.environment().await?
    };
    let mut options = WorkerOptions::new(environment, variables().collect());
    if let Some(command) = args.agent {
        options.agent = Program::Command(command);
    }
    options.skip_tt = args.skip_tt;
    options.only = args.issue.map(IssueNumber);
    if let Some(dir) = args.models_dir {
        options.weights = Weights::Folder(absolute(&dir)?);
    }
    if let Some(dir) = args.shared_hf_cache {
        options.weights = Weights::SharedHub(std::path::absolute(&dir).unwrap_or(dir));
    }
    options.min_free = args.min_free.saturating_mul(1_000_000_000);
    if let Some(dir) = args.device_dir {
        options.device_dir = dir;
    }
    if args.dry_run {
        return dry_run::run(&options, args.issues_file.as_deref(), output);
    }
    let forge = connect_patiently().await?;

    let spinner = ProgressBar::new_spinner();
    let watcher = Box::new(|issue: IssueNumber, event: &Event| show(&spinner, issue, event));
    let work = async |ledger: &Ledger| {
        until_told(async |stopping| {
            check_machine(&options).await?;
            let start = Worker::start(&forge, ledger, &options, watcher, stopping.clone());
            let mut worker = start.await?;
            if !args.once {
                return worker.run().await.map(Ended::Stopped);
            }
            let record = worker.run_once().await?;
            Ok(match stopping.by() {
                Some(by) if record.is_none() => Ended::Stopped(by),
                _ => Ended::Done(record.map(Box::new)),
            })
        })
        .await
    };
    let ended = args.ledger.append(work).await;
    spinner.finish_and_clear();
    match ended? {
        Ended::Done(record) => output.answer(json!({ "run": record }), || match &record {
            Some(record) => describe(record),
            None => nothing(&options),
        }),
        Ended::Stopped(by) => answer_stopped(by, output),
    }
    Ok(Exit::Ok)
}

fn nothing(options: &WorkerOptions) -> String {
    let system = options.environment.system;
    match options.only {
        Some(issue) => format!(
            "issue #{issue} cannot be taken: it is not open, labelled `{system}` and `ready` on \
             the board, or somebody has it"
        ),
        None => format!("no ready issue for {system} on the board"),
    }
}

/// One line at a time on stderr when a person looks.
fn show(spinner: &ProgressBar, issue: IssueNumber, event: &Event) {
    spinner.set_message(format!("issue #{issue}: {}", event.text()));
    spinner.enable_steady_tick(std::time::Duration::from_millis(120));
}

fn describe(record: &RunRecord) -> String {
    let mut text = format!(
        "{BOLD}issue #{}: {}{BOLD:#}\n  {}",
        record.issue, record.status, record.summary
    );
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        text.push_str(&format!("\n  {name:<8} {value}"));
    };
    line("run", &record.run_id);
    line("attempts", &record.attempts);
    if let Some(branch) = &record.branch {
        line("branch", branch);
    }
    if let Some(pull) = &record.pull {
        line("pull", &pull.url);
    }
    for check in &record.skipped {
        line("skipped", check);
    }
    text
}
