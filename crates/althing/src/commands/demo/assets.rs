//! The files the demo starts from, carried in the binary so that it needs no checkout.

use std::{fs, io, path::Path};

use include_dir::{Dir, include_dir};

/// What a community starts its models repository from.
static MODELS_REPO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates/models-repo");
/// The demo's people, issues, tiny models and scripted agent.
static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../demo");

/// Writes the models repository template and the demo's own files below `dir`.
pub(super) fn write(dir: &Path) -> io::Result<()> {
    write_dir(&DEMO, dir)?;
    let repository = dir.join("models-repo");
    write_dir(&MODELS_REPO, &repository)?;
    fs::copy(
        dir.join("members.yaml"),
        repository.join(".althing/members.yaml"),
    )?;
    Ok(())
}

fn write_dir(from: &Dir<'_>, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in from.files() {
        if let Some(name) = file.path().file_name() {
            fs::write(to.join(name), file.contents())?;
        }
    }
    for dir in from.dirs().filter(|dir| !is_cache(dir.path())) {
        if let Some(name) = dir.path().file_name() {
            write_dir(dir, &to.join(name))?;
        }
    }
    Ok(())
}

/// Leftovers of a test run in the checkout that the binary was built from.
fn is_cache(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == "__pycache__" || name == ".pytest_cache")
}
