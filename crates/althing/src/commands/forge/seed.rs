//! `althing forge seed`.

use std::path::PathBuf;

use althing_diag::{Exit, Report};
use althing_localforge::seed::{SeedError, Seeded, seed};
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
    let forge = args.root.open().await?;
    let added = seed(&forge, &args.file)
        .await
        .map_err(|error| match error {
            SeedError::Findings(findings) => Failure::Findings(findings),
            SeedError::Forge(refusal) => Failure::internal("seeding", refusal),
        })?;
    forge.close().await;
    output.answer(&Report::new("forge seed", added, Vec::new()), || {
        describe(&added)
    });
    Ok(Exit::Ok)
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
        "added {users} users, {organizations} organizations, {repositories} repositories, \
         {issues} issues, {projects} boards, {items} board items"
    )
}
