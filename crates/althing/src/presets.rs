//! The preset charters, built into the program.

use std::sync::LazyLock;

use althing_charter::Source;
use include_dir::{Dir, include_dir};

static CHARTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../charters");

/// Files that a repository begins with, in a folder for each preset that has any.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates/presets");

/// Names, as charters are found under, and texts.
static PRESETS: LazyLock<Vec<(String, &str)>> = LazyLock::new(|| {
    let files = CHARTERS.files().filter_map(|file| {
        let name = file.path().to_str()?;
        name.ends_with(".yaml")
            .then_some((format!("charters/{name}"), file.contents_utf8()?))
    });
    files.collect()
});

/// Every preset, under the name `charters/NAME.yaml` by which charters extend it.
pub(crate) fn all() -> Vec<Source<'static>> {
    let sources = PRESETS.iter();
    sources
        .map(|(name, text)| Source::new(name, text))
        .collect()
}

/// The preset of that name, such as `llama-stack`.
pub(crate) fn named(name: &str) -> Option<Source<'static>> {
    let file = format!("charters/{name}.yaml");
    all().into_iter().find(|source| source.name == file)
}

/// The files that a repository begins with under the preset of that name: paths and texts.
pub(crate) fn files(name: &str) -> Vec<(&'static str, &'static str)> {
    let mut files = Vec::new();
    let mut folders: Vec<&Dir<'_>> = FILES.get_dir(name).into_iter().collect();
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        files.extend(folder.files().filter_map(|file| {
            let path = file.path().strip_prefix(name).ok()?.to_str()?;
            Some((path, file.contents_utf8()?))
        }));
    }
    files
}
