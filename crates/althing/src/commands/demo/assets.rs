//! The files the demo starts from, carried in the binary so that it needs no checkout.

use std::{fs, io, path::Path, process::Stdio};

use include_dir::{Dir, include_dir};
use tokio::process::Command;

use super::player::broken;
use crate::failure::Failure;

/// What a community starts its models repository from.
static MODELS_REPO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates/models-repo");
/// The demo's people, issues and scripted agent.
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

/// The models, each with the seed of its weights.
const MODELS: [(&str, &str); 2] = [("tiny-lab/tiny-2l", "0"), ("tiny-lab/broken-2l", "1")];

/// Makes the models that the issues ask for, with the template's own script.
///
/// # Errors
/// A `demo-step` finding when Python is missing or fails.
pub(super) async fn make_models(dir: &Path) -> Result<(), Failure> {
    for (name, seed) in MODELS {
        let made = Command::new("python3")
            .args(["-B", "models-repo/scripts/make_tiny_model.py"])
            .arg(Path::new("models").join(name))
            .arg(seed)
            .current_dir(dir)
            .stdin(Stdio::null())
            .output()
            .await;
        let why = match made {
            Ok(made) if made.status.success() => continue,
            Ok(made) => String::from_utf8_lossy(&made.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        return Err(broken("python3 make_tiny_model.py", &why));
    }
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
