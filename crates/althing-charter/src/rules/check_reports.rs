//! What reports must satisfy.

use std::{collections::BTreeMap, str::FromStr};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{
    names::Names,
    report::{Report, shown},
};
use crate::{
    Lifecycle, LifecycleName, Meeting, MeetingName, Period, ReportKind, ReportRule, RoleRef, Share,
    StateName, Who,
    extends::Placed,
    raw::{Named, OneOrMany, RawReport},
};

/// What else a report can mention.
#[derive(Clone, Copy)]
pub(super) struct Subjects<'a> {
    pub(super) meetings: &'a BTreeMap<MeetingName, Meeting>,
    pub(super) lifecycles: &'a [Lifecycle],
}

pub(super) fn check_reports(
    raw: Vec<Placed<'_, RawReport>>,
    names: Names<'_>,
    subjects: Subjects<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<ReportRule> {
    let mut reports = Vec::new();
    for Placed { file, key, value } in raw {
        let report = Report::new(file, findings);
        let check = Check {
            key: &key,
            raw: value,
            names,
            subjects,
            report,
        };
        reports.extend(check.report());
    }
    reports
}

struct Check<'a> {
    key: &'a Spanned<String>,
    raw: RawReport,
    names: Names<'a>,
    subjects: Subjects<'a>,
    report: Report<'a>,
}

