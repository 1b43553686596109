//! The right to hear, without names, why others voted against (L-109…L-113).

use althing_diag::{Code, Finding};

use super::Run;
use crate::{Asked, Choice, Explanations, Record};

impl<'a> Run<'a> {
    pub(super) fn ask(&mut self) -> Result<(), Box<Finding>> {
        let rule = self.explanations()?;
        self.must_be(
            &rule.asked_by,
            "ask why others voted against",
            &rule.location,
        )?;
        if self.subject.closed_vote.is_none() {
            let message = format!("the vote on {} is not over", self.subject.id);
            let help = "ask again when it is, whatever comes out";
            let finding = Finding::error(Code::TooEarly, message, help);
            return Err(Box::new(finding.by_rule(rule.location.clone())));
        }
        if self.subject.asked == Asked::No {
            self.push(Record::ExplanationAsked);
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, text: &str) -> Result<(), Box<Finding>> {
        let rule = self.explanations()?;
        let who = &rule.answered_by;
        self.must_be(who, "answer for those who voted", &rule.location)?;
        let about = self.view().about();
        if about.is_some_and(|about| about.id == self.actor.account.id) {
            let message = format!("{} cannot answer the own question", self.actor.account);
            let finding = Finding::error(Code::NotAllowed, message, "let others answer");
            return Err(Box::new(finding.by_rule(rule.location.clone())));
        }
        let text = text.trim();
        if text.is_empty() {
            let help = "say, without names, what would have to be otherwise";
            let finding = Finding::error(Code::ReasonMissing, "the answer says nothing", help);
            return Err(Box::new(finding.by_rule(rule.location.clone())));
        }
        if self.subject.asked == Asked::No {
            let message = format!(
                "nobody has asked why others voted against {}",
                self.subject.id
            );
            let help = "there is nothing to answer yet";
            let finding = Finding::error(Code::NoTransition, message, help);
            return Err(Box::new(finding.by_rule(rule.location.clone())));
        }
        let mut reasons = match self.subject.asked {
            Asked::Answered => self.subject.explained.clone(),
            Asked::No | Asked::Waiting => self.reasons(),
        };
        if !reasons.iter().any(|reason| reason == text) {
            reasons.push(text.to_owned());
            reasons.sort();
        }
        self.push(Record::ExplanationGiven { reasons });
        Ok(())
    }

    /// Gives the reasons that came with the ballots, if every ballot against had one.
    pub(super) fn explain(&mut self) {
        let closed = self.subject.closed_vote.as_ref();
        let against = closed.map(|vote| vote.tally.count(&Choice::No) + vote.tally.beyond_cap);
        let reasons = self.reasons();
        let known = u64::try_from(reasons.len()).unwrap_or(u64::MAX);
        let complete = against.is_some_and(|against| known >= against);
        if self.subject.asked == Asked::Waiting && complete {
            self.push(Record::ExplanationGiven { reasons });
        }
    }

    fn reasons(&self) -> Vec<String> {
        let closed = self.subject.closed_vote.as_ref();
        closed
            .map(|vote| vote.reasons_against.clone())
            .unwrap_or_default()
    }

    fn explanations(&self) -> Result<&'a Explanations, Box<Finding>> {
        let lifecycle = self.lifecycle;
        match &lifecycle.explanations {
            Some(rule) => Ok(rule),
            None => {
                let message = format!(
                    "in a `{}` nobody has a right to an explanation",
                    lifecycle.name
                );
                let help = "the charter can give it: `explanations` of the lifecycle";
                let finding = Finding::error(Code::NoTransition, message, help);
                refuse_by(finding, lifecycle.location.clone())
            }
        }
    }
}

fn refuse_by<T>(finding: Finding, rule: althing_diag::Location) -> Result<T, Box<Finding>> {
    Err(Box::new(finding.by_rule(rule)))
}
