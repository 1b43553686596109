//! From texts to rules that can be applied, or to everything that is wrong with them.

mod check_bodies;
mod check_calendar;
mod check_channels;
mod check_charter;
mod check_documents;
mod check_edition;
mod check_gates;
mod check_meetings;
mod check_members;
mod check_reports;
mod check_roles;
mod check_together;
mod check_vacancies;
mod names;
mod patterns;
mod report;

use althing_diag::{Finding, Severity};
use jiff::{Timestamp, civil::Date};

use crate::{Charter, CharterHash, Member, Members, RoleRef, Source, raw::RawMember};

pub(crate) use check_charter::check_charter;
pub(crate) use check_roles::unknown_role;
pub(crate) use names::{Names, bad_name};
pub(crate) use report::{Report, shown};

/// The rules in force at some moment: a charter, its members, and the hash that names exactly
/// these.
#[derive(Clone, Debug)]
pub struct Rules {
    charter: Charter,
    members: Members,
    day: Date,
    /// Name and text.
    members_file: (String, String),
    hash: CharterHash,
}

impl Rules {
    /// Reads and validates both files together, as they hold at `now`: roles that have ended by
    /// then count no more. What the charter extends is looked for among `presets`, as
    /// [`Charter::parse`] does.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of file and line; never an empty list.
    pub fn parse(
        charter: Source<'_>,
        members: Source<'_>,
        presets: &[Source<'_>],
        now: Timestamp,
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let charter = check_charter(charter, presets, &mut findings);
        let checked = check_members::check_members(members, charter.as_ref(), &mut findings);
        let rules = charter.zip(checked).map(|(charter, checked)| {
            let texts = charter.sources().map(|source| source.text);
            Self {
                hash: CharterHash::of(texts.chain([members.text])),
                day: charter.date(now),
                members_file: (members.name.to_owned(), members.text.to_owned()),
                members: checked,
                charter,
            }
        });
        if let Some(rules) = &rules {
            check_together::check_together(rules, &mut findings);
            if !findings.iter().any(|it| it.severity == Severity::Error) {
                check_vacancies::check_vacancies(rules, &mut findings);
            }
        }
        let (mut rules, warnings) = settle(rules, findings)?;
        rules.charter.warnings = warnings;
        Ok(rules)
    }

    /// The charter.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// The members.
    pub fn members(&self) -> &Members {
        &self.members
    }

    /// The file in which the members are listed.
    pub fn members_source(&self) -> Source<'_> {
        let (name, text) = &self.members_file;
        Source::new(name, text)
    }

    /// The day, on the charter's clock, on which they are looked at.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Whoever holds the role, by id.
    pub fn holders<'a>(&'a self, role: &'a RoleRef) -> impl Iterator<Item = &'a Member> {
        self.members.holders(&self.charter, role, self.day)
    }

    /// Whether the member holds the role.
    pub fn holds(&self, member: &Member, role: &RoleRef) -> bool {
        member.holds(&self.charter, role, self.day)
    }

    /// The hash of all files: those of the charter, then the members.
    pub fn hash(&self) -> CharterHash {
        self.hash
    }
}

impl Members {
    /// Reads and validates members alone against a charter.
    ///
    /// # Errors
    /// Everything that is wrong with them, in the order of file and line; never an empty list.
    pub fn parse(members: Source<'_>, charter: &Charter) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let members = check_members::check_members(members, Some(charter), &mut findings);
        settle(members, findings).map(|(members, _)| members)
    }
}

/// Members that are listed within another file.
pub(crate) fn listed_members(
    file: &str,
    members: Vec<RawMember>,
    charter: &Charter,
) -> Result<Members, Vec<Finding>> {
    let mut findings = Vec::new();
    let members = check_members::check_listed(file, members, Some(charter), &mut findings);
    settle(Some(members), findings).map(|(members, _)| members)
}

/// What was read with its warnings, unless there is an error among the findings.
pub(crate) fn settle<T>(
    read: Option<T>,
    mut findings: Vec<Finding>,
) -> Result<(T, Vec<Finding>), Vec<Finding>> {
    findings.sort_by(|a, b| a.location.cmp(&b.location));
    let wrong = findings.iter().any(|it| it.severity == Severity::Error);
    match read {
        Some(read) if !wrong => Ok((read, findings)),
        Some(_) | None => Err(findings),
    }
}
