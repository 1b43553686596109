//! Whether a repository has the documents that its charter asks for.

mod diagrams;
mod entries;
mod fields;
mod figures;
mod footer;
mod names;
mod numbers;
mod sections;
mod signatures;
mod titles;

use std::collections::BTreeMap;

use althing_catalog::Document;
use althing_charter::{Charter, DocumentRule};
use althing_diag::{Code, Finding, Location};

pub use footer::{check_footer, with_footer};

/// Everything that the documents of a work tree lack. `files` are those that exist, by their
/// path from the root, with their text; what is no text is there with an empty one.
pub fn check_documents(charter: &Charter, files: &BTreeMap<String, String>) -> Vec<Finding> {
    let rules = charter.documents().iter();
    rules
        .flat_map(|rule| {
            let asked = Asked::of(charter, rule, files);
            if rule.any_number {
                asked.each()
            } else {
                asked.findings()
            }
        })
        .collect()
}

/// One document, with the files that make it.
struct Asked<'a> {
    charter: &'a Charter,
    rule: &'a DocumentRule,
    texts: Vec<Text<'a>>,
}

/// A file of a document.
struct Text<'a> {
    path: &'a str,
    text: &'a str,
    /// Taken apart, if it is Markdown.
    markdown: Option<Document>,
}

impl<'a> Asked<'a> {
    fn of(
        charter: &'a Charter,
        rule: &'a DocumentRule,
        files: &'a BTreeMap<String, String>,
    ) -> Self {
        let matching = files.iter().filter(|(path, _)| rule.paths.cover(path));
        let texts = matching.map(|(path, text)| Text {
            path,
            text,
            markdown: is_markdown(path).then(|| Document::parse(text)),
        });
        Self {
            charter,
            rule,
            texts: texts.collect(),
        }
    }

    /// What each file lacks by itself, and what they share although they must not.
    fn each(self) -> Vec<Finding> {
        let mut findings = numbers::check(&self);
        for text in self.texts {
            let texts = vec![text];
            findings.extend(Self { texts, ..self }.findings());
        }
        findings
    }

    fn findings(&self) -> Vec<Finding> {
        if self.texts.is_empty() {
            return vec![self.absent()];
        }
        let mut findings = names::check(self);
        findings.extend(titles::check(self));
        findings.extend(fields::check(self));
        findings.extend(sections::check(self));
        findings.extend(entries::check(self));
        findings.extend(diagrams::check(self));
        findings.extend(signatures::check(self));
        findings.extend(figures::check(self));
        findings.extend(footer::check(self));
        findings
    }

    fn absent(&self) -> Finding {
        let name = &self.rule.name;
        let mut message = format!("there is no document `{name}`");
        if let Some(description) = &self.rule.description {
            message.push_str(&format!(" ({description})"));
        }
        let help = format!("write it as a file that matches {}", self.paths());
        Finding::error(Code::DocumentMissing, message, help).by_rule(self.rule.location.clone())
    }

    /// Something that all the files together lack.
    fn lacks(&self, message: String, help: impl Into<String>) -> Finding {
        let file = match self.texts.as_slice() {
            [only] => only.path.to_owned(),
            _ => self.paths(),
        };
        self.finding(
            Code::DocumentIncomplete,
            message,
            help,
            Location::file(file),
        )
    }

    fn finding(
        &self,
        code: Code,
        message: String,
        help: impl Into<String>,
        at: Location,
    ) -> Finding {
        let finding = Finding::error(code, message, help).at(at);
        finding.by_rule(self.rule.location.clone())
    }

    fn paths(&self) -> String {
        self.rule.paths.written().join(", ")
    }

    /// The Markdown texts among its files.
    fn markdown(&self) -> impl Iterator<Item = (&Text<'a>, &Document)> {
        let texts = self.texts.iter();
        texts.filter_map(|text| Some((text, text.markdown.as_ref()?)))
    }
}

fn is_markdown(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".markdown"].iter().any(|end| path.ends_with(end))
}
