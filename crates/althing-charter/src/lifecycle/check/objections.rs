//! What objections must satisfy: one lifecycle has one rule about them.

use althing_diag::{Code, Finding, Location};

use super::Check;
use crate::{Guard, GuardKind, LazyConsensus, Transition, Trigger};

impl Check<'_, '_> {
    pub(super) fn objections(&mut self, transitions: &[Transition]) {
        let mut rules = Vec::new();
        for transition in transitions {
            collect(&transition.needs, &mut rules);
        }
        if let Some(((first, at), others)) = rules.split_first() {
            for (other, place) in others {
                if other.objectors != first.objectors || other.settled_by != first.settled_by {
                    let message = format!(
                        "the lazy consensus at {at} has other objectors, or others who settle"
                    );
                    let help = "write the same `objectors` and `settled-by` everywhere in a lifecycle: \
                                an objection stands whichever transition is tried";
                    self.finding(message, help, place);
                }
            }
            return;
        }
        for transition in transitions {
            if matches!(transition.on, Trigger::Objection | Trigger::Resolved) {
                let message = format!("nobody can object, so `{}` never happens", transition.name);
                let help = "add a transition with `lazy-consensus`, which says who can object";
                self.finding(message, help, &transition.location);
            }
        }
    }

    /// A finding at a place that is no longer as it was written.
    pub(super) fn finding(&mut self, message: String, help: &str, at: &Location) {
        let finding = Finding::error(Code::CharterLifecycle, message, help);
        self.report.findings.push(finding.at(at.clone()));
    }
}

fn collect<'a>(guard: &'a Guard, rules: &mut Vec<(&'a LazyConsensus, &'a Location)>) {
    match &guard.kind {
        GuardKind::LazyConsensus(rule) => rules.push((rule, &guard.location)),
        GuardKind::All(guards) | GuardKind::Any(guards) => {
            for guard in guards {
                collect(guard, rules);
            }
        }
        GuardKind::Not(guard) => collect(guard, rules),
        GuardKind::Vote(_)
        | GuardKind::Approvals(_)
        | GuardKind::Evidence(_)
        | GuardKind::Elapsed { .. }
        | GuardKind::Actor(_)
        | GuardKind::Condition(_) => {}
    }
}
