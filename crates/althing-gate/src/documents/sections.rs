//! Headings that a document must have, with something under them.

use althing_catalog::{Document, mentions};
use althing_charter::is_placeholder;
use althing_diag::{Code, Finding, Location};

use super::Asked;

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let wanted = asked.rule.sections.iter();
    wanted.filter_map(|wanted| section(asked, wanted)).collect()
}

/// What is wrong with a section: it is nowhere, or only a heading.
fn section(asked: &Asked<'_>, wanted: &str) -> Option<Finding> {
    let mut hollow = None;
    for (text, document) in asked.markdown() {
        for (index, section) in document.sections.iter().enumerate() {
            if section.level == 0 || !mentions(&section.heading, wanted) {
                continue;
            }
            if says_something(document, index) {
                return None;
            }
            hollow = Some(Location::new(text.path, section.line, 1));
        }
    }
    Some(match hollow {
        Some(place) => asked.finding(
            Code::DocumentIncomplete,
            format!("section `{wanted}` is not written yet"),
            "write under the heading what it promises",
            place,
        ),
        None => asked.lacks(
            format!("`{}` has no section `{wanted}`", asked.rule.name),
            format!(
                "add a heading with these words, such as `## {wanted}`, and what belongs there"
            ),
        ),
    })
}

fn says_something(document: &Document, index: usize) -> bool {
    let mut parts = document.with_those_below(index);
    parts.any(|part| {
        let code = part.code.iter().any(|code| code.is_block);
        code || !part.images.is_empty() || !is_placeholder(&part.text)
    })
}
