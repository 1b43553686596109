//! What a change may be, before anything of it runs.

use crate::{BringupRequest, Staged, System, repository::ALLOWED};

/// The file that a bring-up must produce.
pub(crate) fn model_file(request: &BringupRequest, system: System) -> String {
    format!("{ALLOWED}/{}/{system}/functional/model.py", request.model)
}

/// What is wrong with a change before anything of it runs: changes outside the allowed folder,
/// links, no change at all, no model where the harness looks for it.
pub(crate) fn check_scope(staged: &Staged, model_exists: bool, model_file: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let inside = format!("{ALLOWED}/");
    let outside: Vec<&str> = staged
        .left_out
        .iter()
        .map(String::as_str)
        .filter(|path| !path.starts_with(&inside))
        .collect();
    if !outside.is_empty() {
        wrong.push(format!(
            "only files below {inside} may change; put these back as they were:\n{}",
            list(&outside)
        ));
    }
    if !staged.odd.is_empty() {
        let odd: Vec<&str> = staged.odd.iter().map(String::as_str).collect();
        wrong.push(format!(
            "links and nested repositories are not accepted:\n{}",
            list(&odd)
        ));
    }
    if staged.paths.is_empty() {
        wrong.push(format!("nothing below {inside} was changed"));
    } else if !model_exists {
        wrong.push(format!("{model_file} does not exist"));
    }
    wrong
}

fn list(paths: &[&str]) -> String {
    let mut lines: Vec<String> = paths
        .iter()
        .take(50)
        .map(|path| format!("- {path}"))
        .collect();
    if let Some(more) = paths.len().checked_sub(50).filter(|more| *more > 0) {
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::check_scope;
    use crate::Staged;

    #[rstest]
    #[case(&["models/a/b/n150/functional/model.py"], &[], &["models/a.bin"], true, &[])]
    #[case(&["models/x"], &[], &["scripts/run_eval.py"], true, &["only files below models/"])]
    #[case(&["models/x"], &["models/x"], &[], true, &["links"])]
    #[case(&[], &[], &[], true, &["nothing below models/"])]
    #[case(&["models/x"], &[], &[], false, &["model.py does not exist"])]
    fn a_change_must_stay_inside_and_hold_the_model(
        #[case] paths: &[&str],
        #[case] odd: &[&str],
        #[case] left_out: &[&str],
        #[case] exists: bool,
        #[case] wrong: &[&str],
    ) {
        let own = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let staged = Staged {
            paths: own(paths),
            odd: own(odd),
            left_out: own(left_out),
        };
        let found = check_scope(&staged, exists, "models/a/b/n150/functional/model.py");
        assert_eq!(found.len(), wrong.len(), "{found:?}");
        for (found, part) in found.iter().zip(wrong) {
            assert!(found.contains(part), "{found}");
        }
    }
}
