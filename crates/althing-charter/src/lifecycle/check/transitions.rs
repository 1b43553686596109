//! What transitions must satisfy.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Location,
    yaml::{self, Spanned},
};

use super::Check;
use crate::{
    Guard, GuardKind, Otherwise, SourceKind, StateName, Transition, Trigger,
    lifecycle::raw::{RawTransition, RawTrigger},
    rules::{bad_name, shown},
};

impl Check<'_, '_> {
    pub(super) fn transitions(
        &mut self,
        raw: Vec<Spanned<RawTransition>>,
        sources: &[SourceKind],
    ) -> Vec<Transition> {
        let mut seen = BTreeMap::<String, Location>::new();
        let mut transitions = Vec::new();
        for raw in raw {
            let name = &raw.value.name;
            let at = yaml::location(self.report.file, name);
            if let Some(first) = seen.get(&name.value) {
                let message = format!(
                    "there is a transition `{}` at {first} already",
                    shown(&name.value)
                );
                self.error(name, message, "give each transition a name of its own");
            } else {
                seen.insert(name.value.clone(), at);
            }
            transitions.extend(self.transition(&raw, sources));
        }
        self.one_vote_per_state(&transitions);
        transitions
    }

    fn transition(
        &mut self,
        spanned: &Spanned<RawTransition>,
        sources: &[SourceKind],
    ) -> Option<Transition> {
        let raw = &spanned.value;
        let name = bad_name(raw.name.value.parse(), &raw.name, &mut self.report);
        let on = trigger(raw.on);
        let from = self.left(raw);
        let to = self.known_state(&raw.to);
        let needs = match &raw.needs {
            Some(needs) => self.guard(needs, on),
            None => Guard {
                kind: GuardKind::All(Vec::new()),
                location: yaml::location(self.report.file, spanned),
            },
        };
        let effects = self.effects(&raw.effects, sources);
        let otherwise = self.otherwise(raw, &needs, sources);
        let outcome = raw
            .outcome
            .as_ref()
            .and_then(|it| self.outcome(it, to.as_ref()));
        Some(Transition {
            name: name?,
            from,
            to: to?,
            on,
            needs,
            otherwise,
            outcome,
            effects,
            location: yaml::location(self.report.file, spanned),
        })
    }

    /// The states that a transition leaves.
    fn left(&mut self, raw: &RawTransition) -> Vec<StateName> {
        let mut from = Vec::new();
        let mut listed: Vec<&Spanned<String>> = raw.from.0.iter().collect();
        self.at_most(&raw.name, "names in `from`", &mut listed);
        for written in listed {
            let Some(state) = self.known_state(written) else {
                continue;
            };
            if self.is_final(&state) {
                let message = format!("state `{state}` is final, so nothing leaves it");
                let help = "take it out of `from`, or the state is not `final`";
                self.error(written, message, help);
            }
            if from.contains(&state) {
                let message = format!("state `{state}` is listed twice");
                self.error(written, message, "list it once");
            } else {
                from.push(state);
            }
        }
        if raw.from.0.is_empty() {
            let message = format!("transition `{}` leaves no state", shown(&raw.name.value));
            self.error(
                &raw.name,
                message,
                "list under `from` the states that it leaves",
            );
        }
        from
    }

    pub(super) fn is_final(&self, name: &StateName) -> bool {
        let mut states = self.states.iter();
        states.any(|state| state.name == *name && state.is_final)
    }

    fn otherwise(
        &mut self,
        raw: &RawTransition,
        needs: &Guard,
        sources: &[SourceKind],
    ) -> Option<Otherwise> {
        let to = raw.otherwise.as_ref().and_then(|it| self.known_state(it));
        let effects = self.effects(&raw.otherwise_effects, sources);
        // A vote that could not be read, or stands where none can, has left a finding.
        let votes = (raw.needs.as_ref()).is_some_and(|needs| needs.value.mentions_vote());
        match (&raw.otherwise, needs.vote()) {
            (Some(otherwise), None) if !votes => {
                let message = "only a vote can fail, and there is none to lead elsewhere";
                let help = "remove `otherwise`, or add a vote to `needs`";
                self.error(otherwise, message, help);
            }
            (None, Some(_)) => {
                let name = shown(&raw.name.value);
                let message = format!("the vote of `{name}` can fail, and leads nowhere then");
                let help = "write under `otherwise` the state to which it leads";
                self.error(&raw.name, message, help);
            }
            (Some(_) | None, _) => {}
        }
        if let (None, Some(first)) = (&raw.otherwise, raw.otherwise_effects.first()) {
            let message = "these effects would never happen, because there is no `otherwise`";
            self.error(first, message, "remove them, or add `otherwise`");
        }
        to.map(|to| Otherwise { to, effects })
    }

    fn outcome(&mut self, written: &Spanned<String>, to: Option<&StateName>) -> Option<String> {
        if written.value.parse::<StateName>().is_err() {
            let message = format!("`{}` is no outcome", shown(&written.value));
            let help = "write small letters, with hyphens or blanks between words: `no-quorum`";
            self.report
                .error(written, Code::CharterValue, message, help);
        }
        if let Some(to) = to.filter(|to| !self.is_final(to)) {
            let message = format!("state `{to}` is not final, so there is no outcome yet");
            self.error(
                written,
                message,
                "remove `outcome`, or make the state `final`",
            );
        }
        Some(written.value.clone())
    }

    fn one_vote_per_state(&mut self, transitions: &[Transition]) {
        let mut voting = BTreeMap::<&StateName, &Transition>::new();
        for transition in transitions {
            if transition.needs.vote().is_none() {
                continue;
            }
            for state in &transition.from {
                if let Some(first) = voting.insert(state, transition) {
                    let message = format!(
                        "state `{state}` has two votes, of `{}` and of `{}`",
                        first.name, transition.name
                    );
                    let help = "let one of them leave another state";
                    self.finding(message, help, &transition.location);
                }
            }
        }
    }
}

fn trigger(raw: RawTrigger) -> Trigger {
    match raw {
        RawTrigger::Met => Trigger::Met,
        RawTrigger::Objection => Trigger::Objection,
        RawTrigger::Resolved => Trigger::Resolved,
        RawTrigger::Edit => Trigger::Edit,
        RawTrigger::Withdraw => Trigger::Withdraw,
        RawTrigger::Decline => Trigger::Decline,
        RawTrigger::Close => Trigger::Close,
        RawTrigger::Move => Trigger::Move,
    }
}
