//! `althing bringup runs show`.

use althing_diag::{Code, Exit, Finding};
use clap::Args;
use serde_json::json;

use super::{LedgerPath, RunStory, told};
use crate::{
    failure::Failure,
    output::{BOLD, Output},
};

/// Flags of `althing bringup runs show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The run's id, or how it begins.
    run: String,
    #[command(flatten)]
    ledger: LedgerPath,
}

pub(super) async fn run(args: &ShowArgs, output: &mut Output) -> Result<Exit, Failure> {
    let runs = told(&args.ledger).await?;
    let meant = |run: &&RunStory| run.run_id.to_string().starts_with(&args.run);
    let mut meant = runs.iter().filter(meant);
    let (Some(run), None) = (meant.next(), meant.next()) else {
        let message = format!("there is no one run whose id begins with `{}`", args.run);
        let help = "`althing bringup runs list` names all runs";
        return Err(Finding::error(Code::RunUnknown, message, help).into());
    };
    output.answer(json!({ "run": run }), || describe(run));
    Ok(Exit::Ok)
}

fn describe(run: &RunStory) -> String {
    let status = run.status.as_deref().unwrap_or("not ended");
    let mut text = format!("{BOLD}{}: {status}{BOLD:#}\n", run.issue);
    for moment in &run.timeline {
        let since = moment.time.duration_since(run.started).as_secs();
        text.push_str(&format!("  {since:>6} s  {}\n", moment.text));
    }
    text.push_str(&format!(
        "  {} attempts, the agent worked {} s and used {} tokens",
        run.attempts,
        run.agent_seconds,
        run.usage.total()
    ));
    text
}
