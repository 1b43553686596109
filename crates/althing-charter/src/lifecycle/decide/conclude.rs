//! Withdrawing, declining, closing, moving.

use althing_diag::{Code, Finding, Location, id::SubjectId};
use jiff::Timestamp;

use super::{Run, settle::Move};
use crate::{
    Event, Need, StateName, Transition, Trigger, Way,
    lifecycle::{guard::Doer, guard::Judge, need::sentences},
};

/// What somebody does to move a subject on.
struct Verb<'a> {
    trigger: Trigger,
    to: Option<&'a StateName>,
    /// As in "may not withdraw it".
    name: &'static str,
    /// As in "withdrawn by".
    done: &'static str,
    reason: Option<&'a str>,
}

impl<'a> Verb<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        let verb = |trigger, name, done, reason: &'a Option<String>| Self {
            trigger,
            to: None,
            name,
            done,
            reason: reason.as_deref(),
        };
        Some(match event {
            Event::Withdraw { reason } => verb(Trigger::Withdraw, "withdraw", "withdrawn", reason),
            Event::Decline { reason } => verb(Trigger::Decline, "decline", "declined", reason),
            Event::Close { reason } => verb(Trigger::Close, "close", "closed", reason),
            Event::Move { to, reason } => Self {
                to: Some(to),
                ..verb(Trigger::Move, "move", "moved", reason)
            },
            Event::Open { .. }
            | Event::Edit { .. }
            | Event::Vote { .. }
            | Event::Object { .. }
            | Event::Resolve { .. }
            | Event::Approve
            | Event::Attach { .. }
            | Event::Ask
            | Event::Answer { .. }
            | Event::Tick => return None,
        })
    }

    /// `withdraw P1`, `move P1 to `voting``.
    fn active(&self, subject: &SubjectId) -> String {
        match self.to {
            Some(to) => format!("{} {subject} to `{to}`", self.name),
            None => format!("{} {subject}", self.name),
        }
    }

    /// `be withdrawn`, `be moved to `voting``.
    fn passive(&self) -> String {
        match self.to {
            Some(to) => format!("be {} to `{to}`", self.done),
            None => format!("be {}", self.done),
        }
    }
}

impl<'a> Run<'a> {
    /// Lets the first transition happen that the verb sets off and whose guard is met.
    pub(super) fn conclude(&mut self, event: &Event) -> Result<(), Box<Finding>> {
        let Some(verb) = Verb::of(event) else {
            return Ok(());
        };
        let ways: Vec<&'a Transition> = (self.lifecycle.transitions.iter())
            .filter(|it| it.from.contains(&self.subject.state) && it.on == verb.trigger)
            .filter(|it| verb.to.is_none_or(|to| it.to == *to))
            .collect();
        let mut lacking = Vec::new();
        for way in ways {
            match self.attempt(way, self.ctx.now, Doer::Actor(self.actor)) {
                Ok(happening) => {
                    self.done(happening, &verb);
                    return Ok(());
                }
                Err(needs) => lacking.push((way, needs)),
            }
        }
        if verb.trigger == Trigger::Close {
            // A way that is for other subjects than this one is none.
            lacking.retain(|(way, _)| !self.is_for_others(way));
        }
        Err(match (lacking.as_slice(), verb.trigger) {
            ([], Trigger::Close) => self.nothing_to_close(&verb),
            ([], _) => self.no_way(&verb),
            (lacking, _) => self.lacks(lacking, &verb),
        })
    }

    fn done(&mut self, mut happening: Move<'a>, verb: &Verb<'_>) {
        let by = format!("{} by {}", verb.done, self.actor.account);
        let reason = verb.reason.map(str::trim).filter(|it| !it.is_empty());
        happening.why.insert(
            0,
            match reason {
                Some(reason) => format!("{by}: {reason}"),
                None => by,
            },
        );
        self.happens(happening);
    }

