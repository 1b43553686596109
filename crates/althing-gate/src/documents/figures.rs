//! Numbers that must be given: in a section of a document, or in a comment of code.

use althing_catalog::mentions;
use althing_diag::Finding;

use super::{Asked, Text};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let wanted = asked.rule.figures.iter();
    let missing = wanted.filter(|wanted| !asked.texts.iter().any(|text| gives(text, wanted)));
    missing
        .map(|wanted| {
            let message = format!("numbers of the {wanted} are given nowhere");
            let help = format!(
                "record them in a section that names the {wanted}, or in a comment beside the \
                 code, such as `# {wanted}: 12.1 ms before, 11.8 ms after`"
            );
            asked.lacks(message, help)
        })
        .collect()
}

fn gives(text: &Text<'_>, wanted: &str) -> bool {
    let speaks =
        |said: &str| said.contains(|it: char| it.is_ascii_digit()) && mentions(said, wanted);
    match &text.markdown {
        Some(document) => document.sections.iter().any(|it| speaks(&it.whole())),
        None => text.text.lines().filter_map(comment).any(speaks),
    }
}

/// The comment that a line of code is or ends in, whatever the language.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.starts_with('*') {
        return Some(line);
    }
    let marks = ["//", "/*", "#", "--", "\"\"\""];
    let starts = marks.iter().filter_map(|mark| line.find(mark));
    line.get(starts.min()?..)
}
