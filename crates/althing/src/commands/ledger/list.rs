//! `althing ledger list`.

use althing_diag::Exit;
use althing_ledger::{EntryKind, Filter, SubjectId};
use clap::Args;
use comfy_table::{Table, presets};

use super::LedgerPath;
use crate::{failure::Failure, output::Output};

/// Flags of `althing ledger list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    ledger: LedgerPath,
    /// Only entries about this subject, for example `owner/repo#12`.
    #[arg(long)]
    subject: Option<SubjectId>,
    /// Only entries of this kind, for example `gate.verdict`.
    #[arg(long)]
    kind: Option<EntryKind>,
    /// Only entries after this number.
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// At most so many.
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
}

pub(super) async fn run(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let filter = Filter {
        subject: args.subject.clone(),
        kind: args.kind,
        after: args.after,
        limit: args.limit,
    };
    let entries = args
        .ledger
        .read(async |ledger| ledger.entries(&filter).await)
        .await?;
    output.answer_list("entries", &entries, || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["seq", "time", "kind", "subject", "actor", "hash"]);
        for entry in &entries {
            table.add_row([
                entry.seq.to_string(),
                entry.time.to_string(),
                entry.kind.to_string(),
                entry.subject.to_string(),
                entry.actor.to_string(),
                entry.hash.to_string().chars().take(12).collect(),
            ]);
        }
        table.to_string()
    });
    Ok(Exit::Ok)
}
