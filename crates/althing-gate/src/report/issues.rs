//! Issues that nobody has looked at (L-060, L-061, L-090).

use althing_charter::Period;
use althing_diag::{Code, Finding};

use super::{Found, Grounds};
use crate::Issue;

/// Open issues without label.
pub(super) fn unlabeled(grounds: &Grounds<'_>, after: Option<Period>) -> Found {
    named(grounds, |issue| {
        let due = after.is_none_or(|after| grounds.is_over(issue.created, after));
        if !due || !issue.labels.is_empty() {
            return None;
        }
        let message = format!(
            "issue #{} `{}` of {} has no label",
            issue.number,
            issue.title,
            grounds.charter.date(issue.created)
        );
        let help = format!("label it: {}", issue.url);
        Some(Finding::error(Code::IssueUnlabeled, message, help))
    })
}

/// Open issues about which nothing happens.
pub(super) fn stale(grounds: &Grounds<'_>, after: Period) -> Found {
    named(grounds, |issue| {
        if !grounds.is_over(issue.updated, after) {
            return None;
        }
        let message = format!(
            "nothing has happened about issue #{} `{}` since {}",
            issue.number,
            issue.title,
            grounds.charter.date(issue.updated)
        );
        let help = format!("bring it up to date, or close it: {}", issue.url);
        Some(Finding::error(Code::IssueStale, message, help))
    })
}

/// Open issues, oldest first, of which something is to be said.
fn named(grounds: &Grounds<'_>, said: impl Fn(&Issue) -> Option<Finding>) -> Found {
    let open = grounds.history.issues.iter().filter(|issue| issue.open);
    let mut open: Vec<&Issue> = open.collect();
    open.sort_by_key(|issue| issue.number);
    Found {
        examined: open.len(),
        of: "open issues",
        findings: open.iter().filter_map(|issue| said(issue)).collect(),
        gaps: grounds.gaps(&["issues"]),
        ..Found::default()
    }
}
