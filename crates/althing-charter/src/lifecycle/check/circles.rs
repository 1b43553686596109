//! Transitions that would happen by themselves again and again without end.

use std::collections::BTreeSet;

use super::{
    Check,
    conditions::{Asked, Sample, Samples},
};
use crate::{Guard, GuardKind, StateName, Transition, Trigger};

/// How many samples of subjects are followed.
const FOLLOWED: usize = 32;

impl Check<'_, '_> {
    pub(super) fn circles(&mut self, transitions: &[Transition]) {
        let free: Vec<&Transition> = (transitions.iter())
            .filter(|it| happens_by_itself(it.on) && is_free(&it.needs))
            .collect();
        let Some((circle, when)) = self.circle(&free) else {
            return;
        };
        let states: Vec<String> = circle.iter().map(|it| format!("`{}`", it.to)).collect();
        let message = format!(
            "a subject would go round without end{when}: {}",
            states.join(", ")
        );
        let help = "let one of these transitions need something that is not met by itself";
        if let Some(first) = circle.first() {
            self.finding(message, help, &first.location);
        }
    }

    /// Transitions that follow each other for ever, and for which subjects.
    fn circle<'t>(&self, free: &[&'t Transition]) -> Option<(Vec<&'t Transition>, String)> {
        if !could_circle(free) {
            return None;
        }
        let mut asked = Asked::default();
        for transition in free {
            for part in transition.needs.parts() {
                if let GuardKind::Condition(condition) = &part.kind {
                    asked.add(condition.program.expression());
                }
            }
        }
        let samples = Samples::of(&self.name, &self.attributes, self.names.roles, &asked);
        for sample in samples.some(FOLLOWED) {
            for objected in [false, true] {
                for state in &self.states {
                    let happens = |it: &Transition| {
                        (objected || it.on == Trigger::Met) && holds(&it.needs, &sample, &samples)
                    };
                    if let Some(circle) = follow(free, &state.name, happens) {
                        let when = if objected && circle.iter().any(|it| it.on != Trigger::Met) {
                            " while an objection stands".to_owned()
                        } else {
                            sample.described()
                        };
                        return Some((circle, when));
                    }
                }
            }
        }
        None
    }
}

/// Whether it happens as long as nobody does anything. An objection is resolved once.
fn happens_by_itself(on: Trigger) -> bool {
    match on {
        Trigger::Met | Trigger::Objection => true,
        Trigger::Resolved
        | Trigger::Edit
        | Trigger::Withdraw
        | Trigger::Decline
        | Trigger::Close
        | Trigger::Move => false,
    }
}

/// Whether it asks for nothing but conditions, which hold as long as nobody does anything.
fn is_free(guard: &Guard) -> bool {
    guard.parts().into_iter().all(|part| match &part.kind {
        GuardKind::All(_) | GuardKind::Any(_) | GuardKind::Not(_) | GuardKind::Condition(_) => true,
        GuardKind::Vote(_)
        | GuardKind::LazyConsensus(_)
        | GuardKind::Approvals(_)
        | GuardKind::Evidence(_)
        | GuardKind::Elapsed { .. }
        | GuardKind::Actor(_) => false,
    })
}

/// Whether a guard that is free holds; a condition that has no answer does not.
fn holds(guard: &Guard, sample: &Sample, samples: &Samples<'_>) -> bool {
    match &guard.kind {
        GuardKind::All(guards) => guards.iter().all(|it| holds(it, sample, samples)),
        GuardKind::Any(guards) => guards.iter().any(|it| holds(it, sample, samples)),
        GuardKind::Not(guard) => !holds(guard, sample, samples),
        GuardKind::Condition(condition) => {
            condition.holds(sample.facts(samples, "state")) == Ok(true)
        }
        GuardKind::Vote(_)
        | GuardKind::LazyConsensus(_)
        | GuardKind::Approvals(_)
        | GuardKind::Evidence(_)
        | GuardKind::Elapsed { .. }
        | GuardKind::Actor(_) => false,
    }
}

/// Whether there is a circle at all, whatever the conditions say: states that nothing leads to
/// are taken away until none is left.
fn could_circle(free: &[&Transition]) -> bool {
    let mut left = free.to_vec();
    loop {
        let reached: BTreeSet<&StateName> = left.iter().map(|it| &it.to).collect();
        let before = left.len();
        left.retain(|it| it.from.iter().any(|from| reached.contains(from)));
        if left.len() == before {
            return !left.is_empty();
        }
    }
}

/// The circle into which a subject gets that is in `state` for good, if it does.
fn follow<'t>(
    free: &[&'t Transition],
    state: &StateName,
    happens: impl Fn(&Transition) -> bool,
) -> Option<Vec<&'t Transition>> {
    let mut state = state;
    let mut path: Vec<(&StateName, &'t Transition)> = Vec::new();
    loop {
        let mut leaving = free.iter().filter(|it| it.from.contains(state));
        let next = leaving.find(|it| happens(it))?;
        if let Some(start) = path.iter().position(|(passed, _)| *passed == state) {
            return Some(path.into_iter().skip(start).map(|(_, it)| it).collect());
        }
        path.push((state, next));
        state = &next.to;
    }
}
