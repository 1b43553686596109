//! Reports: what the rules ask for and the history of a repository does not show. Each kind in
//! its file. Nothing is decided here.

mod abandoned_modules;
mod broken_builds;
mod builds;
mod code_owners;
mod direct_changes;
mod flaky_builds;
mod grounds;
mod inactive_maintainers;
mod issues;
mod merges;
mod missed_meetings;
mod modules;
mod outside_maintainers;
mod reviews;
mod stale_pulls;
mod wants;

use althing_charter::{ReportKind, ReportRule, Who};
use althing_diag::{Code, Finding, Location};
use serde::Serialize;

use crate::Gap;

pub use abandoned_modules::AbandonedModule;
pub use direct_changes::{ChangeKind, DirectChange};
pub use grounds::Grounds;
pub use inactive_maintainers::ModuleMaintainer;
pub use missed_meetings::Attendance;
pub use reviews::ReviewLoad;
pub use wants::{Wants, wants};

/// One report, made at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its kind, as the charter spells it.
    pub name: &'static str,
    /// What it names, in words.
    pub names: String,
    /// Whom it is addressed to, as the charter says.
    pub told: Vec<Who>,
    /// Logins of those people.
    pub people: Vec<String>,
    /// Where the charter asks for it.
    pub rule: Location,
    /// How many things were looked at.
    pub examined: usize,
    /// What they are, in the plural.
    pub of: &'static str,
    /// What is to be reported, in an order that does not change.
    pub findings: Vec<Finding>,
    /// The figures behind it, where there are any.
    pub rows: Rows,
    /// What it needs and was not gathered in full: something may be missing from the report.
    pub gaps: Vec<Gap>,
}

/// The figures of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Rows {
    /// There are none.
    #[default]
    None,
    /// What was changed directly.
    Changes(Vec<DirectChange>),
    /// Reviews by person.
    Reviews(Vec<ReviewLoad>),
    /// Who was at how many meetings.
    Attendance(Vec<Attendance>),
    /// Records of maintainers.
    Maintainers(Vec<ModuleMaintainer>),
    /// Modules that need a maintainer.
    Modules(Vec<AbandonedModule>),
}

/// What one kind of report has found.
#[derive(Default)]
struct Found {
    examined: usize,
    of: &'static str,
    findings: Vec<Finding>,
    rows: Rows,
    gaps: Vec<Gap>,
}

/// Makes a report. The same grounds and rule always give the same report.
pub fn report(grounds: &Grounds<'_>, rule: &ReportRule) -> Report {
    let Found {
        examined,
        of,
        findings,
        rows,
        gaps,
    } = look(grounds, &rule.kind);
    let findings = findings.into_iter();
    let findings = findings.map(|finding| finding.by_rule(rule.location.clone()));
    let mut findings: Vec<Finding> = findings.collect();
    findings.extend(gaps.iter().map(|gap| incomplete(gap, &rule.location)));
    let people = grounds.among(&rule.told, grounds.today());
    Report {
        name: rule.kind.name(),
        names: rule.kind.to_string(),
        told: rule.told.clone(),
        people: people.iter().map(|member| member.login.clone()).collect(),
        rule: rule.location.clone(),
        examined,
        of,
        findings,
        rows,
        gaps,
    }
}

fn look(grounds: &Grounds<'_>, kind: &ReportKind) -> Found {
    match kind {
        ReportKind::DirectChanges => direct_changes::look(grounds),
        ReportKind::Merges { by } => merges::look(grounds, by),
        ReportKind::CodeOwners { role, others, file } => {
            code_owners::look(grounds, role.as_ref(), others, file.as_deref())
        }
        ReportKind::UnlabeledIssues { after } => issues::unlabeled(grounds, *after),
        ReportKind::StaleIssues { after } => issues::stale(grounds, *after),
        ReportKind::StalePulls { after } => stale_pulls::look(grounds, *after),
        ReportKind::Reviews { role, at_least } => reviews::look(grounds, role, *at_least),
        ReportKind::BrokenBuilds => broken_builds::look(grounds),
        ReportKind::FlakyBuilds => flaky_builds::look(grounds),
        ReportKind::MissedMeetings { decided_by } => missed_meetings::look(grounds, decided_by),
        ReportKind::InactiveMaintainers { role, after } => {
            inactive_maintainers::look(grounds, role, *after)
        }
        ReportKind::AbandonedModules {
            role,
            after,
            folders,
        } => abandoned_modules::look(grounds, role, *after, folders),
        ReportKind::OutsideMaintainers { role, by, folders } => {
            outside_maintainers::look(grounds, role, by, folders)
        }
    }
}

fn incomplete(gap: &Gap, rule: &Location) -> Finding {
    let message = format!(
        "the report is incomplete: {} are not known in full ({})",
        gap.facts, gap.why
    );
    let help = "gather the facts again; what is missing may have to be reported too";
    Finding::error(Code::ReportIncomplete, message, help).by_rule(rule.clone())
}
