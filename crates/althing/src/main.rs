//! The `althing` command: reads the command line, runs one command, and turns what comes out
//! into text or JSON and an exit code. What a command decides is decided in the other crates.

mod cli;
mod commands;
mod failure;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, output::Output};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    output::start_log(&cli.global);
    let mut output = Output::new(cli.global.output);
    let exit = match commands::run(cli.command, &mut output).await {
        Ok(exit) => exit,
        Err(failure) => output.fail(&failure),
    };
    ExitCode::from(exit.code())
}
