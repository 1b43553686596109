//! `althing init`: the first files of a governed repository.

mod files;
mod guide;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use althing_diag::{Code, Exit, Finding, Location};
use althing_facts::{CHARTER, MEMBERS};
use clap::Args;
use serde_json::json;

use crate::{
    failure::Failure,
    output::{GREEN, Output},
    presets,
    rules::charter_named,
};

/// Where people look for how to take part.
const GUIDE: &str = "CONTRIBUTING.md";

/// Flags of `althing init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder of the repository.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The rules to build on: the name of a preset.
    #[arg(long, value_name = "NAME", default_value = "starter")]
    preset: String,
    /// What the community or project is called; to be filled in later, if left out.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(crate) fn run(args: &InitArgs, output: &mut Output) -> Result<Exit, Failure> {
    if presets::named(&args.preset).is_none() {
        return Err(unknown(&args.preset).into());
    }
    let preset = charter_named(&args.preset, None)?;
    let charter = files::charter(&args.preset, args.name.as_deref(), &preset);
    let members = files::members(&preset);
    let guide = guide::contributing(args.name.as_deref(), &preset);
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    let made = [(CHARTER, &charter), (MEMBERS, &members), (GUIDE, &guide)];
    let made = made.map(|(path, text)| (path, text.as_str()));
    for (path, text) in made.into_iter().chain(presets::files(&args.preset)) {
        if create(&args.dir.join(path), text)? {
            written.push(path);
        } else {
            kept.push(path);
        }
    }
    let answer = json!({ "preset": args.preset, "written": written, "kept": kept });
    output.answer(answer, || {
        let lines = written.iter().map(|path| format!("{GREEN}written{GREEN:#}  {path}"));
        let lines = lines.chain(kept.iter().map(|path| format!("kept     {path}")));
        let lines: Vec<String> = lines.collect();
        format!(
            "{}\n\nNext: list the members in {MEMBERS}, fill in what `althing charter check` names, \
             and read the rules with `althing charter show`.",
            lines.join("\n")
        )
    });
    Ok(Exit::Ok)
}

/// Writes a file that is not there yet. `false` when it is: what people wrote stays.
fn create(path: &Path, text: &str) -> Result<bool, Finding> {
    let failed = |error: io::Error| {
        let help = "name a folder that can be written to";
        let at = Location::file(path.display().to_string());
        Finding::error(Code::FileUnwritable, error.to_string(), help).at(at)
    };
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(failed)?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(failed)?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn unknown(preset: &str) -> Finding {
    let all = presets::all();
    let names = all
        .iter()
        .filter_map(|it| Path::new(it.name).file_stem()?.to_str());
    let names: Vec<&str> = names.collect();
    let message = format!("there is no preset `{preset}`");
    let help = format!("name one of {}", names.join(", "));
    Finding::error(Code::CharterExtends, message, help)
}
