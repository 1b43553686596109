//! What an evaluation needs: models that are small enough, and the program that evaluates.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Writes the demo's models, `tiny-lab/tiny-2l` and `tiny-lab/broken-2l`, below `dir`, as the
/// script of the models repository makes them.
///
/// # Panics
/// When there is no `python3`, or the script fails.
pub fn tiny_models(dir: &Path) {
    let script = project().join("templates/models-repo/scripts/make_tiny_model.py");
    let (made, copy) = (dir.join("tiny-lab/tiny-2l"), dir.join("tiny-lab/broken-2l"));
    let done = Command::new("python3")
        .arg("-B")
        .args([&script, &made])
        .status()
        .expect("python3 runs");
    assert!(done.success(), "{} {done}", script.display());
    fs::create_dir_all(&copy).expect("a folder");
    for file in fs::read_dir(&made).expect("a folder") {
        let file = file.expect("a file");
        fs::copy(file.path(), copy.join(file.file_name())).expect("copied");
    }
}

/// The `althing` that was built beside the tests that run.
///
/// # Panics
/// When it was not: tests of other packages do not build it.
pub fn built_program() -> PathBuf {
    let test = env::current_exe().expect("a path");
    let folders = test.ancestors().skip(1).take(2);
    let mut programs = folders.map(|folder| folder.join("althing"));
    let found = programs.find(|program| program.is_file());
    found.expect("no althing beside the tests: run `cargo build -p althing`, or the tests with `--workspace`")
}

fn project() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    project.canonicalize().expect("a folder")
}
