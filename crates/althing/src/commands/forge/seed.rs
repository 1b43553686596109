//! `althing forge seed`.

use std::path::PathBuf;

use althing_diag::Exit;
use althing_localforge::seed::{self, SeedError, Seeded};
use clap::Args;

use super::RootArgs;
use crate::{failure::Failure, output::Output};

/// Flags of `althing forge seed`.
#[derive(Debug, Args)]
pub(crate) struct SeedArgs {
    /// The seed file; paths in it are below its folder.
    file: PathBuf,
    #[command(flatten)]
    root: RootArgs,
}

pub(super) async fn run(args: &SeedArgs, output: &mut Output) -> Result<Exit, Failure> {
    let file = seed::read(&args.file).map_err(refused)?;
    let forge = args.root.open().await?;
    let added = seed::apply(&forge, &args.file, &file).await;
    forge.close().await;
    let added = added.map_err(refused)?;
    output.answer(added, || describe(&added));
    Ok(Exit::Ok)
}

fn refused(error: SeedError) -> Failure {
    match error {
        SeedError::Findings(findings) => Failure::Findings(findings),
        SeedError::Forge(refusal) => Failure::internal("seeding", refusal),
    }
}

fn describe(added: &Seeded) -> String {
    let Seeded {
        users,
        organizations,
        repositories,
        issues,
        projects,
        items,
    } = added;
    format!(
        "added: users {users}, organizations {organizations}, repositories {repositories}, \
         issues {issues}, boards {projects}, items on boards {items}"
    )
}
