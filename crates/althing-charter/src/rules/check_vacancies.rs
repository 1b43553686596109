//! Rules of lifecycles that wait for people whom nobody is at present. That is no mistake of the
//! charter: roles are filled by deciding (P-A13).

use std::collections::{BTreeMap, BTreeSet};

use althing_diag::{Code, Finding, Location, Severity, id::UserId};

use crate::{
    ApprovalCount, ApprovalNeed, Guard, GuardKind, RoleRef, Rules, Scope, ScopePattern, VoteGuard,
    Who,
};

/// The most transitions that a finding lists.
const LISTED: usize = 5;

pub(super) fn check_vacancies(rules: &Rules, findings: &mut Vec<Finding>) {
    let mut vacancies = Vacancies {
        rules,
        nobody: BTreeMap::new(),
        findings,
    };
    for lifecycle in rules.charter().lifecycles() {
        for transition in &lifecycle.transitions {
            let name = format!("`{}` of {}", transition.name, lifecycle.name);
            for part in transition.needs.parts() {
                vacancies.part(&name, part);
            }
        }
    }
    vacancies.report_nobody();
}

struct Vacancies<'a, 'f> {
    rules: &'a Rules,
    /// Whom nobody is, with the first rule that waits and the names of all.
    nobody: BTreeMap<String, (Location, Vec<String>)>,
    findings: &'f mut Vec<Finding>,
}

impl Vacancies<'_, '_> {
    fn part(&mut self, transition: &str, part: &Guard) {
        match &part.kind {
            GuardKind::Vote(vote) => self.vote(transition, vote, &part.location),
            GuardKind::Approvals(needs) => {
                for need in needs {
                    self.approval(transition, need);
                }
            }
            GuardKind::All(_)
            | GuardKind::Any(_)
            | GuardKind::Not(_)
            | GuardKind::LazyConsensus(_)
            | GuardKind::Evidence(_)
            | GuardKind::Elapsed { .. }
            | GuardKind::Actor(_)
            | GuardKind::Condition(_) => {}
        }
    }

    fn vote(&mut self, transition: &str, vote: &VoteGuard, at: &Location) {
        let Some(electors) = self.holders(&vote.electorate) else {
            return;
        };
        let number = u64::try_from(electors.len()).unwrap_or(u64::MAX);
        if number == 0 {
            self.waits(transition, &vote.electorate, at);
        } else if let Some(least) = vote.profile.least_ballots()
            && least > number
        {
            let who = said(&vote.electorate);
            let message = format!(
                "the vote of {transition} wants {least} ballots, but {number} can vote as {who}"
            );
            let help = format!("ask for fewer, or give {who} to more members");
            self.warn(message, help, at);
        }
    }

    fn approval(&mut self, transition: &str, need: &ApprovalNeed) {
        let Some(holders) = self.holders(&need.by) else {
            return;
        };
        let ApprovalCount::Number(asked) = need.count else {
            if holders.is_empty() {
                self.waits(transition, &need.by, &need.location);
            }
            return;
        };
        let number = u32::try_from(holders.len()).unwrap_or(u32::MAX);
        if number == 0 {
            self.waits(transition, &need.by, &need.location);
        } else if number < asked.get() {
            let who = said(&need.by);
            let message = format!(
                "{transition} wants {asked} approvals, but {number} can give them as {who}"
            );
            let help = format!("ask for fewer, or give {who} to more members");
            self.warn(message, help, &need.location);
        }
    }

    /// Everybody who can be one of these, for some subject; `None` where that depends on more
    /// than roles.
    fn holders(&self, who: &[Who]) -> Option<BTreeSet<UserId>> {
        let mut holders = BTreeSet::new();
        for who in who {
            let roles = match who {
                Who::Role(pattern) => vec![RoleRef {
                    role: pattern.role.clone(),
                    scope: match &pattern.scope {
                        None => None,
                        Some(ScopePattern::Fixed(scope)) => Some(scope.clone()),
                        Some(ScopePattern::FromAttributes(kind, _)) => Some(Scope {
                            kind: kind.clone(),
                            name: None,
                        }),
                    },
                }],
                Who::Body(body) => {
                    let seats = &self.rules.charter().bodies().get(body)?.seats;
                    seats.iter().map(|seats| seats.role.clone()).collect()
                }
                Who::Anyone
                | Who::Opener
                | Who::Subject
                | Who::Raiser
                | Who::Automation
                | Who::Named(_) => return None,
            };
            let members = roles.iter().flat_map(|role| self.rules.holders(role));
            let people = members.filter(|member| !member.bot);
            holders.extend(people.map(|member| member.id));
        }
        Some(holders)
    }

    fn waits(&mut self, transition: &str, who: &[Who], at: &Location) {
        let entry = self.nobody.entry(said(who));
        let (_, waiting) = entry.or_insert_with(|| (at.clone(), Vec::new()));
        if waiting.last().is_none_or(|last| last != transition) {
            waiting.push(transition.to_owned());
        }
    }

    fn report_nobody(mut self) {
        for (who, (at, waiting)) in std::mem::take(&mut self.nobody) {
            let listed = waiting.iter().take(LISTED).map(String::as_str);
            let listed = listed.collect::<Vec<_>>().join(", ");
            let more = match waiting.len().checked_sub(LISTED) {
                None | Some(0) => String::new(),
                Some(more) => format!(" and {more} more"),
            };
            let message = format!("nobody is {who}; waiting for that: {listed}{more}");
            let help = format!("list in the members file who is {who}, or fill it by deciding");
            self.warn(message, help, &at);
        }
    }

    fn warn(&mut self, message: String, help: String, at: &Location) {
        let finding = Finding::error(Code::CharterVacant, message, help);
        let finding = finding.with_severity(Severity::Warning);
        self.findings.push(finding.at(at.clone()));
    }
}

fn said(who: &[Who]) -> String {
    let words: Vec<String> = who.iter().map(|who| format!("`{who}`")).collect();
    words.join(" or ")
}
