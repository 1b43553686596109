//! `althing ledger import`.

use std::{fs::File, io::BufReader, path::PathBuf};

use althing_diag::Exit;
use althing_ledger::{Imported, Ledger, LedgerError, Verified};
use clap::Args;

use super::{LedgerPath, verify::verify_export};
use crate::{
    failure::Failure,
    output::{GREEN, Output},
};

/// Flags of `althing ledger import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// What `althing ledger export` printed.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    ledger: LedgerPath,
}

pub(super) async fn run(args: &ImportArgs, output: &mut Output) -> Result<Exit, Failure> {
    // Before a ledger is made for it.
    verify_export(&args.file, None)?;
    let name = args.file.display().to_string();
    let failed = |error: LedgerError| Failure::from(error.finding_in(&name));
    let import = async |ledger: &Ledger| {
        let file = File::open(&args.file).map_err(|error| failed(error.into()))?;
        let imported = ledger.import(BufReader::new(file)).await;
        imported.map_err(failed)
    };
    let Imported { added, verified } = args.ledger.append(import).await?;
    let Verified { count, head } = verified;
    let data = Imported { added, verified };
    output.answer(data, || {
        format!(
            "{GREEN}ledger import: ok{GREEN:#}  {added} entries added, {count} in all, head {head}"
        )
    });
    Ok(Exit::Ok)
}
