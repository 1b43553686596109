//! What required documents must satisfy.

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{names::bad_name, patterns::patterns, report::Report};
use crate::{DocumentRule, extends::Placed, raw::RawDocument};

pub(super) fn check_documents(
    raw: Vec<Placed<'_, RawDocument>>,
    findings: &mut Vec<Finding>,
) -> Vec<DocumentRule> {
    let mut documents = Vec::new();
    for Placed { file, key, value } in raw {
        let mut report = Report::new(file, findings);
        documents.extend(document(&key, value, &mut report));
    }
    documents
}

fn document(
    key: &Spanned<String>,
    raw: RawDocument,
    report: &mut Report<'_>,
) -> Option<DocumentRule> {
    if raw.paths.0.is_empty() {
        let message = format!("document `{}` is in no file", key.value);
        let help = "list at least one pattern under `paths`, for example `README.md`";
        report.error(key, Code::CharterEmpty, message, help);
    }
    let what = format!("document `{}`", key.value);
    let paths = patterns(&what, key, &raw.paths.0, report);
    let name = bad_name(key.value.parse(), key, report);
    Some(DocumentRule {
        description: report.text("description", raw.description),
        sections: report.texts("sections", raw.sections),
        diagrams: report.texts("diagrams", raw.diagrams),
        signatures_with: report.texts("signatures-with", raw.signatures_with),
        figures: report.texts("figures", raw.figures),
        footer: raw.footer,
        location: yaml::location(report.file, key),
        name: name?,
        paths: paths?,
    })
}
