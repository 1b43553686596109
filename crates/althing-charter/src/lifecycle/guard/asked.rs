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
        let of_all = |guards: &'g [Guard]| {
            let asked = guards.iter().flat_map(|it| self.approvals_asked(it));
            asked.collect()
        };
        match &guard.kind {
            GuardKind::Approvals(needs) => needs.iter().collect(),
            GuardKind::All(_) | GuardKind::Any(_) if self.settled(guard).is_some() => Vec::new(),
            GuardKind::All(guards) | GuardKind::Any(guards) => of_all(guards),
            GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => Vec::new(),
        }
    }

    /// Whether its conditions alone say that it is met, or that it is not; a condition that cannot
    /// be told does not hold.
    pub(in crate::lifecycle) fn settled(&self, guard: &Guard) -> Option<bool> {
        let parts = |guards: &[Guard], decisive: bool| {
            let parts: Vec<Option<bool>> = guards.iter().map(|it| self.settled(it)).collect();
            if parts.contains(&Some(decisive)) {
                Some(decisive)
            } else {
                let open = parts.contains(&None);
                (!open).then_some(!decisive)
            }
        };
        match &guard.kind {
            GuardKind::Condition(_) => Some(self.judge(guard).is_ok()),
            GuardKind::All(guards) => parts(guards, false),
            GuardKind::Any(guards) => parts(guards, true),
            GuardKind::Not(_)
            | GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_) => None,
        }
    }
}
