//! What lifecycles must satisfy.

mod attributes;
mod circles;
mod conditions;
mod effects;
mod graph;
mod guards;
mod names;
mod objections;
mod people;
mod transitions;
mod votes;

use std::{cell::Cell, collections::BTreeMap};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::raw::{RawEvidence, RawExplanations, RawLifecycle, RawState};
use crate::{
    Attribute, AttributeName, Evidence, EvidenceName, Explanations, Lifecycle, LifecycleName,
    SourceKind, State, Who,
    extends::Placed,
    placeholder::is_placeholder,
    raw::{Named, OneOrMany},
    rules::{Names, Report, bad_name, shown},
};

/// The most states, transitions, attributes and kinds of evidence that a lifecycle has, and names
/// in a list: what is more was not written by hand.
const MOST: usize = 200;

/// How many subjects the conditions of a charter are tried on, beside a few for each.
const TRIED: usize = 50_000;

/// The lifecycles in the order in which they are given. What is wrong goes to `findings`; what
/// is returned is complete only if there are none.
pub(crate) fn check_lifecycles(
    entries: Vec<Placed<'_, RawLifecycle>>,
    names: Names<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Lifecycle> {
    let declared: BTreeMap<String, Vec<Settable>> = (entries.iter())
        .map(|entry| {
            let attributes = entry.value.attributes.0.iter();
            let attributes = attributes.map(|(name, attribute)| Settable {
                name: name.value.clone(),
                needed: attribute.required && attribute.default.is_none(),
            });
            (entry.key.value.clone(), attributes.collect())
        })
        .collect();
    let tries = Cell::new(TRIED);
    let checked = entries
        .into_iter()
        .filter_map(|Placed { file, key, value }| {
            let mut report = Report::new(file, findings);
            let name = bad_name(key.value.parse(), &key, &mut report)?;
            let mut check = Check {
                names,
                lifecycles: &declared,
                tries: &tries,
                name,
                report,
                attributes: BTreeMap::new(),
                about: None,
                evidence: BTreeMap::new(),
                states: Vec::new(),
            };
            Some(check.lifecycle(&key, value))
        });
    checked.collect()
}

/// An attribute as another lifecycle sees it that opens a subject.
struct Settable {
    name: String,
    /// Whether no subject is opened without.
    needed: bool,
}

/// What is known of the lifecycle that is being checked.
struct Check<'a, 'r> {
    names: Names<'a>,
    /// All lifecycles of the charter, with their attributes.
    lifecycles: &'a BTreeMap<String, Vec<Settable>>,
    /// How many more subjects conditions are tried on.
    tries: &'a Cell<usize>,
    name: LifecycleName,
    report: Report<'r>,
    attributes: BTreeMap<AttributeName, Attribute>,
    about: Option<AttributeName>,
    evidence: BTreeMap<EvidenceName, Evidence>,
    states: Vec<State>,
}

impl Check<'_, '_> {
    fn lifecycle(&mut self, key: &Spanned<String>, mut raw: RawLifecycle) -> Lifecycle {
        self.at_most(key, "states", &mut raw.states.0);
        self.at_most(key, "transitions", &mut raw.transitions);
        self.at_most(key, "attributes", &mut raw.attributes.0);
        self.at_most(key, "kinds of evidence", &mut raw.evidence.0);
        let title = self.report.text("title", raw.title);
        let description = self.report.text("description", raw.description);
        let from = self.sources(&raw.from);
        self.attributes = self.attributes(raw.attributes);
        self.about = raw.about.as_ref().and_then(|about| self.about(about));
        let opened_by = self.people_or(raw.opened_by, Who::Anyone);
        let edited_by = self.people_or(raw.edited_by, Who::Opener);
        self.evidence = self.evidence(raw.evidence);
        self.states = self.states(key, raw.states);
        let sources = from.as_slice();
        let transitions = self.transitions(raw.transitions, sources);
        self.graph(key, &transitions);
        self.objections(&transitions);
        self.circles(&transitions);
        let explanations = raw
            .explanations
            .and_then(|it| self.explanations(&it, &transitions));
        Lifecycle {
            name: self.name.clone(),
            title: title.unwrap_or_else(|| key.value.clone()),
            description,
            from,
            opened_by,
            edited_by,
            about: self.about.take(),
            attributes: std::mem::take(&mut self.attributes),
            evidence: std::mem::take(&mut self.evidence),
            states: std::mem::take(&mut self.states),
            transitions,
            explanations,
            location: yaml::location(self.report.file, key),
        }
    }

    fn error<T>(
        &mut self,
        place: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report
            .error(place, Code::CharterLifecycle, message, help);
    }

    /// Leaves out what is too much.
    fn at_most<T, E>(&mut self, place: &Spanned<T>, what: &str, listed: &mut Vec<E>) {
        if listed.len() > MOST {
            let message = format!("more than {MOST} {what}");
            let help = "keep the charter so short that people can read it";
            self.report.error(place, Code::CharterValue, message, help);
            listed.truncate(MOST);
        }
    }

    fn sources(&mut self, raw: &OneOrMany) -> Vec<SourceKind> {
        let mut sources = Vec::new();
        for written in &raw.0 {
            let source = match written.value.as_str() {
                "issue" => SourceKind::Issue,
                "pull-request" => SourceKind::PullRequest,
                "file" => SourceKind::File,
                other => {
                    let message = format!("nothing can come from `{}`", shown(other));
                    let help = "write `issue`, `pull-request` or `file`";
                    self.report
                        .error(written, Code::CharterValue, message, help);
                    continue;
                }
            };
            sources.push(source);
        }
        sources
    }

    fn evidence(&mut self, raw: Named<RawEvidence>) -> BTreeMap<EvidenceName, Evidence> {
        let mut evidence = BTreeMap::new();
        for (key, raw) in raw.0 {
            let Some(name) = bad_name(key.value.parse(), &key, &mut self.report) else {
                continue;
            };
            let results = raw.results.iter();
            let results = results
                .filter_map(|result| bad_name(result.value.parse(), result, &mut self.report))
                .collect();
            let described = Evidence {
                description: self.report.text("description", raw.description),
                by: self.people_or(raw.by, Who::Opener),
                results,
                location: yaml::location(self.report.file, &key),
            };
            evidence.insert(name, described);
        }
        evidence
    }

    fn states(&mut self, lifecycle: &Spanned<String>, raw: Named<RawState>) -> Vec<State> {
        if raw.0.is_empty() {
            let message = format!("lifecycle `{}` has no states", self.name);
            let help = "list at least the state in which a subject is opened and a final one";
            self.error(lifecycle, message, help);
        }
        let states = raw.0.into_iter().filter_map(|(key, raw)| {
            let name = bad_name(key.value.parse(), &key, &mut self.report)?;
            if raw.description.as_deref().is_some_and(is_placeholder) {
                let message = format!("state `{name}` is not described");
                let help = "write in one sentence what it means, or leave it out";
                self.report.error(&key, Code::CharterEmpty, message, help);
            }
            Some(State {
                name,
                description: raw.description,
                is_final: raw.is_final,
                location: yaml::location(self.report.file, &key),
            })
        });
        states.collect()
    }

    fn explanations(
        &mut self,
        raw: &Spanned<RawExplanations>,
        transitions: &[crate::Transition],
    ) -> Option<Explanations> {
        if raw.value.of.value != "no" {
            let message = format!(
                "nobody explains a vote for `{}`",
                shown(&raw.value.of.value)
            );
            let help = "write `of: no`: votes against are explained";
            self.report
                .error(&raw.value.of, Code::CharterValue, message, help);
        }
        if !transitions.iter().any(|it| it.needs.vote().is_some()) {
            let message = "explanations are of votes, and there is no vote";
            self.error(raw, message, "remove `explanations`, or add a vote");
        }
        Some(Explanations {
            asked_by: self.people(raw, &raw.value.asked_by),
            answered_by: self.people(raw, &raw.value.answered_by),
            location: yaml::location(self.report.file, raw),
        })
    }
}
