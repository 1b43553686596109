//! `althing bringup discover`.

use std::{path::PathBuf, time::Duration};

use althing_bringup::{DiscoverOptions, Discovered, Discovery, Weights, WorkerOptions};
use althing_diag::Exit;
use althing_ledger::Ledger;
use clap::{Args, value_parser};

use super::{Ended, absolute, answer_stopped, settings::SettingsArgs, until_told, variables};
use crate::{
    commands::{connect_patiently, ledger::LedgerPath},
    failure::Failure,
    output::{BOLD, Output},
};

/// Flags of `althing bringup discover`.
#[derive(Debug, Args)]
#[command(after_help = "\
The hub is asked at HF_ENDPOINT (https://huggingface.co if unset). Models that have an issue
already, whatever its status, are left alone, and so are those of which the hub does not know the
number of parameters. Limits are 8 B parameters for n150, 20 B for n300, 70 B for lb.")]
pub(crate) struct DiscoverArgs {
    /// Look once, then end; otherwise go on until stopped.
    #[arg(long)]
    once: bool,
    /// Hours from the end of one look to the next.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = value_parser!(u64).range(1..))]
    interval: u64,
    /// How many of the most popular models are looked at.
    #[arg(long, value_name = "N", default_value_t = 100)]
    look_at: usize,
    /// How many issues one look files at most.
    #[arg(long, value_name = "N", default_value_t = 5)]
    most: usize,
    /// A folder ORG/NAME of model files, evaluated in place of what the hub has.
    #[arg(long, value_name = "DIR")]
    models_dir: Option<PathBuf>,
    /// A cache of weights that stays; otherwise each evaluation downloads into its own workspace.
    #[arg(long, value_name = "DIR", conflicts_with = "models_dir")]
    shared_hf_cache: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerPath,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) async fn run(args: DiscoverArgs, output: &mut Output) -> Result<Exit, Failure> {
    let environment = args.settings.environment_of_any()?;
    let mut worker = WorkerOptions::new(environment, variables().collect());
    if let Some(dir) = args.models_dir {
        worker.weights = Weights::Folder(absolute(&dir)?);
    }
    if let Some(dir) = args.shared_hf_cache {
        worker.weights = Weights::SharedHub(std::path::absolute(&dir).unwrap_or(dir));
    }
    let options = DiscoverOptions {
        worker,
        look_at: args.look_at,
        most: args.most,
        interval: Duration::from_secs(args.interval.saturating_mul(3600)),
    };
    let forge = connect_patiently().await?;
    let work = async |ledger: &Ledger| {
        until_told(async |stopping| {
            let ignore = Box::new(|_, _: &_| {});
            let mut discovery = Discovery::start(&forge, ledger, &options, ignore).await?;
            if args.once {
                return Ended::unless_stopped(stopping.unless_asked(discovery.run_once()).await);
            }
            discovery.run(&stopping).await.map(Ended::Stopped)
        })
        .await
    };
    let told = match args.ledger.append(work).await? {
        Ended::Done(told) => told,
        Ended::Stopped(by) => {
            answer_stopped(by, output);
            return Ok(Exit::Ok);
        }
    };
    output.answer_list("models", &told, || match told.as_slice() {
        [] => "the hub lists no model".to_owned(),
        told => told.iter().map(describe).collect::<Vec<_>>().join("\n"),
    });
    Ok(Exit::Ok)
}

fn describe(one: &Discovered) -> String {
    let Discovered {
        model,
        issue,
        status,
        why,
        ..
    } = one;
    let issue = issue.map_or_else(String::new, |number| format!(" (issue #{number})"));
    let status = status.map_or_else(String::new, |status| format!(" {status}:"));
    format!("{BOLD}{model}{BOLD:#}{issue}{status} {why}")
}
