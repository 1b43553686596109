//! `althing gate`: judge a pull request by the charter of its target branch.

use althing_diag::{Exit, id::RepoName};
use althing_forge::PullNumber;
use althing_gate::{Verdict, judge};
use clap::Args;

use crate::{
    commands::connect,
    failure::Failure,
    output::{BOLD, DIM, GREEN, Output, RED},
    presets,
};

/// Flags of `althing gate`.
#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    /// Number of the pull request.
    pull: u64,
    /// The repository.
    #[arg(long, short = 'R', value_name = "OWNER/REPO")]
    repo: RepoName,
}

pub(crate) async fn run(args: &GateArgs, output: &mut Output) -> Result<Exit, Failure> {
    let forge = connect().await?;
    let gathered = althing_facts::gather(&forge, &args.repo, PullNumber(args.pull)).await?;
    let branch = &gathered.pull.base_branch;
    let policy = althing_facts::policy(&forge, &args.repo, branch, &presets::all()).await?;
    let verdict = judge(&policy.rules, &gathered.facts);
    let exit = if verdict.pass {
        Exit::Ok
    } else {
        Exit::Refused
    };
    output.answer(&verdict, || describe(&verdict));
    Ok(exit)
}

/// A verdict as people read it.
pub(crate) fn describe(verdict: &Verdict) -> String {
    let answer = if verdict.pass {
        format!("{GREEN}pass{GREEN:#}")
    } else {
        format!("{RED}blocked{RED:#}")
    };
    let mut text = format!(
        "{BOLD}#{}{BOLD:#} at {}: {answer}  {DIM}charter {}{DIM:#}\n",
        verdict.pull,
        verdict.head.short(),
        verdict.charter,
    );
    for reason in &verdict.reasons {
        let mark = if reason.met {
            format!("{GREEN}✓{GREEN:#}")
        } else {
            format!("{RED}✗{RED:#}")
        };
        text.push_str(&format!("  {mark} {}", reason.text));
        if let Some(rule) = &reason.rule {
            text.push_str(&format!("  {DIM}{rule}{DIM:#}"));
        }
        text.push('\n');
        if let Some(help) = &reason.help {
            text.push_str(&format!("    {DIM}{help}{DIM:#}\n"));
        }
    }
    text
}
