#![doc = include_str!("../README.md")]

mod cli;
mod commands;
mod document;
mod failure;
mod output;
mod presets;
mod rules;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Cli, output::Output};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    output::start_log(&cli.global);
    let mut output = Output::new(cli.global.format(), cli.command.name());
    let exit = match commands::run(cli.command, &mut output).await {
        Ok(exit) => exit,
        Err(failure) => output.fail(&failure),
    };
    ExitCode::from(output.exit(exit).code())
}
