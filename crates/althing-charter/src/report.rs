//! Reports over the history of a repository: what is looked at, and who is told.

mod words;

use std::collections::BTreeMap;

use althing_diag::Location;

use crate::{LifecycleName, MeetingName, Period, RoleRef, Share, StateName, Who};

/// A report that the charter asks for. It decides nothing: it names what the rules ask for and
/// the repository does not show.
#[derive(Clone, Debug)]
pub struct ReportRule {
    /// What it looks at.
    pub kind: ReportKind,
    /// Whom it is addressed to.
    pub told: Vec<Who>,
    /// Why there is such a report.
    pub description: Option<String>,
    /// Where it is declared.
    pub location: Location,
}

/// What a report looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// Commits on the default branch that came with no pull request (L-053, L-074, L-076…L-080).
    DirectChanges,
    /// Merges without review by another person, without act of those who have to consider them,
    /// or by somebody outside of the own domain (L-054, L-067, L-075).
    Merges {
        /// Who has to consider pull requests, and may merge them.
        by: Vec<Who>,
    },
    /// Code owners by role who do not stand in the file, and the reverse (L-065, T-177).
    CodeOwners {
        /// The role; `None` where only the file has to be there.
        role: Option<RoleRef>,
        /// Who else may stand in the file.
        others: Vec<Who>,
        /// The file; `None` for the first one that the forge looks at.
        file: Option<String>,
    },
    /// Open issues without label (L-060, L-090).
    UnlabeledIssues {
        /// How long an issue may be without; `None` if not at all.
        after: Option<Period>,
    },
    /// Open issues about which nothing happens (L-061).
    StaleIssues {
        /// For how long.
        after: Period,
    },
    /// Open pull requests about which nothing happens (L-095).
    StalePulls {
        /// For how long.
        after: Period,
    },
    /// Who reviews how much, of each other and of the community (L-087, L-088, L-127).
    Reviews {
        /// Whose reviews.
        role: RoleRef,
        /// Which part of an equal share is enough; `None` if the report is only for reading.
        at_least: Option<Share>,
    },
    /// Red checks on the default branch that nobody is assigned to (L-094).
    BrokenBuilds,
    /// Checks that were red and green on one commit, and that no open issue names (L-093).
    FlakyBuilds,
    /// Meetings of which the record says nothing, and who was never there (L-012, L-083, L-189).
    MissedMeetings {
        /// Which subjects stand for a meeting: of this lifecycle, and in this final state.
        decided_by: BTreeMap<MeetingName, (LifecycleName, StateName)>,
    },
    /// Maintainers who have not been active, or whose record lacks something (T-169…T-175).
    InactiveMaintainers {
        /// The role.
        role: RoleRef,
        /// For how long.
        after: Period,
    },
    /// Modules with open issues and no active maintainer (T-226…T-236).
    AbandonedModules {
        /// The role that maintains a module.
        role: RoleRef,
        /// After how long without activity a maintainer is inactive.
        after: Period,
        /// The folders that modules lie in; empty for all.
        folders: Vec<String>,
    },
    /// Modules with maintainers of whom none is one of those who have to maintain them (T-025).
    OutsideMaintainers {
        /// The role that maintains a module.
        role: RoleRef,
        /// Of whom one must be among the maintainers.
        by: Vec<Who>,
        /// The folders that the modules lie in; empty for all.
        folders: Vec<String>,
    },
}

impl ReportKind {
    /// The names of all kinds, as charters and commands spell them.
    pub const NAMES: &'static [&'static str] = &[
        "direct-changes",
        "merges",
        "code-owners",
        "unlabeled-issues",
        "stale-issues",
        "stale-pulls",
        "reviews",
        "broken-builds",
        "flaky-builds",
        "missed-meetings",
        "inactive-maintainers",
        "abandoned-modules",
        "outside-maintainers",
    ];

    /// Its name, which is the key of its entry.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DirectChanges => "direct-changes",
            Self::Merges { .. } => "merges",
            Self::CodeOwners { .. } => "code-owners",
            Self::UnlabeledIssues { .. } => "unlabeled-issues",
            Self::StaleIssues { .. } => "stale-issues",
            Self::StalePulls { .. } => "stale-pulls",
            Self::Reviews { .. } => "reviews",
            Self::BrokenBuilds => "broken-builds",
            Self::FlakyBuilds => "flaky-builds",
            Self::MissedMeetings { .. } => "missed-meetings",
            Self::InactiveMaintainers { .. } => "inactive-maintainers",
            Self::AbandonedModules { .. } => "abandoned-modules",
            Self::OutsideMaintainers { .. } => "outside-maintainers",
        }
    }
}
