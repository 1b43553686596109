//! `althing forge serve`.

use std::{net::SocketAddr, path::PathBuf};

use althing_diag::Exit;
use althing_localforge::server::{Faults, ServeError, ServeOptions, serve};
use clap::Args;
use serde_json::json;

use super::RootArgs;
use crate::{failure::Failure, output::Output};

/// Flags of `althing forge serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    root: RootArgs,
    /// Listen on this loopback address besides the unix socket.
    #[arg(long, value_name = "127.0.0.1:PORT")]
    listen: Option<SocketAddr>,
    /// Inject the faults that this file describes.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// End when standard input closes.
    #[arg(long)]
    exit_with_stdin: bool,
}

pub(super) async fn run(args: ServeArgs, output: &mut Output) -> Result<Exit, Failure> {
    let faults = args
        .faults
        .as_deref()
        .map_or(Ok(Faults::none()), Faults::read)?;
    let options = ServeOptions {
        root: args.root.root.clone(),
        listen: args.listen,
        faults,
        exit_with_stdin: args.exit_with_stdin,
    };
    serve(options, |socket| {
        output.answer(json!({ "socket": socket }), || {
            format!("forge ready on {}", socket.display())
        });
    })
    .await
    .map_err(|error| args.root.finding(error.to_string(), help(&error)))?;
    Ok(Exit::Ok)
}

fn help(error: &ServeError) -> &'static str {
    match error {
        ServeError::Running(_) => "use the running server, or stop it first",
        ServeError::NotLoopback(_) => "listen on 127.0.0.1 or [::1]; the forge is for one machine",
        ServeError::LongPath(_) => "name a folder with a shorter path, for example below /tmp",
        ServeError::Listen(..) => "name a folder that you may write to, and a port that is free",
        ServeError::Open(_) | ServeError::Recover(_) => "name a folder that you may write to",
    }
}
