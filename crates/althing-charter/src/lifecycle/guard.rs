//! Whether a guard is met, and if not, what is missing.

mod approvals;
mod asked;
mod evidence;
mod time;
mod vote;

use althing_diag::Location;
use jiff::Timestamp;

use super::{Actor, Condition, ConditionFacts, Guard, GuardKind, Need, context::View, need};
use crate::Who;

pub(super) use time::Instants;
pub(super) use vote::Closing;

/// Who makes the transition happen that a guard stands before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doer<'a> {
    /// Nobody: it happens by itself.
    Nobody,
    /// This person or machine.
    Actor(&'a Actor),
    /// Somebody who may: asked in order to tell what else is missing.
    Whoever,
    /// This person or machine, everything else granted: asked in order to tell whether only the
    /// person is wrong.
    Only(&'a Actor),
}

/// A guard's judge at a time, which may lie before now when time is let pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a> {
    pub(super) view: View<'a>,
    pub(super) at: Timestamp,
    pub(super) doer: Doer<'a>,
}

/// What made a guard hold, in clauses; or what it lacks.
pub(super) type Judgement = Result<Vec<String>, Vec<Need>>;

impl Judge<'_> {
    /// Judges everything but the vote, which is looked at when all else is met.
    pub(super) fn judge(&self, guard: &Guard) -> Judgement {
        let rule = &guard.location;
        if let Doer::Only(_) = self.doer {
            return self.granted(guard);
        }
        match &guard.kind {
            GuardKind::All(guards) => self.all(guards),
            GuardKind::Any(guards) => self.any(guards, rule),
            GuardKind::Not(guard) => self.not(guard),
            GuardKind::Vote(_) => Ok(Vec::new()),
            GuardKind::LazyConsensus(lazy) => self.lazy_consensus(lazy, rule),
            GuardKind::Approvals(needs) => self.approvals(needs),
            GuardKind::Evidence(need) => self.evidence(need, rule),
            GuardKind::Elapsed { period, since } => self.elapsed(*period, since, rule),
            GuardKind::Actor(who) => self.actor(who, rule),
            GuardKind::Condition(condition) => self.condition(condition, rule),
        }
    }

    fn all(&self, guards: &[Guard]) -> Judgement {
        let mut reasons = Vec::new();
        let mut needs = Vec::new();
        for guard in guards {
            match self.judge(guard) {
                Ok(more) => reasons.extend(more),
                Err(more) => needs.extend(more),
            }
        }
        if needs.is_empty() {
            Ok(reasons)
        } else {
            Err(needs)
        }
    }

    fn any(&self, guards: &[Guard], rule: &Location) -> Judgement {
        let mut ways = Vec::new();
        for guard in guards {
            match self.judge(guard) {
                Ok(reasons) => return Ok(reasons),
                Err(needs) => ways.push(needs),
            }
        }
        let clauses: Vec<String> = ways.iter().map(|needs| need::sentences(needs)).collect();
        let all = || ways.iter().flatten();
        let mut needed = Need::new(format!("either {}", clauses.join(", or ")), rule);
        needed.until = all().filter_map(|need| need.until).min();
        Err(vec![needed.by(all().flat_map(|need| need.who.clone()))])
    }

    fn not(&self, guard: &Guard) -> Judgement {
        if let (GuardKind::Actor(_), Doer::Whoever) = (&guard.kind, self.doer) {
            return Ok(Vec::new());
        }
        let rule = &guard.location;
        // What cannot be told is neither met nor its contrary.
        if let GuardKind::Condition(condition) = &guard.kind
            && let Err(why) = self.holds(condition)
        {
            return Err(vec![self.untold(condition, &why, rule)]);
        }
        match self.judge(guard) {
            Err(_) => Ok(Vec::new()),
            Ok(_) => {
                let what = match &guard.kind {
                    GuardKind::Actor(who) => {
                        format!("somebody else than {}", self.view.said(who))
                    }
                    GuardKind::Evidence(need) => format!("no `{}`", need.name),
                    GuardKind::Condition(condition) => {
                        format!("that `{}` is not so", condition.source)
                    }
                    GuardKind::All(_)
                    | GuardKind::Any(_)
                    | GuardKind::Not(_)
                    | GuardKind::Vote(_)
                    | GuardKind::LazyConsensus(_)
                    | GuardKind::Approvals(_)
                    | GuardKind::Elapsed { .. } => "the contrary".to_owned(),
                };
                Err(vec![Need::new(what, rule)])
            }
        }
    }

    /// Judges the actors alone.
    fn granted(&self, guard: &Guard) -> Judgement {
        let Doer::Only(actor) = self.doer else {
            return Ok(Vec::new());
        };
        let refused = || Err(vec![Need::new("somebody else", &guard.location)]);
        let yes = |guard: &Guard| self.granted(guard).is_ok();
        let granted = match &guard.kind {
            GuardKind::All(guards) => guards.iter().all(yes),
            GuardKind::Any(guards) => guards.iter().any(yes),
            GuardKind::Actor(who) => self.view.is_one_of(actor, who),
            GuardKind::Not(inner) => match &inner.kind {
                GuardKind::Actor(who) => !self.view.is_one_of(actor, who),
                GuardKind::All(_)
                | GuardKind::Any(_)
                | GuardKind::Not(_)
                | GuardKind::Vote(_)
                | GuardKind::LazyConsensus(_)
                | GuardKind::Approvals(_)
                | GuardKind::Evidence(_)
                | GuardKind::Elapsed { .. }
                | GuardKind::Condition(_) => true,
            },
            GuardKind::Vote(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Approvals(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Condition(_) => true,
        };
        if granted { Ok(Vec::new()) } else { refused() }
    }

    fn actor(&self, who: &[Who], rule: &Location) -> Judgement {
        let is_it = match self.doer {
            Doer::Whoever => true,
            Doer::Actor(actor) | Doer::Only(actor) => self.view.is_one_of(actor, who),
            Doer::Nobody => false,
        };
        if is_it {
            return Ok(Vec::new());
        }
        let logins = self.view.everybody(who).into_iter();
        let what = format!("an act of {}", self.view.said(who));
        Err(vec![
            Need::new(what, rule).by(logins.map(|account| account.login)),
        ])
    }

    fn condition(&self, condition: &Condition, rule: &Location) -> Judgement {
        match self.holds(condition) {
            Ok(true) => Ok(Vec::new()),
            Ok(false) => {
                let what = format!("that `{}`", condition.source);
                Err(vec![Need::new(what, rule)])
            }
            Err(why) => Err(vec![self.untold(condition, &why, rule)]),
        }
    }

    fn untold(&self, condition: &Condition, why: &str, rule: &Location) -> Need {
        let what = format!("to know whether `{}`: {why}", condition.source);
        Need::new(what, rule)
    }

    fn holds(&self, condition: &Condition) -> Result<bool, String> {
        let View {
            ctx,
            lifecycle,
            subject,
        } = self.view;
        // Counting everybody's roles takes its time, and few conditions ask for it.
        let asked = condition.source.contains("holders");
        let holders = if asked {
            ctx.holders()
        } else {
            Default::default()
        };
        condition.holds(ConditionFacts {
            id: subject.id.as_str(),
            title: &subject.title,
            state: subject.state.as_str(),
            lifecycle: &lifecycle.name,
            opener: &subject.opener.login,
            declared: &lifecycle.attributes,
            attributes: &subject.attributes,
            holders: &holders,
            catalog: ctx.catalog,
        })
    }
}
