//! Records of module maintainers, and who is not active (T-169…T-175).

use althing_charter::{Member, Period, RoleRef};
use althing_diag::{Code, Finding};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{Found, Grounds, Rows};
use crate::Gap;

/// The record of a maintainer: from the members and from what happened, never self-declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModuleMaintainer {
    /// The login (T-169).
    pub github_username: String,
    /// An address (T-170).
    pub email: String,
    /// The modules (T-171).
    pub modules: Vec<String>,
    /// Since when (T-172).
    pub active_since: Date,
    /// Commits on the default branch in the period (T-173).
    pub contributions: u64,
    /// The last activity on the forge, if there was any (T-175).
    pub last_activity: Option<Timestamp>,
    /// Whether that is recent enough (T-174).
    pub is_active: bool,
}

pub(super) fn look(grounds: &Grounds<'_>, role: &RoleRef, after: Period) -> Found {
    let holders = grounds
        .members
        .holders(grounds.charter, role, grounds.today());
    let holders: Vec<&Member> = holders.collect();
    let mut found = Found {
        examined: holders.len(),
        of: "maintainers",
        gaps: grounds.gaps(&["activity", "commits", "modules"]),
        ..Found::default()
    };
    let mut rows = Vec::new();
    for member in holders {
        let activity = grounds.activity(member, after);
        found.gaps.extend(activity.gap(member));
        if activity == Activity::Inactive {
            found.findings.push(inactive(grounds, member, after));
        }
        match maintainer(grounds, member, role, activity) {
            Ok(row) => rows.push(row),
            Err(missing) => found.findings.push(incomplete(member, &missing)),
        }
        let unknown = unknown_modules(grounds, member, role);
        found.findings.extend(unknown);
    }
    found.rows = Rows::Maintainers(rows);
    found
}

/// What the forge says of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    /// Did something recently.
    Active,
    /// Did not, or never.
    Inactive,
    /// Nobody asked.
    Unknown,
}

impl Activity {
    /// What is missing to know it.
    pub(super) fn gap(self, member: &Member) -> Option<Gap> {
        (self == Self::Unknown).then(|| Gap {
            facts: "activity".to_owned(),
            why: format!("nobody looked what @{} did last", member.login),
        })
    }
}

impl Grounds<'_> {
    /// Active is whose last activity lies less than the period back: 89 whole days are, 90 are
    /// not.
    pub(super) fn activity(&self, member: &Member, after: Period) -> Activity {
        match self.history.activity.get(&member.id) {
            Some(Some(last)) if !self.is_over(*last, after) => Activity::Active,
            Some(_) => Activity::Inactive,
            None => Activity::Unknown,
        }
    }
}

/// The record, or what it lacks.
fn maintainer(
    grounds: &Grounds<'_>,
    member: &Member,
    role: &RoleRef,
    activity: Activity,
) -> Result<ModuleMaintainer, Vec<&'static str>> {
    let held = member.held(grounds.today());
    let held = held.filter(|holding| grounds.charter.satisfies(&holding.role, role));
    let since = held.filter_map(|holding| holding.since).min();
    let modules = grounds.modules_of(member, role);
    let email = member.emails.first();
    let lacks = [
        (email.is_none(), "email"),
        (modules.is_empty(), "modules"),
        (since.is_none(), "active_since"),
    ];
    let lacks = lacks.iter().filter(|(lacks, _)| *lacks);
    let missing: Vec<&str> = lacks.map(|(_, what)| *what).collect();
    let (Some(email), Some(active_since), []) = (email, since, missing.as_slice()) else {
        return Err(missing);
    };
    let commits = grounds.history.commits.iter();
    let own = commits.filter(|commit| {
        let author = commit.author.as_ref();
        author.is_some_and(|author| author.id == member.id)
    });
    let last_activity = grounds.history.activity.get(&member.id);
    Ok(ModuleMaintainer {
        github_username: member.login.clone(),
        email: email.clone(),
        modules: modules.into_iter().map(str::to_owned).collect(),
        active_since,
        contributions: own.count() as u64,
        last_activity: last_activity.copied().flatten(),
        is_active: activity == Activity::Active,
    })
}

fn incomplete(member: &Member, missing: &[&str]) -> Finding {
    let message = format!(
        "the record of maintainer @{} is refused: it has no {}",
        member.login,
        missing.join(" and no ")
    );
    let help = "write `emails` in the list of members, and hold the role as \
                `{ role: ROLE@module:NAME, since: DATE }`";
    Finding::error(Code::MaintainerIncomplete, message, help).at(member.location.clone())
}

fn inactive(grounds: &Grounds<'_>, member: &Member, after: Period) -> Finding {
    let last = grounds.history.activity.get(&member.id).copied().flatten();
    let seen = last.map_or_else(
        || "was never seen on the forge".to_owned(),
        |last| format!("was last seen on {}", grounds.charter.date(last)),
    );
    let message = format!(
        "maintainer @{} {seen}, and has not been active for {after}",
        member.login
    );
    let help = "ask whether they still maintain it, and look for somebody who joins them";
    Finding::error(Code::MaintainerInactive, message, help)
}

/// Modules that the repository does not have, where it is known which it has.
fn unknown_modules(grounds: &Grounds<'_>, member: &Member, role: &RoleRef) -> Vec<Finding> {
    let modules = &grounds.history.modules;
    let known = |name: &str| modules.is_empty() || modules.iter().any(|it| it.name == name);
    let unknown = grounds.modules_of(member, role).into_iter();
    let findings = unknown.filter(|name| !known(name)).map(|name| {
        let message = format!(
            "@{} maintains `{name}`, which is no module of the repository",
            member.login
        );
        let help = "correct the name in the list of members, or end the role";
        Finding::error(Code::MaintainerIncomplete, message, help).at(member.location.clone())
    });
    findings.collect()
}
