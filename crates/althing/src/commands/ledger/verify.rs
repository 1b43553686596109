//! `althing ledger verify`.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use althing_diag::Exit;
use althing_ledger::{EntryHash, Ledger, LedgerError, Verified, verify_jsonl};
use clap::Args;
use serde_json::json;

use super::LedgerPath;
use crate::{
    failure::Failure,
    output::{GREEN, Output},
};

/// Flags of `althing ledger verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    ledger: LedgerPath,
    /// A hash kept elsewhere that must be part of the chain: shows that nothing up to it was
    /// rewritten, even by somebody who recomputed every hash.
    #[arg(long, value_name = "HASH")]
    known: Option<EntryHash>,
    /// Verify an export instead of the ledger.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

pub(super) async fn run(args: &VerifyArgs, output: &mut Output) -> Result<Exit, Failure> {
    let verified = match &args.export {
        Some(path) => verify_export(path, args.known)?,
        None => {
            let verify = async |ledger: &Ledger| match args.known {
                Some(known) => ledger.verify_against(known).await,
                None => ledger.verify().await,
            };
            args.ledger.read(verify).await?
        }
    };
    let Verified { count, head } = verified;
    output.answer(json!({ "count": count, "head": head }), || {
        format!("{GREEN}ledger verify: ok{GREEN:#}  {count} entries, head {head}")
    });
    Ok(Exit::Ok)
}

/// Verifies the file of an export.
pub(super) fn verify_export(path: &Path, known: Option<EntryHash>) -> Result<Verified, Failure> {
    let name = path.display().to_string();
    let verified = File::open(path)
        .map_err(LedgerError::Export)
        .and_then(|file| verify_jsonl(BufReader::new(file), known));
    verified.map_err(|error| error.finding_in(&name).into())
}
