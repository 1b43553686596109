//! Lazy consensus and elapsed time.

use althing_diag::Location;
use jiff::Timestamp;

use super::{Judge, Judgement, View};
use crate::{Guard, GuardKind, LazyConsensus, Need, Period, Since, Window, lifecycle::Objection};

impl Judge<'_> {
    /// Met at the end of the window, which starts anew with the state and with every edit of
    /// substance, and stands still under an objection (L-154, L-153, L-A09).
    pub(super) fn lazy_consensus(&self, rule: &LazyConsensus, place: &Location) -> Judgement {
        let subject = self.view.subject;
        let standing: Vec<&Objection> = subject.standing_objections().collect();
        if !standing.is_empty() {
            let needs = standing.into_iter();
            return Err(needs.map(|it| self.view.unresolved(it, place)).collect());
        }
        let Some(window) = self.view.consensus_window(rule) else {
            return Err(Vec::new());
        };
        if window.is_over(self.at) {
            let period = rule.public_for;
            return Ok(vec![format!(
                "nobody objected for {period}: {}",
                ended(&window)
            )]);
        }
        let what = format!("{} without an objection", rule.public_for);
        Err(vec![Need::new(what, place).in_time(&window)])
    }

    pub(super) fn elapsed(&self, period: Period, since: &Since, place: &Location) -> Judgement {
        let said = match since {
            Since::Opened => "it was opened".to_owned(),
            Since::Entered => format!("it came to `{}`", self.view.subject.state),
            Since::State(state) => format!("it came to `{state}`"),
            Since::Evidence(name) => format!("`{name}` was attached"),
        };
        let Some(window) = self.view.elapsing(period, since) else {
            let what = format!("{period} since {said}, which has not happened");
            return Err(vec![Need::new(what, place)]);
        };
        if window.is_over(self.at) {
            return Ok(vec![format!("{period} have passed since {said}")]);
        }
        let what = format!("{period} since {said}");
        Err(vec![Need::new(what, place).in_time(&window)])
    }
}

impl View<'_> {
    /// That an objection stands: whoever raised it takes it back, or those who may, settle it.
    pub(in crate::lifecycle) fn unresolved(&self, objection: &Objection, rule: &Location) -> Need {
        let Objection { number, raiser, .. } = objection;
        let lazy = self.lifecycle.lazy_consensus();
        let settlers = lazy.map(|lazy| self.everybody(&lazy.settled_by));
        let settlers = settlers
            .into_iter()
            .flatten()
            .filter(|it| it.id != raiser.id);
        let settlers = settlers.map(|account| account.login);
        let what = format!("objection {number} of {raiser} to be taken back or settled");
        Need::new(what, rule).by(std::iter::once(raiser.login.clone()).chain(settlers))
    }

    /// `None` while an objection stands: the window has no end.
    fn consensus_window(&self, rule: &LazyConsensus) -> Option<Window> {
        let subject = self.subject;
        let entered = subject.entered.get(&subject.state).copied();
        let start = entered.unwrap_or(subject.opened).max(subject.text_since);
        let pauses = subject.objections.iter();
        let pauses = pauses.map(|objection| Some((objection.raised, objection.resolved?)));
        let pauses: Vec<(Timestamp, Timestamp)> = pauses.collect::<Option<_>>()?;
        let calendar = self.ctx.charter.calendar();
        Some(calendar.end_with_pauses(start, rule.public_for, &pauses))
    }

    fn elapsing(&self, period: Period, since: &Since) -> Option<Window> {
        let subject = self.subject;
        let start = match since {
            Since::Opened => Some(subject.opened),
            Since::Entered => subject.entered.get(&subject.state).copied(),
            Since::State(state) => subject.entered.get(state).copied(),
            Since::Evidence(name) => subject.latest(name).map(|evidence| evidence.at),
        };
        Some(self.ctx.charter.calendar().explain(start?, period))
    }
}

/// The instants at which time alone may make a transition happen.
pub(in crate::lifecycle) struct Instants(Vec<Timestamp>);

impl Instants {
    /// Those of the state in which the subject is.
    pub(in crate::lifecycle) fn of(view: View<'_>) -> Self {
        let mut instants = Vec::new();
        if !view.subject.over {
            let transitions = view.lifecycle.leaving(&view.subject.state);
            for transition in transitions.filter(|it| !it.on.is_verb()) {
                collect(view, &transition.needs, &mut instants);
            }
        }
        instants.sort();
        instants.dedup();
        Self(instants)
    }

    /// Those after `start` and before `end`.
    pub(in crate::lifecycle) fn between(&self, start: Timestamp, end: Timestamp) -> Vec<Timestamp> {
        let instants = self.0.iter().copied();
        instants.filter(|at| *at > start && *at < end).collect()
    }

    /// The first after `now`; those at the end of time never come.
    pub(in crate::lifecycle) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let mut instants = self.0.iter().copied();
        instants.find(|at| *at > now && *at != Timestamp::MAX)
    }
}

fn collect(view: View<'_>, guard: &Guard, instants: &mut Vec<Timestamp>) {
    match &guard.kind {
        GuardKind::All(guards) | GuardKind::Any(guards) => {
            for guard in guards {
                collect(view, guard, instants);
            }
        }
        GuardKind::LazyConsensus(rule) => {
            instants.extend(view.consensus_window(rule).map(|window| window.end()));
        }
        GuardKind::Elapsed { period, since } => {
            instants.extend(view.elapsing(*period, since).map(|window| window.end()));
        }
        GuardKind::Vote(vote) => {
            if let Some(times) = view.voting_times(vote) {
                instants.extend([times.earliest, times.latest]);
            }
        }
        GuardKind::Not(_)
        | GuardKind::Approvals(_)
        | GuardKind::Evidence(_)
        | GuardKind::Actor(_)
        | GuardKind::Condition(_) => {}
    }
}

/// `ended Wed 4 Mar 2026 12:00 UTC`, of a window that is over.
fn ended(window: &Window) -> String {
    window.to_string().replacen("ends ", "the time ended ", 1)
}
