//! What required documents must satisfy.

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{
    names::{Names, bad_name},
    patterns::patterns,
    report::{Report, shown},
};
use crate::{
    DocumentRule, Entries, EntriesRule, FieldRule, FieldValue, Form, ScopeKind,
    extends::Placed,
    raw::{Named, OneOrMany, RawDocument},
};

pub(super) fn check_documents(
    raw: Vec<Placed<'_, RawDocument>>,
    names: Names<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<DocumentRule> {
    let mut documents = Vec::new();
    for Placed { file, key, value } in raw {
        let mut report = Report::new(file, findings);
        documents.extend(document(&key, value, names, &mut report));
    }
    documents
}

fn document(
    key: &Spanned<String>,
    raw: RawDocument,
    names: Names<'_>,
    report: &mut Report<'_>,
) -> Option<DocumentRule> {
    if raw.paths.0.is_empty() {
        let message = format!("document `{}` is in no file", key.value);
        let help = "list at least one pattern under `paths`, for example `README.md`";
        report.error(key, Code::CharterEmpty, message, help);
    }
    let what = format!("document `{}`", key.value);
    let paths = patterns(&what, key, &raw.paths.0, report);
    let folders = match raw.folders.0.as_slice() {
        [] => None,
        folders => patterns(&what, key, folders, report),
    };
    let name = bad_name(key.value.parse(), key, report);
    Some(DocumentRule {
        description: report.text("description", raw.description),
        any_number: raw.any_number,
        folders,
        file_name: form("file-name", raw.file_name, report),
        title: form("title", raw.title, report),
        fields: fields(raw.fields, report),
        sections: report.texts("sections", raw.sections),
        entries: entries(raw.entries, names, report),
        diagrams: report.texts("diagrams", raw.diagrams),
        signatures_with: report.texts("signatures-with", raw.signatures_with),
        figures: report.texts("figures", raw.figures),
        footer: raw.footer,
        location: yaml::location(report.file, key),
        name: name?,
        paths: paths?,
    })
}

fn form(key: &str, raw: Option<Spanned<String>>, report: &mut Report<'_>) -> Option<Form> {
    let raw = raw?;
    if raw.value.trim().is_empty() {
        report.filled(key, &raw);
        return None;
    }
    match raw.value.parse() {
        Ok(form) => Some(form),
        Err(why) => {
            let message = format!("`{}` cannot be used as `{key}`: {why}", shown(&raw.value));
            let help = "write words and `{number}`, `{date}`, `{name}` or `{text}`, such as \
                        `ADR-{number}: {text}`";
            report.error(&raw, Code::CharterValue, message, help);
            None
        }
    }
}

fn fields(raw: Named<OneOrMany>, report: &mut Report<'_>) -> Vec<FieldRule> {
    let mut fields = Vec::new();
    for (name, OneOrMany(says)) in raw.0 {
        let one = match says.as_slice() {
            [only] => only.value.as_str(),
            _ => "",
        };
        let value = match one {
            "text" => FieldValue::Text,
            "date" => FieldValue::Date,
            _ => FieldValue::OneOf(words("fields", &name, says, report)),
        };
        report.filled("fields", &name);
        let name = name.value;
        fields.push(FieldRule { name, value });
    }
    fields
}

fn entries(raw: Named<OneOrMany>, names: Names<'_>, report: &mut Report<'_>) -> Vec<EntriesRule> {
    let mut rules = Vec::new();
    for (section, OneOrMany(begin)) in raw.0 {
        report.filled("entries", &section);
        let kind = match begin.as_slice() {
            [only] => only
                .value
                .strip_prefix('{')
                .and_then(|it| it.strip_suffix('}')),
            _ => None,
        };
        let entries = match (kind, begin.first()) {
            (Some(kind), Some(place)) => known(kind, place, names, report),
            (Some(_), None) | (None, _) => {
                Some(Entries::Each(words("entries", &section, begin, report)))
            }
        };
        let section = section.value;
        rules.extend(entries.map(|entries| EntriesRule { section, entries }));
    }
    rules
}

/// Words of which there must be one.
fn words(
    key: &str,
    name: &Spanned<String>,
    words: Vec<Spanned<String>>,
    report: &mut Report<'_>,
) -> Vec<String> {
    if words.is_empty() {
        let message = format!("`{}` of `{key}` names nothing", shown(&name.value));
        let help = "list what it can be, or take it out";
        report.error(name, Code::CharterEmpty, message, help);
    }
    report.texts(key, words)
}

/// A kind of scopes some of which are named by the positions of a role.
fn known(
    kind: &str,
    place: &Spanned<String>,
    names: Names<'_>,
    report: &mut Report<'_>,
) -> Option<Entries> {
    let kind: ScopeKind = bad_name(kind.parse(), place, report)?;
    let mut positions = names.roles.values().flat_map(|role| &role.positions);
    if positions.any(|it| it.scope.kind == kind) {
        return Some(Entries::Known(kind));
    }
    let message = format!("no role has `positions` of the kind `{kind}`, so none is known");
    let help = format!("give a role `positions` such as `{kind}:name`, or list words");
    report.error(place, Code::CharterUnknownName, message, help);
    None
}
