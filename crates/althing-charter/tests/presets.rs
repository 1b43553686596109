//! The charters that come with the program are read without a word.

#![expect(clippy::disallowed_methods, reason = "they lie in files")]

use std::{fs, path::Path};

use althing_charter::{Charter, Source};

#[test]
fn the_presets_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../charters");
    let mut presets = Vec::new();
    for entry in fs::read_dir(folder).expect("charters") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|it| it == "yaml") {
            let name = path.file_name().expect("name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("preset");
            presets.push((format!("charters/{name}"), text));
        }
    }
    presets.sort();
    let sources = presets.iter().map(|(name, text)| Source::new(name, text));
    let sources: Vec<Source<'_>> = sources.collect();
    let findings = sources
        .iter()
        .flat_map(|source| match Charter::parse(*source, &sources) {
            Ok(charter) => charter.warnings().to_vec(),
            Err(findings) => findings,
        });
    let findings: Vec<String> = findings.map(|finding| finding.to_string()).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}
