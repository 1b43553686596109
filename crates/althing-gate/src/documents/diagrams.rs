//! Diagrams that a document must have.

use althing_catalog::{Code, mentions};
use althing_diag::Finding;

use super::Asked;

/// Languages in which diagrams are written.
const LANGUAGES: &[&str] = &[
    "mermaid", "dot", "graphviz", "plantuml", "puml", "d2", "ditaa",
];

/// Endings of files that are a diagram.
const ENDINGS: &[&str] = &[".svg", ".png", ".mmd", ".puml", ".dot", ".d2", ".drawio"];

/// What tells a drawing in letters from other code.
const STROKES: &[&str] = &["-->", "--+", "+--", "──", "│", "►", "▶"];

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let shown = diagrams(asked);
    let wanted = asked.rule.diagrams.iter();
    let missing = wanted.filter(|wanted| !shown.iter().any(|said| mentions(said, wanted)));
    missing
        .map(|wanted| {
            let name = &asked.rule.name;
            let message = format!("`{name}` has no diagram of the {wanted}");
            let help = format!(
                "draw it, as a Mermaid block or an image, under a heading or with a text that \
                 names the {wanted}"
            );
            asked.lacks(message, help)
        })
        .collect()
}

/// What each diagram says that it shows.
fn diagrams(asked: &Asked<'_>) -> Vec<String> {
    let mut shown = Vec::new();
    for (_, document) in asked.markdown() {
        for section in &document.sections {
            let drawings = section.code.iter().filter(|code| is_drawing(code));
            let drawings = drawings.map(|code| &code.text);
            let said = drawings.chain(&section.images);
            shown.extend(said.map(|said| format!("{}\n{said}", section.heading)));
        }
    }
    let files = asked.texts.iter().filter(|text| is_image(text.path));
    shown.extend(files.map(|file| format!("{}\n{}", file.path, file.text)));
    shown
}

fn is_drawing(code: &Code) -> bool {
    let language = code.language.to_ascii_lowercase();
    if LANGUAGES.contains(&language.as_str()) {
        return true;
    }
    let plain = matches!(language.as_str(), "" | "text" | "ascii");
    code.is_block && plain && STROKES.iter().any(|stroke| code.text.contains(stroke))
}

fn is_image(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ENDINGS.iter().any(|end| path.ends_with(end))
}
