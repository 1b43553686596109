//! `althing bringup pr`.

use althing_bringup::{MergePass, PrOutcome, PrReport};
use althing_diag::Exit;
use althing_ledger::Ledger;
use clap::Args;

use super::{settings::SettingsArgs, until_stopped};
use crate::{
    commands::{connect, gate, ledger::LedgerPath},
    failure::Failure,
    output::{self, BOLD, Output},
    presets,
};

/// Flags of `althing bringup pr`.
#[derive(Debug, Args)]
#[command(after_help = super::worker::VARIABLES)]
pub(crate) struct PrArgs {
    /// Look at every issue in review once, then end. There is no other way yet.
    #[arg(long, required = true)]
    once: bool,
    #[command(flatten)]
    ledger: LedgerPath,
    #[command(flatten)]
    settings: SettingsArgs,
}

pub(super) async fn run(args: &PrArgs, output: &mut Output) -> Result<Exit, Failure> {
    let environment = args.settings.environment().await?;
    let forge = connect().await?;
    let (repo, board) = (&environment.repo, &environment.board);
    let presets = presets::all();
    let presets = presets.as_slice();
    let pass = async |ledger: &Ledger| {
        until_stopped(async {
            MergePass::start(&forge, ledger, repo, board, presets, Box::new(|_, _| {}))
                .await?
                .run_once()
                .await
        })
        .await
    };
    let reports = args.ledger.append(pass).await?;
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
        PrOutcome::NoPull => "stays in review: no pull request closes it".to_owned(),
        PrOutcome::SeveralPulls { pulls } => {
            format!("stays in review: several pull requests would close it: {pulls:?}")
        }
    };
    format!("{BOLD}issue #{}{BOLD:#} {what}", report.issue)
}
