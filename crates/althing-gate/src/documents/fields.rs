//! Lines `**Field:** value` below the title of a document.

use althing_catalog::Document;
use althing_charter::{FieldRule, FieldValue, is_placeholder};
use althing_diag::{Code, Finding, Location};
use jiff::civil::Date;

use super::{Asked, titles};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (text, document) in asked.markdown() {
        let line = titles::title(document).map_or(1, |it| it.line);
        for field in &asked.rule.fields {
            let Some(message) = wrong(document, field) else {
                continue;
            };
            let help = format!(
                "write a line `**{}:** VALUE` below the title, where VALUE is {}",
                field.name,
                expected(&field.value)
            );
            let place = Location::new(text.path, line, 1);
            findings.push(asked.finding(Code::DocumentIncomplete, message, help, place));
        }
    }
    findings
}

fn wrong(document: &Document, field: &FieldRule) -> Option<String> {
    let name = &field.name;
    let Some(value) = value(document, name) else {
        return Some(format!("the field `{name}` is missing"));
    };
    if is_placeholder(value) {
        return Some(format!("the field `{name}` is not filled in"));
    }
    let fits = match &field.value {
        FieldValue::Text => true,
        FieldValue::Date => value.len() == 10 && value.parse::<Date>().is_ok(),
        FieldValue::OneOf(words) => words.iter().any(|it| it.eq_ignore_ascii_case(value)),
    };
    (!fits).then(|| {
        let expected = expected(&field.value);
        format!("the field `{name}` says `{value}`, which is not {expected}")
    })
}

/// What a field says that stands under the first heading.
fn value<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    let title = titles::title(document)?;
    let mut lines = title.text.lines();
    lines.find_map(|line| {
        let (said, value) = line.split_once(':')?;
        said.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn expected(value: &FieldValue) -> String {
    match value {
        FieldValue::Text => "a text".to_owned(),
        FieldValue::Date => "a date such as 2025-10-27".to_owned(),
        FieldValue::OneOf(words) => format!("one of {}", words.join(", ")),
    }
}
