//! `althing forge ssh`: called by git, not by people.

use std::env;

use althing_diag::Exit;
use althing_localforge::ssh::serve_git;
use clap::Args;

use super::RootArgs;
use crate::{failure::Failure, output::Output};

/// What git passes on.
#[derive(Debug, Args)]
pub(crate) struct SshArgs {
    #[command(flatten)]
    root: RootArgs,
    /// Options, host and command, as for ssh.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(super) async fn run(args: &SshArgs, output: &mut Output) -> Result<Exit, Failure> {
    let token = env::var("GH_TOKEN").unwrap_or_default();
    match serve_git(&args.root.root, &token, &args.arguments).await {
        Ok(status) if status.success() => Ok(Exit::Ok),
        Ok(_) => Ok(Exit::Refused),
        Err(error) => {
            // Git shows this to its user as the server's words.
            output.talk(&format!("ERROR: {error}"));
            Ok(Exit::Refused)
        }
    }
}