impl Check<'_> {
    fn report(mut self) -> Option<ReportRule> {
        let kind = self.kind();
        // The kind has taken what it knows.
        self.refuse_the_rest();
        let told = std::mem::take(&mut self.raw.told);
        let told = self.people("told", &told)?;
        let description = self.raw.description.take();
        Some(ReportRule {
            told,
            description: self.report.text("description", description),
            location: yaml::location(self.report.file, self.key),
            kind: kind?,
        })
    }

    fn kind(&mut self) -> Option<ReportKind> {
        Some(match self.key.value.as_str() {
            "direct-changes" => ReportKind::DirectChanges,
            "merges" => ReportKind::Merges { by: self.by()? },
            "code-owners" => {
                let others = std::mem::take(&mut self.raw.others);
                ReportKind::CodeOwners {
                    others: self.names.people(&others.0, &mut self.report),
                    file: self.file(),
                    role: match self.raw.role {
                        Some(_) => Some(self.role()?),
                        None => None,
                    },
                }
            }
            "unlabeled-issues" => ReportKind::UnlabeledIssues {
                after: match self.raw.after {
                    Some(_) => Some(self.after()?),
                    None => None,
                },
            },
            "stale-issues" => ReportKind::StaleIssues {
                after: self.after()?,
            },
            "stale-pulls" => ReportKind::StalePulls {
                after: self.after()?,
            },
            "reviews" => ReportKind::Reviews {
                role: self.role()?,
                at_least: self.at_least()?,
            },
            "broken-builds" => ReportKind::BrokenBuilds,
            "flaky-builds" => ReportKind::FlakyBuilds,
            "missed-meetings" => ReportKind::MissedMeetings {
                decided_by: self.decided_by(),
            },
            "inactive-maintainers" => ReportKind::InactiveMaintainers {
                role: self.role()?,
                after: self.after()?,
            },
            "abandoned-modules" => ReportKind::AbandonedModules {
                role: self.role()?,
                after: self.after()?,
                folders: self.folders(),
            },
            "outside-maintainers" => ReportKind::OutsideMaintainers {
                role: self.role()?,
                by: self.by()?,
                folders: self.folders(),
            },
            other => {
                let message = format!("there is no report `{}`", shown(other));
                let help = format!("the reports are {}", ReportKind::NAMES.join(", "));
                self.report
                    .error(self.key, Code::CharterUnknownName, message, help);
                // Its keys may be right or wrong.
                self.raw = RawReport {
                    told: std::mem::take(&mut self.raw.told),
                    ..RawReport::default()
                };
                return None;
            }
        })
    }

    /// Keys that this kind of report has no use for, so that nobody believes that they work.
    fn refuse_the_rest(&mut self) {
        let raw = &mut self.raw;
        let places = [
            ("after", raw.after.take()),
            ("role", raw.role.take()),
            ("by", raw.by.0.pop()),
            ("others", raw.others.0.pop()),
            ("file", raw.file.take()),
            ("at-least", raw.at_least.take()),
            ("folders", raw.folders.pop()),
            ("decided-by", raw.decided_by.0.pop().map(|(key, _)| key)),
        ];
        for (key, place) in places {
            if let Some(place) = place {
                let message = format!("report `{}` takes no `{key}`", self.key.value);
                let help = "remove it; `docs/formats.md` says which keys each report takes";
                self.report.error(&place, Code::CharterValue, message, help);
            }
        }
    }

    /// Something that the report cannot do without.
    fn missing(&mut self, key: &str) {
        let message = format!("report `{}` does not say `{key}`", self.key.value);
        let help = "`docs/formats.md` says which keys each report takes";
        self.report
            .error(self.key, Code::CharterEmpty, message, help);
    }

    fn people(&mut self, key: &str, written: &OneOrMany) -> Option<Vec<Who>> {
        if written.0.is_empty() {
            self.missing(key);
            return None;
        }
        Some(self.names.people(&written.0, &mut self.report))
    }

    fn by(&mut self) -> Option<Vec<Who>> {
        let by = std::mem::take(&mut self.raw.by);
        self.people("by", &by)
    }

    fn role(&mut self) -> Option<RoleRef> {
        match self.raw.role.take() {
            Some(role) => self.names.role_ref(&role, &mut self.report),
            None => {
                self.missing("role");
                None
            }
        }
    }

    fn after(&mut self) -> Option<Period> {
        let Some(after) = self.raw.after.take() else {
            self.missing("after");
            return None;
        };
        Period::from_str(&after.value)
            .map_err(|error| {
                let (message, help) = (error.to_string(), error.help());
                self.report.error(&after, Code::CharterValue, message, help);
            })
            .ok()
    }

    /// `Some(None)` where nothing is said.
    fn at_least(&mut self) -> Option<Option<Share>> {
        let Some(share) = self.raw.at_least.take() else {
            return Some(None);
        };
        Share::from_str(&share.value)
            .map_err(|error| {
                let (message, help) = (error.to_string(), error.help());
                self.report.error(&share, Code::CharterValue, message, help);
            })
            .ok()
            .map(Some)
    }

    fn file(&mut self) -> Option<String> {
        let file = self.raw.file.take()?;
        self.path("file", file)
    }

    fn folders(&mut self) -> Vec<String> {
        let folders = std::mem::take(&mut self.raw.folders);
        let folders = folders.into_iter();
        folders
            .filter_map(|folder| self.path("folders", folder))
            .collect()
    }

    /// A path as the repository spells it: from its root, without slashes around it.
    fn path(&mut self, key: &str, written: Spanned<String>) -> Option<String> {
        self.report.filled(key, &written);
        if written.value.is_empty() {
            return None;
        }
        let mut parts = written.value.split('/');
        if parts.any(|part| matches!(part, "" | "." | "..")) {
            let message = format!("`{}` is not a path", shown(&written.value));
            let help = "paths begin at the root of the repository, without a slash at either end";
            self.report
                .error(&written, Code::CharterValue, message, help);
            return None;
        }
        Some(written.value)
    }

    fn decided_by(&mut self) -> BTreeMap<MeetingName, (LifecycleName, StateName)> {
        let Named(entries) = std::mem::take(&mut self.raw.decided_by);
        let mut decided = BTreeMap::new();
        for (meeting, written) in entries {
            let mut meetings = self.subjects.meetings.keys();
            let found = meetings.find(|name| name.as_str() == meeting.value);
            match (found, self.final_state(&written.value)) {
                (Some(meeting), Some(by)) => {
                    decided.insert(meeting.clone(), by);
                }
                (None, _) => {
                    let help = "declare it under `meetings`, or remove the line";
                    self.unknown("meeting", &meeting, help);
                }
                (Some(_), None) => {
                    let help = "write `LIFECYCLE.STATE` with a final state, such as \
                                `roadmap-selection.adopted`";
                    self.unknown("lifecycle with the final state", &written, help);
                }
            }
        }
        decided
    }

    fn final_state(&self, written: &str) -> Option<(LifecycleName, StateName)> {
        let (lifecycle, state) = written.split_once('.')?;
        let mut lifecycles = self.subjects.lifecycles.iter();
        let lifecycle = lifecycles.find(|it| it.name.as_str() == lifecycle)?;
        let mut states = lifecycle.states.iter();
        let state = states.find(|it| it.is_final && it.name.as_str() == state)?;
        Some((lifecycle.name.clone(), state.name.clone()))
    }

    fn unknown(&mut self, what: &str, written: &Spanned<String>, help: &str) {
        let message = format!("the charter declares no {what} `{}`", shown(&written.value));
        self.report
            .error(written, Code::CharterUnknownName, message, help);
    }
}
