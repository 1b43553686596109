//! What happens by itself: time passes, transitions happen, votes open.

use althing_diag::{Code, Finding, Severity};
use jiff::Timestamp;

use super::{Run, refuse};
use crate::{
    Need, Otherwise, Record, Snapshot, StateName, Transition, Trigger, Verdict,
    lifecycle::{
        guard::{Closing, Doer, Instants, Judge},
        plan::Plan,
    },
};

/// A transition that is about to happen.
pub(super) struct Move<'a> {
    pub(super) transition: &'a Transition,
    /// Clauses that say why.
    pub(super) why: Vec<String>,
    pub(super) closing: Option<Closing>,
    pub(super) to: Option<StateName>,
    pub(super) plan: Plan,
}

impl<'a> Run<'a> {
    /// Lets happen what fell due since the last decision, in the order in which it fell due.
    pub(super) fn let_time_pass(&mut self) -> Result<(), Box<Finding>> {
        let instants = Instants::of(self.view());
        for due in instants.between(self.subject.judged, self.ctx.now) {
            let moved = self.step(due)?;
            if moved {
                break;
            }
        }
        self.settle(self.ctx.now)
    }

    /// Lets transitions happen until none does, then opens the vote of the state.
    pub(super) fn settle(&mut self, at: Timestamp) -> Result<(), Box<Finding>> {
        let mut moves = 0;
        while self.step(at)? {
            moves += 1;
            if moves > self.lifecycle.states.len() {
                let message = format!(
                    "{} would move in a circle that passes `{}`",
                    self.subject.id, self.subject.state
                );
                let help = "the charter must ask for something in one of these transitions that \
                            is not met by itself";
                let finding = Finding::error(Code::LifecycleCircle, message, help);
                return Err(Box::new(finding.by_rule(self.lifecycle.location.clone())));
            }
        }
        self.open_vote();
        self.explain();
        Ok(())
    }

