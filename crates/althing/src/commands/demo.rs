//! `althing demo`: the whole story on the embedded forge, in a new folder, checking itself.

mod assets;
mod player;
mod story;
mod timeline;

use std::{
    fs,
    path::{Path, PathBuf},
};

use althing_diag::{Code, Exit, Finding, Location};
use althing_localforge::server::{ServeError, socket_path};
use clap::Args;
use serde_json::json;

use crate::{
    failure::Failure,
    output::{BOLD, Output},
};

/// Flags of `althing demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The folder to create; everything the demo does stays inside.
    #[arg(long, default_value_os_t = default_dir())]
    dir: PathBuf,
    /// Only write the files the story starts from.
    #[arg(long)]
    prepare_only: bool,
}

fn default_dir() -> PathBuf {
    format!("demo-{}", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S")).into()
}

pub(crate) async fn run(args: &DemoArgs, output: &mut Output) -> Result<Exit, Failure> {
    socket_path(&args.dir.join("forge")).map_err(|error| too_long(&args.dir, &error))?;
    if !args.prepare_only {
        story::python_has_pytest().await?;
    }
    let dir = create(&args.dir)?;
    assets::write(&dir).map_err(|error| unusable(&args.dir, &error))?;
    assets::make_models(&dir).await?;
    if args.prepare_only {
        output.answer(json!({ "dir": dir }), || {
            format!("{} is ready", dir.display())
        });
        return Ok(Exit::Ok);
    }
    let events = story::play(&dir).await?;
    output.answer(json!({ "dir": dir, "timeline": events }), || {
        let look = story::look_around(&dir);
        format!(
            "{}\n{BOLD}Look around{BOLD:#}\n{look}",
            timeline::render(&events)
        )
    });
    Ok(Exit::Ok)
}

/// Creates the folder, which must not exist yet, and returns its absolute path.
fn create(dir: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir(dir)
        .and_then(|()| dir.canonicalize())
        .map_err(|error| unusable(dir, &error).into())
}

fn too_long(dir: &Path, error: &ServeError) -> Finding {
    let help = "name a folder with a shorter path, for example `--dir /tmp/demo`";
    Finding::error(Code::ForgeRoot, error.to_string(), help)
        .at(Location::file(dir.display().to_string()))
}

fn unusable(dir: &Path, error: &std::io::Error) -> Finding {
    let help = "name a folder that does not exist yet, in a place you may write to";
    Finding::error(
        Code::ForgeRoot,
        format!("the demo's folder cannot be made: {error}"),
        help,
    )
    .at(Location::file(dir.display().to_string()))
}
