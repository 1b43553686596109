//! Headings that a document must have, with something under them.

use althing_catalog::{Document, mentions};
use althing_charter::is_placeholder;
use althing_diag::{Code, Finding, Location};

use super::Asked;

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let sections = asked.rule.sections.iter();
    let wanted = sections.chain(asked.rule.entries.iter().map(|it| &it.section));
    wanted.filter_map(|wanted| section(asked, wanted)).collect()
}

/// The place of a section with these words in its heading. A title that the charter asks for is
/// no section: it names the document.
pub(super) fn places<'a>(
    asked: &Asked<'_>,
    document: &'a Document,
    wanted: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    let above = u8::from(asked.rule.title.is_some());
    let sections = document.sections.iter().enumerate();
    let found = sections.filter(move |(_, it)| it.level > above && mentions(&it.heading, wanted));
    found.map(|(index, _)| index)
}

/// What is wrong with a section: it is nowhere, or only a heading.
fn section(asked: &Asked<'_>, wanted: &str) -> Option<Finding> {
    let mut hollow = None;
    for (text, document) in asked.markdown() {
        for index in places(asked, document, wanted) {
            if says_something(document, index) {
                return None;
            }
            let line = document.sections.get(index).map_or(1, |it| it.line);
            hollow = Some(Location::new(text.path, line, 1));
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