    /// Lets the first transition happen that happens by itself.
    fn step(&mut self, at: Timestamp) -> Result<bool, Box<Finding>> {
        if self.subject.over {
            return Ok(false);
        }
        let lifecycle = self.lifecycle;
        let state = self.subject.state.clone();
        for transition in lifecycle.leaving(&state) {
            let Some(trigger) = self.triggered(transition) else {
                continue;
            };
            if let Ok(mut happening) = self.attempt(transition, at, Doer::Nobody) {
                happening.why.splice(0..0, trigger);
                if at < self.ctx.now {
                    happening.why.push(format!("due since {at}"));
                }
                self.happens(happening);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the transition happens by itself now, with what set it off.
    fn triggered(&self, transition: &Transition) -> Option<Option<String>> {
        let mut standing = self.subject.standing_objections();
        match transition.on {
            Trigger::Met => Some(None),
            Trigger::Objection => {
                let objection = standing.next()?;
                Some(Some(format!("{} objects", objection.raiser)))
            }
            Trigger::Resolved => {
                let settled = self.subject.settled && standing.next().is_none();
                settled.then(|| Some("every objection is settled".to_owned()))
            }
            Trigger::Edit => {
                (self.subject.revised).then(|| Some("there is a new revision".to_owned()))
            }
            Trigger::Withdraw | Trigger::Decline | Trigger::Close | Trigger::Move => None,
        }
    }

    /// What the transition would do, or what it lacks.
    pub(super) fn attempt(
        &self,
        transition: &'a Transition,
        at: Timestamp,
        doer: Doer<'_>,
    ) -> Result<Move<'a>, Vec<Need>> {
        let judge = Judge {
            view: self.view(),
            at,
            doer,
        };
        let mut why = judge.judge(&transition.needs)?;
        let mut closing = None;
        if let Some((vote, place)) = transition.needs.vote_at() {
            let result = judge.closing(transition, vote, place)?;
            why.push(result.outcome.sentence.clone());
            closing = Some(result);
        }
        let passed = closing
            .as_ref()
            .is_none_or(|closing| closing.outcome.verdict == Verdict::Passed);
        let (to, effects) = match (&transition.otherwise, passed) {
            (_, true) => (Some(&transition.to), transition.effects.as_slice()),
            (Some(Otherwise { to, effects }), false) => (Some(to), effects.as_slice()),
            (None, false) => (None, [].as_slice()),
        };
        let plan = Plan::of(self.view(), effects, to.unwrap_or(&self.subject.state))
            .map_err(|what| vec![Need::new(what, &transition.location)])?;
        Ok(Move {
            transition,
            why,
            closing,
            to: to.cloned(),
            plan,
        })
    }

    /// Records it.
    pub(super) fn happens(&mut self, happening: Move<'_>) {
        let Move {
            transition,
            mut why,
            closing,
            to,
            plan,
        } = happening;
        let verdict = closing.as_ref().map(|closing| closing.outcome.verdict);
        if let Some(closing) = closing {
            self.close_vote(transition, closing);
        }
        let Some(to) = to else {
            return;
        };
        let over = self.lifecycle.state(&to).is_some_and(|it| it.is_final);
        let word = match verdict {
            None | Some(Verdict::Passed | Verdict::Open) => transition.outcome.clone(),
            Some(Verdict::Failed) => Some("rejected".to_owned()),
            Some(Verdict::NoQuorum) => Some("no-quorum".to_owned()),
        };
        why.retain(|clause| !clause.is_empty());
        if why.is_empty() {
            why.push("nothing else is needed".to_owned());
        }
        self.push(Record::StateChanged {
            from: self.subject.state.clone(),
            to,
            transition: transition.name.clone(),
            why: why.join("; "),
            outcome: word.filter(|_| over),
            over,
            effects: plan.effects,
        });
        for role in plan.roles {
            self.push(role);
        }
    }

    fn close_vote(&mut self, transition: &Transition, closing: Closing) {
        let passed = closing.outcome.verdict == Verdict::Passed;
        self.push(Record::VoteClosed {
            transition: transition.name.clone(),
            verdict: closing.outcome.verdict,
            winner: closing.outcome.winner,
            sentence: closing.outcome.sentence,
            tally: closing.outcome.tally,
            electorate: closing.electorate,
        });
        if !passed {
            return;
        }
        // The vote has decided what was objected to.
        let standing: Vec<u32> = (self.subject.standing_objections())
            .map(|objection| objection.number)
            .collect();
        for number in standing {
            self.push(Record::ObjectionResolved {
                number,
                reason: Some("decided by vote".to_owned()),
            });
        }
    }

    /// Opens the vote that the state asks for, once for each time that the state is entered, and
    /// never for an electorate of nobody.
    fn open_vote(&mut self) {
        let subject = &self.subject;
        let had = subject.closed_vote.as_ref();
        let had = had.is_some_and(|vote| vote.moves == subject.moves);
        if subject.over || subject.vote.is_some() || had {
            return;
        }
        let view = self.view();
        let Some((transition, rule, place)) = view.vote_here() else {
            return;
        };
        let electorate = view.electorate(&rule.electorate, &rule.except);
        if electorate.is_empty() {
            let said = view.said(&rule.electorate);
            let message = format!("nobody may vote on {}: it waits", subject.id);
            let help = format!("give somebody the role: {said}");
            let note = Finding::error(Code::ElectorateEmpty, message, help)
                .with_severity(Severity::Warning)
                .by_rule(place.clone());
            self.note(note);
            return;
        }
        let frozen = rule.snapshot == Snapshot::Open;
        let electorate = frozen.then(|| electorate.iter().cloned().collect());
        let record = Record::VoteOpened {
            transition: transition.name.clone(),
            electorate: electorate.unwrap_or_default(),
            private: rule.private,
            text: subject.text,
        };
        self.push(record);
        self.remind_of_evidence();
    }

    /// Evidence that is declared, that no transition asks for and that is not there yet (L-119).
    fn remind_of_evidence(&mut self) {
        let lifecycle = self.lifecycle;
        for (name, evidence) in &lifecycle.evidence {
            let mut transitions = lifecycle.transitions.iter();
            let asked = transitions.any(|it| it.needs.asks_for(name));
            if !asked && self.subject.latest(name).is_none() {
                let message = format!("`{name}` is not attached to {}", self.subject.id);
                let what = evidence.description.as_deref().unwrap_or("it is missed");
                let help = format!("attach it: {what}");
                let note = Finding::error(Code::EvidenceMissing, message, help);
                let note = note.with_severity(Severity::Warning);
                self.note(note.by_rule(evidence.location.clone()));
            }
        }
    }

    pub(super) fn note(&mut self, note: Finding) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Refuses whom a rule does not name.
    pub(super) fn must_be(
        &self,
        who: &[crate::Who],
        what: &str,
        rule: &althing_diag::Location,
    ) -> Result<(), Box<Finding>> {
        let view = self.view();
        if view.is_one_of(self.actor, who) {
            return Ok(());
        }
        let said = view.said(who);
        let message = format!("{} may not {what}", self.actor.account);
        let help = format!("ask {said}");
        refuse(Code::NotAllowed, message, help)
            .map_err(|finding: Box<Finding>| Box::new(finding.by_rule(rule.clone())))
    }
}
