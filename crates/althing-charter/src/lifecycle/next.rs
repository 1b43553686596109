//! What can come next, and what it waits for.

use serde::Serialize;

use super::{
    Context, Need, Subject, Trigger,
    context::View,
    guard::{Doer, Judge},
};
use crate::{StateName, TransitionName};

/// A transition that leaves the state in which a subject is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// Its name.
    pub transition: TransitionName,
    /// Where it leads.
    pub to: StateName,
    /// What sets it off.
    pub trigger: Trigger,
    /// Whether a vote or silence decides it.
    pub decides: bool,
    /// What is missing; nothing where somebody need only do it.
    pub needs: Vec<Need>,
    /// Logins of those who can do it, where somebody must; empty where anybody can.
    pub who: Vec<String>,
}

/// The transitions that leave the state in which the subject is, in the order of the file, each
/// with what it waits for. Nothing where it is over, or its lifecycle is not in the charter.
pub fn what_next(ctx: &Context<'_>, subject: &Subject) -> Vec<Way> {
    match ctx.charter.lifecycle(&subject.lifecycle) {
        Some(lifecycle) if !subject.over => View {
            ctx,
            lifecycle,
            subject,
        }
        .ways(),
        Some(_) | None => Vec::new(),
    }
}

impl View<'_> {
    pub(super) fn ways(&self) -> Vec<Way> {
        let ways = self.lifecycle.leaving(&self.subject.state);
        ways.map(|transition| self.way(transition)).collect()
    }

    pub(super) fn way(&self, transition: &super::Transition) -> Way {
        let is_verb = transition.on.is_verb();
        let judge = Judge {
            view: *self,
            at: self.ctx.now,
            doer: if is_verb { Doer::Whoever } else { Doer::Nobody },
        };
        let guard = &transition.needs;
        let mut needs = judge.judge(guard).err().unwrap_or_default();
        if let Some((vote, place)) = guard.vote_at() {
            let vote = judge.closing(transition, vote, place);
            needs.extend(vote.err().unwrap_or_default());
        }
        let place = &transition.location;
        match transition.on {
            Trigger::Objection => {
                if self.subject.standing_objections().next().is_none() {
                    needs.push(Need::new("an objection", place));
                }
            }
            Trigger::Resolved => {
                let standing = self.subject.standing_objections();
                needs.extend(standing.map(|objection| self.unresolved(objection, place)));
                if !self.subject.settled && needs.is_empty() {
                    needs.push(Need::new("an objection to be settled", place));
                }
            }
            Trigger::Edit => {
                if !self.subject.revised {
                    let who = self.everybody(&self.lifecycle.edited_by).into_iter();
                    let logins = who.map(|account| account.login);
                    needs.push(Need::new("a new revision", place).by(logins));
                }
            }
            Trigger::Met
            | Trigger::Withdraw
            | Trigger::Decline
            | Trigger::Close
            | Trigger::Move => {}
        }
        let who = if is_verb {
            let who = guard.actors();
            let logins = self.everybody(&who).into_iter();
            logins.map(|account| account.login).collect()
        } else {
            Vec::new()
        };
        Way {
            transition: transition.name.clone(),
            to: transition.to.clone(),
            trigger: transition.on,
            decides: guard.vote().is_some() || guard.lazy_consensus().is_some(),
            needs,
            who,
        }
    }
}
