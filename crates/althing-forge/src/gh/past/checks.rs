//! Attempts of checks on a commit.

use althing_diag::id::{RepoName, Sha};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    super::{command::Gh, wire::Page},
    listing,
};
use crate::{Attempt, CheckState, ForgeError, Partial, PastCheck};

/// A check run, in the words of either interface.
#[derive(Deserialize)]
pub(super) struct Run {
    name: String,
    status: String,
    conclusion: Option<String>,
    #[serde(alias = "startedAt")]
    started_at: Option<Timestamp>,
    #[serde(alias = "completedAt")]
    completed_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Runs {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Status {
    context: String,
    state: String,
    created_at: Timestamp,
}

/// The runs of one app on a commit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Suite {
    check_runs: Option<Page<Run>>,
}

/// That there are statuses. Only the last of each context would be told here.
#[derive(Deserialize)]
pub(super) struct SomeStatus {}

/// Every attempt of every check on a commit.
pub(in super::super) async fn attempts(
    gh: &Gh,
    repo: &RepoName,
    commit: &Sha,
) -> Result<Partial<Attempt>, ForgeError> {
    let path = format!("repos/{repo}/commits/{commit}/check-runs?filter=all");
    let runs = listing::read(gh, &path, |page: Runs| page.check_runs).await?;
    let path = format!("repos/{repo}/commits/{commit}/statuses");
    let statuses = listing::read(gh, &path, |page: Vec<Status>| page).await?;
    let from_runs = runs.items.into_iter().filter_map(Run::attempt);
    let from_statuses = statuses.items.into_iter().map(Status::attempt);
    Ok(Partial {
        items: from_runs.chain(from_statuses).collect(),
        complete: runs.complete && statuses.complete,
    })
}

/// What one page tells of a commit's checks.
pub(super) fn of_page(status: Option<SomeStatus>, suites: Option<Page<Suite>>) -> PastCheck {
    let Some(suites) = suites.filter(|_| status.is_none()) else {
        return PastCheck::More;
    };
    let mut attempts = Vec::new();
    let mut is_cut = suites.info.has_next_page;
    for runs in suites.nodes.into_iter().map(|suite| suite.check_runs) {
        is_cut |= runs.as_ref().is_none_or(|runs| runs.info.has_next_page);
        let runs = runs.into_iter().flat_map(|runs| runs.nodes);
        attempts.extend(runs.filter_map(Run::attempt));
    }
    if is_cut {
        PastCheck::More
    } else {
        PastCheck::All(attempts)
    }
}

impl Run {
    /// `None` for a run that was given up or never meant to show anything.
    fn attempt(self) -> Option<Attempt> {
        let conclusion = self.conclusion.map(|word| word.to_ascii_uppercase());
        let is_over = self.status.eq_ignore_ascii_case("completed");
        let state = match conclusion.as_deref().filter(|_| is_over) {
            None => CheckState::Pending,
            Some("SUCCESS") => CheckState::Success,
            Some("NEUTRAL" | "SKIPPED" | "CANCELLED" | "STALE") => return None,
            Some(_) => CheckState::Failure,
        };
        Some(Attempt {
            name: self.name,
            state,
            at: self.completed_at.or(self.started_at),
        })
    }
}

impl Status {
    fn attempt(self) -> Attempt {
        Attempt {
            state: match self.state.as_str() {
                "success" => CheckState::Success,
                "pending" => CheckState::Pending,
                _ => CheckState::Failure,
            },
            name: self.context,
            at: Some(self.created_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{Run, of_page};
    use crate::{CheckState, PastCheck};

    #[rstest]
    #[case("COMPLETED", Some("SUCCESS"), Some(CheckState::Success))]
    #[case("completed", Some("success"), Some(CheckState::Success))]
    #[case("completed", Some("failure"), Some(CheckState::Failure))]
    #[case("completed", Some("timed_out"), Some(CheckState::Failure))]
    #[case("completed", Some("something_new"), Some(CheckState::Failure))]
    #[case("in_progress", None, Some(CheckState::Pending))]
    #[case("completed", Some("skipped"), None)]
    #[case("completed", Some("cancelled"), None)]
    fn runs_are_told_alike_by_both_interfaces(
        #[case] status: &str,
        #[case] conclusion: Option<&str>,
        #[case] state: Option<CheckState>,
    ) {
        let run = json!({ "name": "build", "status": status, "conclusion": conclusion });
        let run: Run = serde_json::from_value(run).expect("true to the API");
        assert_eq!(run.attempt().map(|attempt| attempt.state), state);
    }

    #[test]
    fn statuses_and_cut_lists_are_read_elsewhere() {
        let page = |more: bool, runs_more: bool, status: bool| {
            let info = |more| json!({ "hasNextPage": more, "endCursor": "x" });
            let runs = json!({ "nodes": [], "pageInfo": info(runs_more) });
            let suites = json!({ "nodes": [{ "checkRuns": runs }], "pageInfo": info(more) });
            let suites = serde_json::from_value(suites).expect("true to the schema");
            let status = status.then(|| json!({ "state": "SUCCESS" }));
            let status = serde_json::from_value(json!(status)).expect("true to the schema");
            of_page(status, suites)
        };
        assert_eq!(page(false, false, false), PastCheck::All(Vec::new()));
        for (more, runs_more, status) in [
            (true, false, false),
            (false, true, false),
            (false, false, true),
        ] {
            assert_eq!(page(more, runs_more, status), PastCheck::More);
        }
    }
}
