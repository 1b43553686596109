//! Pull requests that do not move (L-095).

use althing_charter::Period;
use althing_diag::{Code, Finding};

use super::{Found, Grounds};
use crate::{Pull, PullState};

pub(super) fn look(grounds: &Grounds<'_>, after: Period) -> Found {
    let open = grounds.history.pulls.iter();
    let open = open.filter(|pull| pull.state == PullState::Open);
    let mut open: Vec<&Pull> = open.collect();
    open.sort_by_key(|pull| pull.number);
    let stale = open
        .iter()
        .filter(|pull| grounds.is_over(pull.updated, after));
    let findings = stale.map(|pull| {
        let what = if pull.draft { "draft" } else { "pull request" };
        let message = format!(
            "nothing has happened about {what} #{} `{}` since {}",
            pull.number,
            pull.title,
            grounds.charter.date(pull.updated)
        );
        let help = format!("bring it forward, or close it: {}", pull.url);
        Finding::error(Code::PullStale, message, help)
    });
    Found {
        examined: open.len(),
        of: "open pull requests",
        findings: findings.collect(),
        gaps: grounds.gaps(&["pulls"]),
        ..Found::default()
    }
}
