//! Contracts: function signatures, and what goes with each of them.

use althing_catalog::{Document, mentions};
use althing_diag::{Code, Finding, Location};

use super::{Asked, Text};

/// Each file has signatures, and each signature what the rule asks for with it.
pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    if asked.rule.signatures_with.is_empty() {
        return Vec::new();
    }
    let texts = asked.texts.iter();
    texts.flat_map(|text| check_file(asked, text)).collect()
}

fn check_file(asked: &Asked<'_>, text: &Text<'_>) -> Vec<Finding> {
    let contracts = match &text.markdown {
        Some(document) => in_markdown(document),
        // In code the whole file is one contract.
        None if is_signature(text.text) => vec![(1, text.text.to_owned())],
        None => Vec::new(),
    };
    if contracts.is_empty() {
        return vec![asked.finding(
            Code::DocumentIncomplete,
            "a contract gives no function signature".to_owned(),
            "write the signatures as code: `evict(layer: int) -> bool`",
            Location::file(text.path),
        )];
    }
    let with = asked.rule.signatures_with.iter();
    let missing = with.flat_map(|with| {
        let lacking = contracts.iter().filter(|(_, said)| !mentions(said, with));
        lacking.map(move |(line, _)| {
            let message = format!("a signature comes without its {with}");
            let help = format!("write under the signature what its {with} is, or that it has none");
            let place = Location::new(text.path, *line, 1);
            asked.finding(Code::DocumentIncomplete, message, help, place)
        })
    });
    missing.collect()
}

/// Sections that show a signature, each with everything below it.
fn in_markdown(document: &Document) -> Vec<(u32, String)> {
    let sections = document.sections.iter().enumerate();
    let contracts = sections.filter(|(_, section)| {
        let shows = section.code.iter().any(|code| is_signature(&code.text));
        let is_example = ["example", "usage"].iter();
        shows
            && !is_example
                .clone()
                .any(|word| mentions(&section.heading, word))
    });
    contracts
        .map(|(index, section)| {
            let parts: Vec<String> = document
                .with_those_below(index)
                .map(|part| part.whole())
                .collect();
            (section.line, parts.join("\n"))
        })
        .collect()
}

/// A name with parentheses behind it.
fn is_signature(code: &str) -> bool {
    code.split_once('(').is_some_and(|(name, rest)| {
        name.ends_with(|it: char| it.is_alphanumeric() || it == '_') && rest.contains(')')
    })
}
