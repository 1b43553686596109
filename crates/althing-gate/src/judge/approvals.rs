//! Approvals that a gate asks for, and changes that its approvers ask for.

use althing_charter::{ApprovalRule, Gate, Member, Rules};
use althing_diag::Code;

use super::{
    logins,
    people::People,
    stances::{Stance, Stances, Word},
};
use crate::{Facts, Reason};

/// One reason for each person who holds a role that the gate asks for and wants changes.
pub(super) fn check_changes_requested(
    rules: &Rules,
    facts: &Facts,
    gate: &Gate,
    stances: &Stances<'_>,
) -> Vec<Reason> {
    let wants_changes = stances.iter().filter(|it| it.word == Word::WantsChanges);
    wants_changes
        .filter_map(|stance| {
            let member = rules.members().by_id(stance.who.id)?;
            let rule = gate
                .approvals
                .iter()
                .find(|rule| rules.holds(member, &rule.role))?;
            let text = format!("@{} asks for changes on {}", member.login, reviewed(stance));
            let help = format!(
                "settle it with @{}, who can then approve {} or have the review dismissed",
                member.login,
                facts.head.short()
            );
            let reason = Reason::unmet(Code::GateChangesRequested, text, help);
            Some(reason.by_rule(&gate.name, &rule.location))
        })
        .collect()
}

/// One reason for each approval rule of the gate.
pub(super) fn check_approvals(
    rules: &Rules,
    facts: &Facts,
    gate: &Gate,
    stances: &Stances<'_>,
    people: &People,
) -> Vec<Reason> {
    let check = |rule| {
        let count = Count {
            rules,
            facts,
            rule,
            stances,
            people,
        };
        count.reason().by_rule(&gate.name, &rule.location)
    };
    gate.approvals.iter().map(check).collect()
}

struct Count<'a> {
    rules: &'a Rules,
    facts: &'a Facts,
    rule: &'a ApprovalRule,
    stances: &'a Stances<'a>,
    people: &'a People,
}

impl Count<'_> {
    fn reason(&self) -> Reason {
        let (given, open) = self.eligible();
        let needed = usize::try_from(self.rule.count).unwrap_or(usize::MAX);
        let sum = format!(
            "{} of {needed} {} approvals on {}",
            given.len(),
            self.rule.role,
            self.facts.head.short()
        );
        if given.len() >= needed {
            let by = logins(given.iter().map(|member| member.login.as_str()));
            return Reason::met(format!("{sum}: {by}"));
        }
        let mut text = sum;
        for note in self
            .stances
            .iter()
            .filter_map(|stance| self.why_not(stance))
        {
            text.push_str("; ");
            text.push_str(&note);
        }
        let help = self.way_out(needed - given.len(), &open);
        Reason::unmet(Code::GateApprovalsMissing, text, help)
    }

    /// Holders of the role who may approve: those who have, and those who have not.
    fn eligible(&self) -> (Vec<&Member>, Vec<&Member>) {
        let holders = self.rules.holders(&self.rule.role);
        holders
            .filter(|member| self.people.part_of(member.id).is_none())
            .partition(|member| {
                let stance = self.stances.of_user(member.id);
                stance.is_some_and(|stance| self.is_for_head(stance))
            })
    }

    fn is_for_head(&self, stance: &Stance<'_>) -> bool {
        stance.word == Word::Approves && stance.commit == Some(&self.facts.head)
    }

    /// Why somebody's review is not counted, where one might think it is.
    fn why_not(&self, stance: &Stance<'_>) -> Option<String> {
        let id = stance.who.id;
        let member = self.rules.members().by_id(id);
        let login = member.map_or(stance.who.login.as_str(), |member| member.login.as_str());
        let holds = member.is_some_and(|member| self.rules.holds(member, &self.rule.role));
        match stance.word {
            Word::WantsChanges => None,
            Word::Dismissed => holds.then(|| format!("the review of @{login} was dismissed")),
            Word::Approves if !holds => Some(format!(
                "the approval of @{login} does not count: @{login} is no {}",
                self.rule.role
            )),
            Word::Approves => match self.people.part_of(id) {
                Some(part) => Some(format!(
                    "the approval of @{login} does not count: @{login} {part}"
                )),
                None if self.is_for_head(stance) => None,
                None => Some(format!(
                    "@{login} approved {}, which is not the head",
                    reviewed(stance)
                )),
            },
        }
    }

    fn way_out(&self, missing: usize, open: &[&Member]) -> String {
        let role = &self.rule.role;
        let head = self.facts.head.short();
        let who = logins(open.iter().map(|member| member.login.as_str()));
        if open.len() < missing {
            return format!(
                "{missing} more must approve {head}, but of those who hold `{role}` and took no \
                 part in the change {who} can: give the role to more members"
            );
        }
        format!(
            "{missing} more must approve {head}: {who} can (`gh pr review {} --approve`)",
            self.facts.number
        )
    }
}

/// The commit that was reviewed, in words.
fn reviewed(stance: &Stance<'_>) -> String {
    match stance.commit {
        Some(commit) => commit.short().to_owned(),
        None => "a commit that is gone".to_owned(),
    }
}
