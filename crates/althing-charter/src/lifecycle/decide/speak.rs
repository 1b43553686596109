//! Ballots and objections.

use althing_diag::{Code, Finding};

use super::{Run, refuse};
use crate::{Ballot, BallotBox, Choice, Objection, Record, Standing, Trigger, Who};

impl Run<'_> {
    /// Whoever is not in the electorate says an opinion, which counts for nothing (L-159, L-160);
    /// not in a private vote, whose ballots nobody else sees.
    pub(super) fn vote(
        &mut self,
        choice: &Choice,
        reason: Option<&str>,
    ) -> Result<(), Box<Finding>> {
        let view = self.view();
        let Some((_, rule, place)) = view.vote_here() else {
            return Err(self.no_vote());
        };
        let Some(vote) = &self.subject.vote else {
            let said = view.said(&rule.electorate);
            let subject = &self.subject;
            let had = subject.closed_vote.as_ref();
            if had.is_some_and(|vote| vote.moves == subject.moves) {
                return Err(self.no_vote());
            }
            let message = format!("the vote on {} is not open: nobody may vote", subject.id);
            let help = format!("it opens as soon as somebody is {said}");
            let finding = Finding::error(Code::ElectorateEmpty, message, help);
            return Err(Box::new(finding.by_rule(place.clone())));
        };
        let times = view.voting_times(rule);
        if let Some(times) = times.filter(|times| self.ctx.now >= times.latest) {
            let message = format!(
                "the vote on {} took ballots until {}",
                self.subject.id, times.latest
            );
            let help = "it is counted as soon as everything else is there that it needs";
            let finding = Finding::error(Code::NoVote, message, help);
            return Err(Box::new(finding.by_rule(place.clone())));
        }
        if self.ctx.is_machine(self.actor) {
            let message = format!(
                "{} is a machine, and machines do not vote",
                self.actor.account
            );
            return refuse(Code::NotAllowed, message, "let a person vote");
        }
        let reason = reason.map(str::trim).filter(|it| !it.is_empty());
        let ballot = Ballot {
            voter: self.actor.account.id,
            choice: choice.clone(),
            reason: reason.map(str::to_owned),
        };
        let by_rule = |finding: Box<Finding>| Box::new(finding.by_rule(place.clone()));
        let voters = view.voters(rule, vote);
        let standing = rule.profile.admit(&voters, &ballot).map_err(by_rule)?;
        if standing == Standing::Advisory && vote.private {
            let message = format!(
                "{} may not vote: the vote on {} is private",
                self.actor.account, self.subject.id
            );
            let help = format!("it is for {}", view.said(&rule.electorate));
            return refuse(Code::NotAllowed, message, help).map_err(by_rule);
        }
        self.push(Record::BallotCast(BallotBox::Open {
            ballot,
            standing,
            at: None,
        }));
        Ok(())
    }

    fn no_vote(&self) -> Box<Finding> {
        let subject = &self.subject;
        let closed = subject.closed_vote.as_ref().map(|vote| &vote.sentence);
        let closed = closed.map_or(String::new(), |sentence| {
            format!("; the last one is over ({sentence})")
        });
        let message = format!("there is no vote on {} now{closed}", subject.id);
        let help = format!(
            "it is in `{}`; `althing subject next` says what comes",
            subject.state
        );
        Box::new(Finding::error(Code::NoVote, message, help))
    }

    /// An objection has a reason, and stands where it changes something.
    pub(super) fn object(&mut self, reason: &str) -> Result<(), Box<Finding>> {
        let lifecycle = self.lifecycle;
        let subject = &self.subject;
        let here = || lifecycle.leaving(&subject.state);
        // While others' objections are voted on, one more keeps the subject from going back.
        let stops = |it: &crate::Transition| {
            matches!(it.on, Trigger::Objection | Trigger::Resolved)
                || it.needs.lazy_consensus().is_some()
        };
        let Some(rule) = here().find(|it| stops(it)) else {
            let message = format!(
                "an objection changes nothing while {} is in `{}`",
                subject.id, subject.state
            );
            let help = "vote against it where there is a vote, or say so in a comment";
            return refuse(Code::NoTransition, message, help);
        };
        let lazy = here().find_map(|it| it.needs.lazy_consensus());
        let lazy = lazy.or_else(|| lifecycle.lazy_consensus());
        let objectors = lazy.map_or(&[Who::Anyone][..], |lazy| lazy.objectors.as_slice());
        self.must_be(
            objectors,
            &format!("object to {}", subject.id),
            &rule.location,
        )?;
        let reason = reason.trim();
        if reason.is_empty() {
            let help = "say why: `/object REASON`";
            return refuse(Code::ReasonMissing, "an objection needs a reason", help)
                .map_err(|finding: Box<Finding>| Box::new(finding.by_rule(rule.location.clone())));
        }
        let number = u32::try_from(subject.objections.len()).unwrap_or(u32::MAX);
        self.push(Record::ObjectionRaised {
            number: number.saturating_add(1),
            reason: reason.to_owned(),
        });
        Ok(())
    }

    /// Whoever raised an objection takes it back; those who may settle, settle it.
    pub(super) fn resolve(
        &mut self,
        number: Option<u32>,
        reason: Option<&str>,
    ) -> Result<(), Box<Finding>> {
        let objection = self.objection_meant(number)?;
        let (number, raiser) = (objection.number, objection.raiser.id);
        let lazy = self.lifecycle.lazy_consensus();
        let settlers = lazy.map_or(&[][..], |lazy| lazy.settled_by.as_slice());
        let settles = self.view().is_one_of(self.actor, settlers);
        if raiser != self.actor.account.id && !settles {
            let message = format!(
                "{} may not settle objection {number} to {}",
                self.actor.account, self.subject.id
            );
            let said = self.view().said(settlers);
            let or = if said.is_empty() { "" } else { " or " };
            let help = format!("ask {}{or}{said}", objection.raiser);
            let rule = self.lifecycle.location.clone();
            return refuse(Code::NotAllowed, message, help)
                .map_err(|finding: Box<Finding>| Box::new(finding.by_rule(rule)));
        }
        let reason = reason.map(str::trim).filter(|it| !it.is_empty());
        self.push(Record::ObjectionResolved {
            number,
            reason: reason.map(str::to_owned),
        });
        Ok(())
    }

    /// The objection of that number; without a number the actor's own, or else the only one.
    fn objection_meant(&self, number: Option<u32>) -> Result<&Objection, Box<Finding>> {
        let standing: Vec<&Objection> = self.subject.standing_objections().collect();
        let id = self.actor.account.id;
        let own = standing.iter().find(|it| it.raiser.id == id);
        let meant = match number {
            Some(number) => standing.iter().find(|it| it.number == number),
            None => own.or(match standing.as_slice() {
                [only] => Some(only),
                _ => None,
            }),
        };
        if let Some(meant) = meant {
            return Ok(meant);
        }
        let numbers: Vec<String> = standing
            .iter()
            .map(|it| format!("{} of {}", it.number, it.raiser))
            .collect();
        let message = match (number, numbers.is_empty()) {
            (_, true) => format!("no objection stands against {}", self.subject.id),
            (Some(number), false) => format!("objection {number} does not stand"),
            (None, false) => "several objections stand, and none is yours".to_owned(),
        };
        let help = if numbers.is_empty() {
            "there is nothing to do".to_owned()
        } else {
            format!("name one by its number: {}", numbers.join(", "))
        };
        refuse(Code::NothingToResolve, message, help)
    }
}
