//! `althing ledger export`.

use althing_diag::Exit;
use clap::Args;

use super::LedgerPath;
use crate::{failure::Failure, output::Output};

/// Flags of `althing ledger export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    ledger: LedgerPath,
}

/// JSON lines whatever `--output` says: there is no other form of an export.
pub(super) async fn run(args: &ExportArgs, _: &mut Output) -> Result<Exit, Failure> {
    let ledger = args.ledger.open_existing().await?;
    ledger.export(&mut std::io::stdout().lock()).await?;
    Ok(Exit::Ok)
}
