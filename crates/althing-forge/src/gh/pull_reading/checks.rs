//! Statuses and check runs of the head commit.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Check, CheckState};

/// What reported on a commit.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
pub(super) enum Context {
    #[serde(rename_all = "camelCase")]
    CheckRun {
        database_id: Option<u64>,
        name: String,
        status: String,
        conclusion: Option<String>,
        title: Option<String>,
        check_suite: Suite,
    },
    StatusContext {
        context: String,
        state: String,
        description: Option<String>,
        creator: Option<Creator>,
    },
}

#[derive(Deserialize)]
pub(super) struct Suite {
    app: Option<App>,
}

#[derive(Deserialize)]
pub(super) struct App {
    slug: String,
}

/// Whoever reported a status. Apps have names of their own, which people may bear as logins.
#[derive(Deserialize)]
#[serde(tag = "__typename")]
pub(super) enum Creator {
    Bot {
        login: String,
    },
    #[serde(untagged)]
    Other {
        login: String,
    },
}

impl Creator {
    fn login(self) -> String {
        match self {
            Creator::Bot { login } => bot(&login),
            Creator::Other { login } => login,
        }
    }
}

/// The login of an app as REST writes it; no person can have it.
fn bot(name: &str) -> String {
    format!("{name}[bot]")
}

/// One check per name and reporter: of repeated check runs the last one. Statuses come from
/// the forge as the last of each context.
pub(super) fn latest(contexts: Vec<Context>) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut runs: BTreeMap<(String, Option<String>), (u64, Check)> = BTreeMap::new();
    for context in contexts {
        match context {
            Context::StatusContext {
                context,
                state,
                description,
                creator,
            } => checks.push(Check {
                name: context,
                state: status_state(&state),
                reporter: creator.map(Creator::login),
                description,
            }),
            Context::CheckRun {
                database_id,
                name,
                status,
                conclusion,
                title,
                check_suite,
            } => {
                let id = database_id.unwrap_or_default();
                let run = Check {
                    name,
                    state: run_state(&status, conclusion.as_deref()),
                    reporter: check_suite.app.map(|app| bot(&app.slug)),
                    description: title,
                };
                let key = (run.name.clone(), run.reporter.clone());
                if runs.get(&key).is_none_or(|(known, _)| id >= *known) {
                    runs.insert(key, (id, run));
                }
            }
        }
    }
    checks.extend(runs.into_values().map(|(_, run)| run));
    checks
}

/// What is not known to be green or open is red.
fn status_state(state: &str) -> CheckState {
    match state {
        "SUCCESS" => CheckState::Success,
        "PENDING" | "EXPECTED" => CheckState::Pending,
        _ => CheckState::Failure,
    }
}

/// Neutral and skipped runs showed nothing, so they are not green.
fn run_state(status: &str, conclusion: Option<&str>) -> CheckState {
    match (status, conclusion) {
        ("COMPLETED", Some("SUCCESS")) => CheckState::Success,
        ("COMPLETED", _) => CheckState::Failure,
        _ => CheckState::Pending,
    }
}
