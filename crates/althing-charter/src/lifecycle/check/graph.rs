//! What states and transitions must satisfy together.

use std::collections::BTreeSet;

use althing_diag::{Code, Finding, yaml::Spanned};

use super::Check;
use crate::{State, StateName, Transition};

impl Check<'_, '_> {
    pub(super) fn graph(&mut self, lifecycle: &Spanned<String>, transitions: &[Transition]) {
        let Some(first) = self.states.first() else {
            return;
        };
        if !self.states.iter().any(|state| state.is_final) {
            let message = format!(
                "lifecycle `{}` has no final state, so nothing is ever over",
                self.name
            );
            let help = "write `final: true` at the states in which a subject is over";
            self.report
                .error(lifecycle, Code::CharterUnreachable, message, help);
            return;
        }
        if first.is_final {
            let message = format!(
                "a subject would be over as soon as it is opened, in `{}`",
                first.name
            );
            let help = "list first the state in which a subject is opened";
            self.report
                .error(lifecycle, Code::CharterUnreachable, message, help);
        }
        let reached = reached(&first.name, transitions);
        let ending = ending(&self.states, transitions);
        let mut findings = Vec::new();
        for state in &self.states {
            let name = &state.name;
            let found = if !reached.contains(name) {
                let help = "add a transition that leads to it, or remove the state";
                Some((format!("no transition leads to state `{name}`"), help))
            } else if state.is_final || ending.contains(name) {
                None
            } else if transitions.iter().any(|it| it.from.contains(name)) {
                let help = "add a transition that leads on, or make the state `final`";
                Some((
                    format!("no final state can be reached from state `{name}`"),
                    help,
                ))
            } else {
                let help = "add a transition that leaves it, or make it `final`";
                Some((format!("no transition leaves state `{name}`"), help))
            };
            if let Some((message, help)) = found {
                let finding = Finding::error(Code::CharterUnreachable, message, help);
                findings.push(finding.at(state.location.clone()));
            }
        }
        self.report.findings.extend(findings);
    }
}

/// Where a transition can lead.
fn targets(transition: &Transition) -> impl Iterator<Item = &StateName> {
    let otherwise = transition.otherwise.iter().map(|otherwise| &otherwise.to);
    std::iter::once(&transition.to).chain(otherwise)
}

/// The states that a subject which is opened in `first` can be in.
fn reached<'a>(first: &'a StateName, transitions: &'a [Transition]) -> BTreeSet<&'a StateName> {
    let mut reached = BTreeSet::from([first]);
    let mut waiting = vec![first];
    while let Some(state) = waiting.pop() {
        let leaving = transitions.iter().filter(|it| it.from.contains(state));
        for target in leaving.flat_map(targets) {
            if reached.insert(target) {
                waiting.push(target);
            }
        }
    }
    reached
}

/// The states from which a final one can be reached.
fn ending<'a>(states: &'a [State], transitions: &'a [Transition]) -> BTreeSet<&'a StateName> {
    let is_final = states.iter().filter(|state| state.is_final);
    let mut ending: BTreeSet<&StateName> = is_final.map(|state| &state.name).collect();
    let mut waiting: Vec<&StateName> = ending.iter().copied().collect();
    while let Some(state) = waiting.pop() {
        let leading = transitions
            .iter()
            .filter(|it| targets(it).any(|to| to == state));
        for source in leading.flat_map(|transition| &transition.from) {
            if ending.insert(source) {
                waiting.push(source);
            }
        }
    }
    ending
}
