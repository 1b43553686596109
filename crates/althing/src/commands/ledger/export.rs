//! `althing ledger export`.

use althing_diag::Exit;
use althing_ledger::LedgerError;
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
pub(super) async fn run(args: &ExportArgs, output: &mut Output) -> Result<Exit, Failure> {
    let exported = args
        .ledger
        .read(
            async |ledger| match ledger.export(&mut std::io::stdout().lock()).await {
                Ok(_) => Ok(Ok(())),
                Err(LedgerError::Export(error)) => Ok(Err(error)),
                Err(error) => Err(error),
            },
        )
        .await?;
    output.wrote(exported);
    Ok(Exit::Ok)
}
