//! `althing bringup pr`.

use std::path::PathBuf;

use althing_bringup::{Evaluation, MergeOptions, MergePass, PrOutcome, PrReport};
use althing_diag::Exit;
use althing_ledger::Ledger;
use clap::Args;

use super::{Ended, absolute, answer_stopped, settings::SettingsArgs, until_told, variables};
use crate::{
    commands::{connect_patiently, gate, ledger::LedgerPath},
    failure::Failure,
    output::{self, BOLD, Output},
    presets,
};

/// Flags of `althing bringup pr`; the `YT_*` variables say the rest.
#[derive(Debug, Args)]
#[command(after_help = super::worker::VARIABLES)]
pub(crate) struct PrArgs {
    /// Look at every issue in review once, then end; otherwise go on until stopped.
    #[arg(long)]
    once: bool,
    /// Leave issues in review whose pull request conflicts or fails, instead of setting them to
    /// `failed`.
    #[arg(long)]
    keep_in_review: bool,
    /// Beside the tests, run the last evaluation of models for this kind of machine; DIR is a
    /// folder ORG/NAME of model files.
    #[arg(long, value_name = "DIR")]
    evaluate: Option<PathBuf>,
    /// With --evaluate: evaluate the reference alone, for this machine has no accelerator.
    #[arg(long, requires = "evaluate")]
    skip_tt: bool,
    #[command(flatten)]
    ledger: LedgerPath,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) async fn run(args: &PrArgs, output: &mut Output) -> Result<Exit, Failure> {
    // Only an evaluation needs to know the kind of this machine.
    let environment = match &args.evaluate {
        Some(_) => args.settings.environment().await?,
        None => args.settings.environment_of_any()?,
    };
    let mut options = MergeOptions::new(environment, variables().collect());
    options.keep_in_review = args.keep_in_review;
    if let Some(dir) = &args.evaluate {
        options.evaluation = Some(Evaluation {
            models: absolute(dir)?,
            skip_tt: args.skip_tt,
        });
    }
    let forge = connect_patiently().await?;
    let presets = presets::all();
    let presets = presets.as_slice();
    let pass = async |ledger: &Ledger| {
        until_told(async |stopping| {
            let ignore = Box::new(|_, _: &_| {});
            let mut pass = MergePass::start(&forge, ledger, &options, presets, ignore).await?;
            if args.once {
                return Ended::unless_stopped(stopping.unless_asked(pass.run_once()).await);
            }
            pass.run(&stopping).await.map(Ended::Stopped)
        })
        .await
    };
    let reports = match args.ledger.append(pass).await? {
        Ended::Done(reports) => reports,
        Ended::Stopped(by) => {
            answer_stopped(by, output);
            return Ok(Exit::Ok);
        }
    };
    output.answer_list("pulls", &reports, || match reports.as_slice() {
        [] => "no issue is in review".to_owned(),
        reports => reports.iter().map(describe).collect::<Vec<_>>().join("\n"),
    });
    Ok(Exit::Ok)
}

fn describe(report: &PrReport) -> String {
    let what = match &report.outcome {
        PrOutcome::Merged { verdict, commit } => {
            format!(
                "merged as {}, done\n{}",
                commit.short(),
                gate::describe(verdict)
            )
        }
        PrOutcome::MergedBefore => "had been merged, done".to_owned(),
        PrOutcome::Blocked { verdict } => format!("stays in review\n{}", gate::describe(verdict)),
        PrOutcome::Refused { findings } => {
            let findings: Vec<String> = findings.iter().map(output::describe).collect();
            format!("stays in review\n{}", findings.join("\n"))
        }
        PrOutcome::Red { summary, status } => format!("{status}: {summary}"),
        PrOutcome::Moved => "was moved meanwhile and is looked at again later".to_owned(),
        PrOutcome::NoPull => "stays in review: no pull request closes it".to_owned(),
        PrOutcome::SeveralPulls { pulls } => {
            format!("stays in review: several pull requests would close it: {pulls:?}")
        }
    };
    let rebased = (report.rebased.as_ref())
        .map_or_else(String::new, |head| format!("rebased to {}, ", head.short()));
    format!("{BOLD}issue #{}{BOLD:#} {rebased}{what}", report.issue)
}
