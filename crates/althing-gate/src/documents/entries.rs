//! What is listed in a section of a document.

use althing_catalog::{Document, Item};
use althing_charter::{Entries, EntriesRule, Position, ScopeKind, is_placeholder};
use althing_diag::{Code, Finding, Location};

use super::{Asked, Text, sections};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (text, document) in asked.markdown() {
        for rule in &asked.rule.entries {
            // A section that is not there is missing as a section.
            if let Some(index) = sections::places(asked, document, &rule.section).next() {
                let list = List::of(asked, text, document, rule, index);
                findings.extend(match &rule.entries {
                    Entries::Each(words) => list.each(words),
                    Entries::Known(kind) => list.known(kind),
                });
            }
        }
    }
    findings
}

/// The points that are listed in a section.
struct List<'a> {
    asked: &'a Asked<'a>,
    path: &'a str,
    section: &'a str,
    line: u32,
    items: Vec<&'a Item>,
}

impl<'a> List<'a> {
    fn of(
        asked: &'a Asked<'_>,
        text: &'a Text<'_>,
        document: &'a Document,
        rule: &'a EntriesRule,
        index: usize,
    ) -> Self {
        let parts = document.with_those_below(index);
        Self {
            asked,
            path: text.path,
            section: &rule.section,
            line: document.sections.get(index).map_or(1, |it| it.line),
            items: parts.flat_map(|part| &part.items).collect(),
        }
    }

    /// Each of these words begins a point.
    fn each(&self, words: &[String]) -> Vec<Finding> {
        let wrong = words.iter().filter_map(|word| {
            let mut items = self.items.iter();
            let item = items.find(|item| name(item).eq_ignore_ascii_case(word));
            let section = self.section;
            let (line, message) = match item {
                None => (self.line, format!("`{section}` has no entry `{word}`")),
                Some(item) if is_placeholder(said(item)) => {
                    let message = format!("the entry `{word}` of `{section}` is not filled in");
                    (item.line, message)
                }
                Some(_) => return None,
            };
            let help = format!("write a point `- {word}: ...`; if there is nothing, say so");
            Some(self.finding(line, message, help))
        });
        wrong.collect()
    }

    /// Every point begins with a scope that the charter knows.
    fn known(&self, kind: &ScopeKind) -> Vec<Finding> {
        let roles = self.asked.charter.roles().values();
        let positions = roles.flat_map(|role| &role.positions);
        let known: Vec<&Position> = positions.filter(|it| it.scope.kind == *kind).collect();
        let names: Vec<&str> = known.iter().map(|it| it.title.as_str()).collect();
        let help = format!(
            "write a point `- NAME: ...` for one of {}",
            names.join(", ")
        );
        if self.items.is_empty() {
            let message = format!("`{}` lists no {kind}", self.section);
            return vec![self.finding(self.line, message, help)];
        }
        let wrong = self.items.iter().filter_map(|item| {
            let name = name(item);
            let message = if !known.iter().any(|it| is(it, name)) {
                format!("`{name}` is no {kind} that the charter knows")
            } else if is_placeholder(said(item)) {
                format!("nothing is said about `{name}` in `{}`", self.section)
            } else {
                return None;
            };
            Some(self.finding(item.line, message, help.clone()))
        });
        wrong.collect()
    }

    fn finding(&self, line: u32, message: String, help: String) -> Finding {
        let place = Location::new(self.path, line, 1);
        let code = Code::DocumentIncomplete;
        self.asked.finding(code, message, help, place)
    }
}

/// Whether a position is called so: by its scope or as people say it.
fn is(position: &Position, name: &str) -> bool {
    let scope = position.scope.name.as_deref();
    scope.is_some_and(|it| it.eq_ignore_ascii_case(name))
        || position.title.eq_ignore_ascii_case(name)
}

/// The words before the colon.
fn name(item: &Item) -> &str {
    let mut parts = item.text.split([':', '\n']);
    parts.next().unwrap_or_default().trim()
}

/// The words behind it.
fn said(item: &Item) -> &str {
    item.text
        .split_once(':')
        .map_or("", |(_, said)| said.trim())
}
