//! `althing bringup worker --dry-run`.

use std::{fs, path::Path};

use althing_bringup::{ListedIssue, Rehearsal, WorkerOptions, rehearse};
use althing_diag::{Code, Exit, Finding};
use serde_json::json;

use crate::{
    failure::Failure,
    output::{self, BOLD, Output},
};

pub(super) fn run(
    options: &WorkerOptions,
    file: Option<&Path>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (issues, source) = match file {
        Some(file) => (read(file)?, file.display().to_string()),
        None => {
            let system = options.environment.system;
            (ListedIssue::sample(system), "made-up issues".to_owned())
        }
    };
    let rehearsal = rehearse(options, issues, options.python().unwrap_or("python3"));
    output.answer(
        json!({ "dry_run": rehearsal, "issues_from": source }),
        || describe(&rehearsal, &source),
    );
    Ok(Exit::Ok)
}

fn read(file: &Path) -> Result<Vec<ListedIssue>, Failure> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| {
        Finding::error(
            Code::FileUnreadable,
            format!("{name}: {error}"),
            "name a JSON list of issues",
        )
    })?;
    Ok(ListedIssue::parse_list(&name, &text).map_err(|finding| *finding)?)
}

fn describe(rehearsal: &Rehearsal, source: &str) -> String {
    let Some(issue) = rehearsal.issue else {
        return format!("no ready issue among those of {source}");
    };
    let title = rehearsal.title.as_deref().unwrap_or_default();
    let mut text = format!("{BOLD}would take issue #{issue}{BOLD:#} {title} (of {source})");
    for finding in &rehearsal.findings {
        text.push_str(&format!("\n{}", output::describe(finding)));
    }
    if !rehearsal.commands.is_empty() {
        text.push_str("\nand would run, if all goes well:");
    }
    for command in &rehearsal.commands {
        text.push_str(&format!("\n  {command}"));
    }
    text
}
