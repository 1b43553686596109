//! Numbers of documents, which no two of them share.

use std::collections::BTreeMap;

use althing_diag::{Code, Finding, Location};

use super::{Asked, Text, titles};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for text in &asked.texts {
        let Some(number) = number(asked, text) else {
            continue;
        };
        if let Some(first) = taken.get(number) {
            findings.push(asked.finding(
                Code::DocumentIncomplete,
                format!("number {number} is that of {first} already"),
                "take the next number that is free, in file name and title",
                Location::file(text.path),
            ));
        } else {
            taken.insert(number, text.path);
        }
    }
    findings
}

/// The number in the name of a file; if it has none, that in the title.
fn number<'a>(asked: &'a Asked<'_>, text: &'a Text<'_>) -> Option<&'a str> {
    in_name(asked, text.path).or_else(|| titles::number(asked, text))
}

/// The number in the name of a file.
pub(super) fn in_name<'a>(asked: &Asked<'_>, path: &'a str) -> Option<&'a str> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let form = asked.rule.file_name.as_ref()?;
    form.read(name).ok().flatten()
}
