//! What has to be gathered for reports.

use std::collections::BTreeSet;

use althing_charter::{Charter, Members, ReportKind, ReportRule, RoleRef};
use althing_diag::id::UserId;
use jiff::civil::Date;

use crate::PLACES;

/// Facts that are asked for by name; everything else of a [`crate::History`] is always gathered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Files of the default branch.
    pub files: BTreeSet<String>,
    /// People whose last activity matters.
    pub people: BTreeSet<UserId>,
    /// Folders whose modules matter: each folder below is one.
    pub folders: BTreeSet<String>,
    /// Whether the record of meetings is needed.
    pub record: bool,
}

/// What these reports need.
pub fn wants(charter: &Charter, members: &Members, reports: &[&ReportRule], day: Date) -> Wants {
    let mut wants = Wants::default();
    for rule in reports {
        match &rule.kind {
            ReportKind::CodeOwners { file, .. } => wants.code_owners(file.as_ref()),
            ReportKind::Merges { .. } => {
                for other in charter.reports() {
                    if let ReportKind::CodeOwners { file, .. } = &other.kind {
                        wants.code_owners(file.as_ref());
                    }
                }
            }
            ReportKind::MissedMeetings { .. } => wants.record = true,
            ReportKind::InactiveMaintainers { role, .. } => {
                wants.people_of(charter, members, role, day);
            }
            ReportKind::AbandonedModules { role, folders, .. }
            | ReportKind::OutsideMaintainers { role, folders, .. } => {
                wants.people_of(charter, members, role, day);
                wants.folders.extend(folders.iter().cloned());
            }
            ReportKind::DirectChanges
            | ReportKind::UnlabeledIssues { .. }
            | ReportKind::StaleIssues { .. }
            | ReportKind::StalePulls { .. }
            | ReportKind::Reviews { .. }
            | ReportKind::BrokenBuilds
            | ReportKind::FlakyBuilds => {}
        }
    }
    wants
}

impl Wants {
    fn code_owners(&mut self, file: Option<&String>) {
        match file {
            Some(file) => {
                self.files.insert(file.clone());
            }
            None => self
                .files
                .extend(PLACES.iter().map(|place| (*place).to_owned())),
        }
    }

    fn people_of(&mut self, charter: &Charter, members: &Members, role: &RoleRef, day: Date) {
        let holders = members.holders(charter, role, day);
        self.people.extend(holders.map(|member| member.id));
    }
}