    /// Whoever would be allowed to, had something else been there, learns what; who would not be,
    /// learns that.
    fn lacks(&self, lacking: &[(&Transition, Vec<Need>)], verb: &Verb<'_>) -> Box<Finding> {
        let met = |way: &Transition, doer| {
            let judge = Judge {
                view: self.view(),
                at: self.ctx.now,
                doer,
            };
            judge.judge(&way.needs).is_ok()
        };
        let only_the_actor = |(way, _): &&(&Transition, Vec<Need>)| {
            met(way, Doer::Whoever) && !met(way, Doer::Actor(self.actor))
        };
        let may = |(way, _): &&(&Transition, Vec<Need>)| met(way, Doer::Only(self.actor));
        let subject = &self.subject;
        let wrong_actor = lacking.iter().find(only_the_actor);
        match (wrong_actor, lacking.iter().find(may)) {
            (None, Some((way, needs))) => {
                let message = format!(
                    "{} cannot {} yet: {}",
                    subject.id,
                    verb.passive(),
                    sentences(needs)
                );
                self.early(message, needs, &way.location)
            }
            (Some((way, needs)), _) => self.not_allowed(verb, needs, &way.location),
            (None, None) => match lacking.first() {
                Some((way, needs)) => self.not_allowed(verb, needs, &way.location),
                None => self.no_way(verb),
            },
        }
    }

    fn is_for_others(&self, way: &Transition) -> bool {
        let judge = Judge {
            view: self.view(),
            at: self.ctx.now,
            doer: Doer::Nobody,
        };
        judge.settled(&way.needs) == Some(false)
    }

    fn not_allowed(&self, verb: &Verb<'_>, needs: &[Need], rule: &Location) -> Box<Finding> {
        let message = format!(
            "{} may not {}",
            self.actor.account,
            verb.active(&self.subject.id)
        );
        let help = format!("it needs {}", sentences(needs));
        let finding = Finding::error(Code::NotAllowed, message, help);
        let rule = needs.first().map_or(rule, |need| &need.rule);
        Box::new(finding.by_rule(rule.clone()))
    }

    /// Nobody closes a subject of this kind by hand: what would conclude it, and when?
    fn nothing_to_close(&self, verb: &Verb<'_>) -> Box<Finding> {
        let here = self.lifecycle.leaving(&self.subject.state);
        let waits = here.filter(|it| it.on == Trigger::Met && !self.is_for_others(it));
        let mut ways: Vec<Way> = waits.map(|it| self.view().way(it)).collect();
        let first = |way: &Way| way.needs.iter().filter_map(|need| need.until).min();
        ways.retain(|way| way.decides || first(way).is_some());
        ways.sort_by_key(|way| first(way).unwrap_or(Timestamp::MAX));
        if ways.is_empty() {
            return self.no_way(verb);
        }
        let said: Vec<String> = ways.iter().map(|way| sentences(&way.needs)).collect();
        let message = format!(
            "{} cannot be closed yet: it needs {}",
            self.subject.id,
            said.join(", or ")
        );
        let needs: Vec<Need> = ways.into_iter().flat_map(|way| way.needs).collect();
        self.early(message, &needs, &self.lifecycle.location)
    }

    fn early(&self, message: String, needs: &[Need], rule: &Location) -> Box<Finding> {
        let times = needs.iter().filter_map(|need| Some((need.until?, need)));
        let next = times.min_by_key(|(until, _)| *until);
        let help = match next.and_then(|(_, need)| need.window.clone()) {
            Some(window) => format!("wait: the time {window}"),
            None => "bring about what is missing; `althing subject next` lists it".to_owned(),
        };
        let rule = needs.first().map_or(rule, |need| &need.rule);
        Box::new(Finding::error(Code::TooEarly, message, help).by_rule(rule.clone()))
    }

    fn no_way(&self, verb: &Verb<'_>) -> Box<Finding> {
        let state = &self.subject.state;
        let message = format!(
            "nobody can {} while it is in `{state}`",
            verb.active(&self.subject.id)
        );
        let ways = self.view().ways();
        let verbs = ways.iter().filter(|way| way.trigger.is_verb());
        let verbs: Vec<String> = verbs
            .map(|way| match way.trigger {
                Trigger::Move => format!("move to `{}`", way.to),
                Trigger::Withdraw => "withdraw".to_owned(),
                Trigger::Decline => "decline".to_owned(),
                Trigger::Close
                | Trigger::Met
                | Trigger::Objection
                | Trigger::Resolved
                | Trigger::Edit => "close".to_owned(),
            })
            .collect();
        let help = match verbs.as_slice() {
            [] => format!("`{state}` is left by itself, when what it waits for is there"),
            verbs => format!("from here one can {}", verbs.join(", ")),
        };
        let rule = self.lifecycle.state(state).map(|it| it.location.clone());
        let finding = Finding::error(Code::NoTransition, message, help);
        Box::new(match rule {
            Some(rule) => finding.by_rule(rule),
            None => finding,
        })
    }
}
