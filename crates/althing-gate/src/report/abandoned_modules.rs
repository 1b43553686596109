//! Modules that may need new maintainers (T-226…T-236).

use althing_charter::{Period, RoleRef};
use althing_diag::{Code, Finding};
use jiff::Timestamp;
use serde::Serialize;

use super::{Found, Grounds, Rows, inactive_maintainers::Activity};
use crate::Module;

/// A module with open issues and no active maintainer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AbandonedModule {
    /// Its name (T-232).
    pub module: String,
    /// When it was last changed; said, and no criterion (T-233, T-A18).
    pub last_update: Option<Timestamp>,
    /// Whether it has open issues (T-234, T-A17).
    pub open_issues: bool,
    /// How many.
    pub open_issue_count: usize,
    /// What to do (T-235).
    pub action: &'static str,
}

pub(super) fn look(
    grounds: &Grounds<'_>,
    role: &RoleRef,
    after: Period,
    folders: &[String],
) -> Found {
    let modules = grounds.modules_in(folders);
    let mut found = Found {
        examined: modules.len(),
        of: "modules",
        gaps: grounds.gaps(&["activity", "issues", "modules"]),
        ..Found::default()
    };
    let mut rows = Vec::new();
    for module in modules {
        let maintainers = grounds.maintainers(role, &module.name);
        let known = maintainers
            .iter()
            .map(|member| (member, grounds.activity(member, after)));
        let known: Vec<_> = known.collect();
        if known.iter().any(|(_, it)| *it == Activity::Active) {
            continue;
        }
        let gaps = known.iter().filter_map(|(member, it)| it.gap(member));
        found.gaps.extend(gaps);
        let count = open_issues(grounds, module);
        if count > 0 {
            found.findings.push(abandoned(module, count));
            rows.push(AbandonedModule {
                module: module.name.clone(),
                last_update: module.updated,
                open_issues: true,
                open_issue_count: count,
                action: "needs_maintainer",
            });
        }
    }
    found.rows = Rows::Modules(rows);
    found
}

/// Open issues with the label of the module.
fn open_issues(grounds: &Grounds<'_>, module: &Module) -> usize {
    let open = grounds.history.issues.iter().filter(|issue| issue.open);
    let label = |label: &String| {
        let name = label.strip_prefix("module:");
        name.is_some_and(|name| name.trim() == module.name)
    };
    open.filter(|issue| issue.labels.iter().any(label)).count()
}

fn abandoned(module: &Module, count: usize) -> Finding {
    let issues = if count == 1 { "issue" } else { "issues" };
    let message = format!(
        "module `{}` has {count} open {issues} and no active maintainer",
        module.name
    );
    let help = format!(
        "find somebody who maintains it: `althing open module-adoption --set module={}`, where \
         the charter has that lifecycle",
        module.name
    );
    Finding::error(Code::ModuleAbandoned, message, help)
}
