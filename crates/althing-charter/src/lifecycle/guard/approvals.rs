//! Approvals of the text as it is.

use std::collections::BTreeSet;

use althing_diag::id::{Account, UserId};

use super::{Judge, Judgement};
use crate::{ApprovalCount, ApprovalNeed, Need, RoleRef, Who, lifecycle::Actor};

impl Judge<'_> {
    pub(super) fn approvals(&self, needs: &[ApprovalNeed]) -> Judgement {
        let mut reasons = Vec::new();
        let mut missing = Vec::new();
        for need in needs {
            let judged = match need.count {
                ApprovalCount::Number(number) => self.so_many(need, number.get()),
                ApprovalCount::All => self.of_all(need),
                ApprovalCount::Each => self.of_each(need),
            };
            match judged {
                Ok(more) => reasons.extend(more),
                Err(more) => missing.extend(more),
            }
        }
        if missing.is_empty() {
            Ok(reasons)
        } else {
            Err(missing)
        }
    }

    fn so_many(&self, need: &ApprovalNeed, number: u32) -> Judgement {
        let given = self.counting(need);
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let said = self.view.said(&need.by);
        if given.len() >= number {
            return Ok(vec![approved(&given)]);
        }
        let lacking = number - given.len();
        let waiting = self.waiting(need, &given);
        let open = need
            .by
            .iter()
            .any(|who| matches!(who, Who::Anyone | Who::Automation));
        let more = if given.is_empty() { "" } else { "more " };
        let s = if lacking == 1 { "" } else { "s" };
        let mut what = format!("{lacking} {more}approval{s} of {said}");
        if !open && waiting.len() < lacking {
            what.push_str(match waiting.len() {
                0 => ", and nobody can give it",
                _ => ", and not so many people can give one",
            });
        }
        Err(vec![Need::new(what, &need.location).by(logins(&waiting))])
    }

    fn of_all(&self, need: &ApprovalNeed) -> Judgement {
        let given = self.counting(need);
        let waiting = self.waiting(need, &given);
        let said = self.view.said(&need.by);
        if given.is_empty() && waiting.is_empty() {
            let what = format!("the approval of all who are {said}, and nobody is");
            return Err(vec![Need::new(what, &need.location)]);
        }
        if waiting.is_empty() {
            return Ok(vec![approved(&given)]);
        }
        let what = format!("the approval of all who are {said}");
        Err(vec![Need::new(what, &need.location).by(logins(&waiting))])
    }

    fn of_each(&self, need: &ApprovalNeed) -> Judgement {
        let roles: Vec<RoleRef> = need
            .by
            .iter()
            .flat_map(|who| self.view.roles(who))
            .collect();
        if roles.is_empty() {
            let what = format!(
                "an approval for each of {}, and nothing says which",
                self.view.said(&need.by)
            );
            return Err(vec![Need::new(what, &need.location)]);
        }
        let given = self.counting(need);
        let mut missing = Vec::new();
        for role in roles {
            let role = [role];
            let holders = self.view.holders_of(&role);
            let holders: Vec<Account> = holders
                .into_iter()
                .filter(|holder| !self.left_out(need, holder.id))
                .collect();
            let [role] = role;
            let what = format!("an approval of `{role}`");
            if holders.is_empty() {
                let what = format!("{what}, and nobody can give it");
                missing.push(Need::new(what, &need.location));
            } else if !holders.iter().any(|holder| given.contains(holder)) {
                missing.push(Need::new(what, &need.location).by(logins(&holders)));
            }
        }
        if missing.is_empty() {
            Ok(vec![approved(&given)])
        } else {
            Err(missing)
        }
    }

    /// Those who have approved and whose approval counts.
    fn counting(&self, need: &ApprovalNeed) -> Vec<Account> {
        let approvals = self.view.subject.approvals.values();
        let counting = approvals.filter(|approval| {
            let actor = Actor {
                account: approval.account.clone(),
                automation: approval.automation,
            };
            self.view.may_approve(&actor, need)
        });
        counting.map(|approval| approval.account.clone()).collect()
    }

    /// Those who can be listed, could approve and have not.
    fn waiting(&self, need: &ApprovalNeed, given: &[Account]) -> Vec<Account> {
        let given: BTreeSet<UserId> = given.iter().map(|account| account.id).collect();
        let mut all = self.view.everybody(&need.by);
        all.retain(|it| !given.contains(&it.id) && !self.left_out(need, it.id));
        all
    }

    fn left_out(&self, need: &ApprovalNeed, id: UserId) -> bool {
        let is_machine = self.view.ctx.is_listed_machine(id);
        let out = self.view.everybody(&need.except);
        is_machine || out.iter().any(|account| account.id == id)
    }
}

impl super::View<'_> {
    /// Whether the approval of this actor counts. Machines approve only where `automation` is
    /// named, whatever roles they hold.
    pub(in crate::lifecycle) fn may_approve(&self, actor: &Actor, need: &ApprovalNeed) -> bool {
        let machine = self.ctx.is_machine(actor);
        (!machine || need.by.contains(&Who::Automation))
            && self.is_one_of(actor, &need.by)
            && !self.is_one_of(actor, &need.except)
    }
}

fn logins(accounts: &[Account]) -> Vec<String> {
    accounts
        .iter()
        .map(|account| account.login.clone())
        .collect()
}

fn approved(given: &[Account]) -> String {
    let names: Vec<String> = given.iter().map(ToString::to_string).collect();
    format!("approved by {}", names.join(", "))
}
