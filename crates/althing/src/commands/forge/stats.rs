//! `althing forge stats`.

use althing_diag::Exit;
use althing_localforge::client;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::RootArgs;
use crate::{failure::Failure, output::Output};

/// Flags of `althing forge stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    root: RootArgs,
}

pub(super) async fn run(args: &StatsArgs, output: &mut Output) -> Result<Exit, Failure> {
    let stats = client::stats(&args.root.root).await.map_err(|error| {
        args.root.finding(
            error.to_string(),
            "start it: `althing forge serve --root DIR`",
        )
    })?;
    output.answer_list("requests", &stats.requests, || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["user", "operation", "requests", "refused", "points"]);
        for row in &stats.requests {
            let numbers = [row.count, row.refused, row.points].map(|number| number.to_string());
            let [count, refused, points] = numbers;
            table.add_row([
                row.user.clone(),
                row.operation.clone(),
                count,
                refused,
                points,
            ]);
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table.to_string()
    });
    Ok(Exit::Ok)
}
