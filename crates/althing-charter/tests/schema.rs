//! The published schema and the reader agree: what editors accept, the reader reads.

#![expect(clippy::disallowed_methods, reason = "the corpora lie in files")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use althing_charter::charter_schema;
use althing_diag::yaml;
use serde_json::Value;

fn charters() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("folder");
        entries.map(|entry| entry.expect("entry").path())
    };
    let presets = listed(&root.join("../../charters"));
    let presets = presets.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
    let cases = listed(&root.join("tests/valid")).map(|case| case.join("charter.yaml"));
    let mut charters: Vec<PathBuf> = presets.chain(cases).filter(|it| it.exists()).collect();
    charters.sort();
    charters
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("charter");
    yaml::parse(&path.display().to_string(), &text).expect("YAML")
}

#[test]
fn the_schema_accepts_what_the_reader_reads() {
    let schema = jsonschema::validator_for(&charter_schema()).expect("schema");
    let mut refused = Vec::new();
    for path in charters() {
        for error in schema.iter_errors(&read(&path)) {
            refused.push(format!(
                "{}: {}: {error}",
                path.display(),
                error.instance_path()
            ));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn the_schema_refuses_keys_that_the_reader_refuses() {
    let schema = jsonschema::validator_for(&charter_schema()).expect("schema");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid");
    for case in [
        "lifecycle-vote-keys",
        "lifecycle-two-effects",
        "lifecycle-empty",
        "unknown-key",
    ] {
        let charter = read(&root.join(case).join("charter.yaml"));
        assert!(!schema.is_valid(&charter), "{case}");
    }
}
