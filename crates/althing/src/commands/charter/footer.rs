//! `althing charter footer`: the last line of a constitution.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use althing_charter::{Charter, Footer};
use althing_diag::{Code, Exit, Finding, Location, yaml};
use althing_gate::{check_footer, with_footer};
use clap::Args;
use serde_json::json;

use crate::{failure::Failure, output::Output, rules::charter_named};

/// Flags of `althing charter footer`.
#[derive(Debug, Args)]
pub(crate) struct FooterArgs {
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
    /// Check that this file ends in the line, byte for byte.
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    check: Option<PathBuf>,
    /// Put the line at the end of this file, in place of an older one.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

pub(super) fn run(args: &FooterArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let footer = charter.footer().ok_or_else(|| unsaid(&charter))?;
    if let Some(file) = &args.check {
        let (name, text) = read(file)?;
        if let Some(finding) = check_footer(&name, &text, &footer) {
            return Err(finding.into());
        }
    }
    if let Some(file) = &args.write {
        write(file, &footer)?;
    }
    let file = args.check.as_ref().or(args.write.as_ref());
    let answer = json!({
        "line": footer.to_string(),
        "version": footer.version(),
        "ratified": footer.ratified(),
        "amended": footer.amended(),
        "file": file.map(|file| file.display().to_string()),
    });
    output.answer(answer, || footer.to_string());
    Ok(Exit::Ok)
}

fn unsaid(charter: &Charter) -> Finding {
    let message = "the charter does not say when it was ratified and last amended";
    let help = "give it `ratified` and `amended`, such as `2025-10-04`";
    let own = charter.sources().next().map(|source| source.name);
    Finding::error(Code::DocumentFooter, message, help).at(Location::file(own.unwrap_or_default()))
}

fn read(file: &Path) -> Result<(String, String), Finding> {
    let name = file.display().to_string();
    let text = yaml::read(&name, File::open(file)).map_err(|finding| *finding)?;
    Ok((name, text))
}

fn write(file: &Path, footer: &Footer) -> Result<(), Failure> {
    let (name, text) = read(file)?;
    let text = with_footer(&name, &text, footer).map_err(|finding| *finding)?;
    fs::write(file, text).map_err(|error| {
        let message = format!("the line could not be written: {error}");
        let help = "make the file writable";
        Finding::error(Code::FileUnwritable, message, help).at(Location::file(name))
    })?;
    Ok(())
}
