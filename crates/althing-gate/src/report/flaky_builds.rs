//! Checks that are sometimes red (L-093).

use std::collections::BTreeMap;

use althing_diag::{Code, Finding, id::Sha};

use super::{Found, Grounds};
use crate::CheckState;

pub(super) fn look(grounds: &Grounds<'_>) -> Found {
    let attempts = grounds.history.attempts();
    let mut flaky = BTreeMap::<&str, Vec<&Sha>>::new();
    for ((name, sha), builds) in &attempts {
        let saw = |state| builds.iter().any(|build| build.state == state);
        if saw(CheckState::Success) && saw(CheckState::Failure) {
            flaky.entry(name).or_default().push(sha);
        }
    }
    let unknown = flaky.iter().filter(|(name, _)| {
        let mut issues = grounds.history.issues_about(name);
        issues.next().is_none()
    });
    let findings = unknown.map(|(name, commits)| {
        let sha = commits.first().map(ToString::to_string).unwrap_or_default();
        let sha: String = sha.chars().take(10).collect();
        let message = format!(
            "`{name}` was red and green on the same commit, {} in all, for example {sha}; no open \
             issue names it",
            commits.len()
        );
        let help = format!("open an issue that names `{name}`, or repair it");
        Finding::error(Code::BuildFlaky, message, help)
    });
    Found {
        examined: attempts.len(),
        of: "results on commits",
        findings: findings.collect(),
        gaps: grounds.gaps(&["builds", "issues"]),
        ..Found::default()
    }
}
