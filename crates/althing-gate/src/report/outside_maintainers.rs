//! Modules whose maintainers are all outsiders (T-025).

use althing_charter::{RoleRef, Who};
use althing_diag::{Code, Finding};

use super::{Found, Grounds};

pub(super) fn look(grounds: &Grounds<'_>, role: &RoleRef, by: &[Who], folders: &[String]) -> Found {
    let modules = grounds.modules_in(folders);
    let insiders = grounds.among(by, grounds.today());
    let mut found = Found {
        examined: modules.len(),
        of: "modules",
        gaps: grounds.gaps(&["modules"]),
        ..Found::default()
    };
    for module in modules {
        let maintainers = grounds.maintainers(role, &module.name);
        let inside = maintainers
            .iter()
            .any(|it| insiders.iter().any(|insider| insider.id == it.id));
        if inside || maintainers.is_empty() {
            continue;
        }
        let logins = maintainers.iter().map(|it| format!("@{}", it.login));
        let logins: Vec<String> = logins.collect();
        let by: Vec<String> = by.iter().map(ToString::to_string).collect();
        let message = format!(
            "module `{}` is maintained by {}, none of them {}",
            module.name,
            logins.join(", "),
            by.join(" or ")
        );
        let help = "let one of those who have to maintain it join them, or move the module";
        found
            .findings
            .push(Finding::error(Code::ModuleOutside, message, help));
    }
    found
}
