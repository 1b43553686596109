//! Which approvals a guard asks for as things are.

use super::Judge;
use crate::{ApprovalNeed, Guard, GuardKind};

impl Judge<'_> {
    /// The approvals that it asks for now: none beside a condition that does not hold, and none
    /// on a way beside one that a condition leaves free.
    pub(in crate::lifecycle) fn approvals_asked<'g>(
        &self,
        guard: &'g Guard,
    ) -> Vec<&'g ApprovalNeed> {
        let all = |guards: &'g [Guard]| {
            let asked = guards.iter().flat_map(|it| self.approvals_asked(it));
            asked.collect()
        };
        match &guard.kind {
            GuardKind::Approvals(needs) => needs.iter().collect(),
            GuardKind::All(guards) if self.conditions(guards).any(|holds| !holds) => Vec::new(),
            GuardKind::Any(guards) if self.conditions(guards).any(|holds| holds) => Vec::new(),
            GuardKind::All(guards) | GuardKind::Any(guards) => all(guards),
            GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => Vec::new(),
        }
    }

    /// Whether each condition among the guards holds; one that cannot be told does not.
    fn conditions(&self, guards: &[Guard]) -> impl Iterator<Item = bool> {
        let conditions = guards
            .iter()
            .filter(|guard| matches!(guard.kind, GuardKind::Condition(_)));
        conditions.map(|guard| self.judge(guard).is_ok())
    }
}
