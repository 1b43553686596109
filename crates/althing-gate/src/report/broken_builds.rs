//! A red default branch that nobody is to repair (L-094).

use std::collections::BTreeMap;

use althing_diag::{Code, Finding, id::Sha};

use super::{Found, Grounds};
use crate::{Build, CheckState};

pub(super) fn look(grounds: &Grounds<'_>) -> Found {
    let history = grounds.history;
    let latest = latest(grounds);
    let red = latest
        .values()
        .filter(|build| build.state == CheckState::Failure);
    let unassigned = red.filter(|build| {
        let mut issues = history.issues_about(&build.name);
        !issues.any(|issue| !issue.assignees.is_empty())
    });
    let findings = unassigned.map(|build| {
        let sha: String = build.sha.to_string().chars().take(10).collect();
        let message = format!(
            "`{}` is red on {} at {sha}, and nobody is assigned to it",
            build.name, history.branch
        );
        let help = format!(
            "repair it, or open an issue that names `{}` and assign somebody who does",
            build.name
        );
        Finding::error(Code::BuildBroken, message, help)
    });
    Found {
        examined: latest.len(),
        of: "checks",
        findings: findings.collect(),
        gaps: grounds.gaps(&["builds", "commits", "issues"]),
        ..Found::default()
    }
}

/// The last attempt of each check on the newest commit that it finished on.
fn latest<'a>(grounds: &Grounds<'a>) -> BTreeMap<&'a str, &'a Build> {
    let commits = grounds.history.commits.iter().zip(0_usize..);
    let age: BTreeMap<&Sha, usize> = commits.map(|(commit, age)| (&commit.sha, age)).collect();
    let mut latest = BTreeMap::<&str, (usize, &Build)>::new();
    for ((name, sha), builds) in grounds.history.attempts() {
        let age = age.get(sha).copied().unwrap_or(usize::MAX);
        let Some(last) = builds.last() else {
            continue;
        };
        let newer = latest
            .get(name)
            .is_none_or(|(other, build)| age < *other || (age == *other && last.at > build.at));
        if newer {
            latest.insert(name, (age, last));
        }
    }
    let latest = latest.into_iter();
    latest.map(|(name, (_, build))| (name, build)).collect()
}
