//! Evidence that is attached.

use althing_diag::Location;

use super::{Judge, Judgement};
use crate::{AttachedEvidence, EvidenceNeed, Need, RoleRef};

impl Judge<'_> {
    pub(super) fn evidence(&self, need: &EvidenceNeed, rule: &Location) -> Judgement {
        let declared = self.view.lifecycle.evidence.get(&need.name);
        let by = declared.map_or(&[][..], |declared| &declared.by);
        if !need.each {
            let logins = self.view.everybody(by).into_iter();
            let logins = logins.map(|account| account.login);
            return match self.shows(need, self.latest(need, |_| true)) {
                Ok(reason) => Ok(vec![reason]),
                Err(missing) => Err(vec![Need::new(missing, rule).by(logins)]),
            };
        }
        let roles: Vec<RoleRef> = by.iter().flat_map(|who| self.view.roles(who)).collect();
        if roles.is_empty() {
            let said = self.view.said(by);
            let what = format!("`{}` of each of {said}, and nothing says which", need.name);
            return Err(vec![Need::new(what, rule)]);
        }
        let mut reasons = Vec::new();
        let mut needs = Vec::new();
        for role in roles {
            let holders = self.view.holders_of(std::slice::from_ref(&role));
            let by_one = |it: &AttachedEvidence| holders.iter().any(|one| one.id == it.by.id);
            match self.shows(need, self.latest(need, by_one)) {
                Ok(reason) => reasons.push(reason),
                Err(missing) => {
                    let vacant = if holders.is_empty() {
                        ", and nobody is"
                    } else {
                        ""
                    };
                    let what = format!("{missing} by `{role}`{vacant}");
                    let logins = holders.iter().map(|holder| holder.login.clone());
                    needs.push(Need::new(what, rule).by(logins));
                }
            }
        }
        reasons.dedup();
        if needs.is_empty() {
            Ok(reasons)
        } else {
            Err(needs)
        }
    }

    /// The latest of its name that counts. Like an approval, a result for one text is none for the
    /// next.
    fn latest(
        &self,
        need: &EvidenceNeed,
        counts: impl Fn(&AttachedEvidence) -> bool,
    ) -> Option<&AttachedEvidence> {
        let subject = self.view.subject;
        let from = match need.result {
            Some(_) => subject.results_from,
            None => 0,
        };
        let mut attached = subject.evidence.iter().skip(from).rev();
        attached.find(|it| {
            it.name == need.name && (!need.fresh || it.moves == subject.moves) && counts(it)
        })
    }

    /// How it meets the need, or what is missing.
    fn shows(
        &self,
        need: &EvidenceNeed,
        latest: Option<&AttachedEvidence>,
    ) -> Result<String, String> {
        let name = &need.name;
        let now = if need.fresh {
            format!(" since it came to `{}`", self.view.subject.state)
        } else {
            String::new()
        };
        match (latest, &need.result) {
            (None, None) => Err(format!("`{name}` attached{now}")),
            (None, Some(wanted)) => Err(format!("`{name}` attached{now}, {wanted}")),
            (Some(_), None) => Ok(format!("`{name}` is attached")),
            (Some(latest), Some(wanted)) if latest.result.as_ref() == Some(wanted) => {
                Ok(format!("`{name}` has {wanted}"))
            }
            (Some(latest), Some(wanted)) => {
                let said = match &latest.result {
                    Some(result) => format!("the latest has {result}"),
                    None => "the latest says nothing".to_owned(),
                };
                Err(format!("`{name}` attached, {wanted}, and {said}"))
            }
        }
    }
}
