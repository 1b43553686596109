//! `althing bringup runs list`.

use althing_diag::Exit;
use althing_ledger::SubjectId;
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::{LedgerPath, RunStory, told};
use crate::{failure::Failure, output::Output};

/// Flags of `althing bringup runs list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    ledger: LedgerPath,
    /// Only runs on this issue, for example `owner/repo#12`.
    #[arg(long, value_name = "ISSUE")]
    issue: Option<SubjectId>,
}

pub(super) async fn run(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let mut runs = told(&args.ledger).await?;
    runs.retain(|run| args.issue.as_ref().is_none_or(|issue| run.issue == *issue));
    let short: Vec<Value> = runs.iter().map(without_timeline).collect();
    output.answer_list("runs", &short, || table(&runs));
    Ok(Exit::Ok)
}

fn without_timeline(run: &RunStory) -> Value {
    let mut run = json!(run);
    if let Value::Object(fields) = &mut run {
        fields.remove("timeline");
    }
    run
}

fn table(runs: &[RunStory]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "run", "issue", "status", "attempts", "tokens", "seconds", "summary",
    ]);
    for run in runs {
        let seconds = run.ended.map(|ended| ended.duration_since(run.started));
        table.add_row([
            run.run_id.to_string(),
            run.issue.to_string(),
            run.status.clone().unwrap_or_else(|| "-".to_owned()),
            run.attempts.to_string(),
            run.usage.total().to_string(),
            seconds.map_or_else(|| "-".to_owned(), |it| it.as_secs().to_string()),
            run.summary.clone().unwrap_or_default(),
        ]);
    }
    table.to_string()
}
