//! `althing subject list`.

use althing_charter::LifecycleName;
use althing_diag::Exit;
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::{commands::act::Place, failure::Failure, output::Output};

/// Flags of `althing subject list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those that are not over.
    #[arg(long)]
    live: bool,
    /// Only those of this kind.
    #[arg(long)]
    lifecycle: Option<LifecycleName>,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let subjects = args
        .place
        .look(async |book, _, _| {
            let all = book.subjects().filter(|subject| {
                let kind = args.lifecycle.as_ref();
                (!args.live || !subject.over) && kind.is_none_or(|kind| *kind == subject.lifecycle)
            });
            let shown = all.map(|subject| {
                json!({
                    "subject": subject.id,
                    "lifecycle": subject.lifecycle,
                    "title": subject.title,
                    "state": subject.state,
                    "outcome": subject.outcome,
                    "over": subject.over,
                    "opener": subject.opener.login,
                    "opened": subject.opened,
                })
            });
            Ok(shown.collect::<Vec<Value>>())
        })
        .await?;
    output.answer_list("subjects", &subjects, || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let columns = [
            "subject",
            "lifecycle",
            "state",
            "outcome",
            "opener",
            "title",
        ];
        table.set_header(columns);
        for subject in &subjects {
            let text = |column: &&str| subject[*column].as_str().unwrap_or_default().to_owned();
            table.add_row(columns.iter().map(text));
        }
        table.to_string()
    });
    Ok(Exit::Ok)
}
