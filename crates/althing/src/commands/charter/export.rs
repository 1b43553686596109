//! `althing charter export`: the charter as code of another language.

mod python;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use althing_diag::{Code, Exit, Finding, Location};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::{failure::Failure, output::Output, rules::charter_named};

/// Flags of `althing charter export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The language.
    #[arg(value_enum)]
    language: Language,
    /// The folder of the package that gets the files.
    dir: PathBuf,
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
}

/// Languages that read a charter as code.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// A package `governance`: `CommunityChannels`, and `MergePolicy` in `policies`.
    Python,
}

pub(super) fn run(args: &ExportArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let files = match args.language {
        Language::Python => python::files(&charter),
    };
    let mut written = Vec::new();
    for (path, text) in files {
        let path = args.dir.join(path);
        write(&path, &text)?;
        written.push(path.display().to_string());
    }
    output.answer(json!({ "files": written }), || written.join("\n"));
    Ok(Exit::Ok)
}

/// Writes a file anew if it was generated, and leaves anything else alone.
fn write(path: &Path, text: &str) -> Result<(), Finding> {
    let refuse = |message: String, help: &str| {
        let at = Location::file(path.display().to_string());
        Finding::error(Code::FileUnwritable, message, help).at(at)
    };
    let failed =
        |error: io::Error| refuse(error.to_string(), "name a folder that can be written to");
    match fs::read_to_string(path) {
        Ok(known) if !known.is_empty() && !known.starts_with(python::MARK) => {
            return Err(refuse(
                "there is a file already that was written by hand".to_owned(),
                "move it away, or name another folder",
            ));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}
