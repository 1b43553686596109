//! `althing forge env`.

use std::collections::BTreeMap;

use althing_diag::Exit;
use althing_localforge::environment::{EnvironmentError, environment, exports};
use clap::Args;
use serde_json::json;

use super::RootArgs;
use crate::{failure::Failure, output::Output};

/// Flags of `althing forge env`.
#[derive(Debug, Args)]
pub(crate) struct EnvArgs {
    #[command(flatten)]
    root: RootArgs,
    /// Login of the user to be.
    #[arg(long = "as", value_name = "USER")]
    user: String,
}

pub(super) async fn run(args: &EnvArgs, output: &mut Output) -> Result<Exit, Failure> {
    let forge = args.root.open_existing().await?;
    let althing = std::env::current_exe()
        .map_err(|error| Failure::internal("finding this program", error))?;
    let variables =
        environment(&forge, &args.user, &althing)
            .await
            .map_err(|error| {
                match error {
        EnvironmentError::NoUser(_) => Failure::from(args.root.finding(
            error.to_string(),
            "seed the forge first (`althing forge seed FILE --root DIR`), or name one of its users",
        )),
        EnvironmentError::Folder(..) => {
            args.root.finding(error.to_string(), "make the folder writable").into()
        }
        EnvironmentError::Forge(_) => Failure::internal("asking the forge", error),
    }
            })?;
    let map: BTreeMap<_, _> = variables.iter().cloned().collect();
    output.answer(json!({ "environment": map }), || exports(&variables));
    Ok(Exit::Ok)
}
