//! What a merging pass did, as it is shown.

use althing_diag::{Finding, id::Sha};
use althing_gate::Verdict;
use serde::Serialize;

use crate::Status;

/// What the pass found and did for one issue.
#[derive(Clone, Debug, Serialize)]
pub struct PrReport {
    /// Number of the issue.
    pub issue: u64,
    /// Number of the pull request, if there is exactly one to look at.
    pub pull: Option<u64>,
    /// The new head, if the branch was rebased and pushed.
    pub rebased: Option<Sha>,
    /// What came of it.
    pub outcome: PrOutcome,
}

impl PrReport {
    /// The merge commit, if this pass merged it.
    pub(crate) fn merged_as(&self) -> Option<&Sha> {
        if let PrOutcome::Merged { commit, .. } = &self.outcome {
            Some(commit)
        } else {
            None
        }
    }
}

/// What came of an issue in review.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrOutcome {
    /// It passed, was merged, and is `done`.
    Merged {
        /// Why it passed.
        verdict: Box<Verdict>,
        /// The merge commit.
        commit: Sha,
    },
    /// Somebody else had merged it; it is `done`.
    MergedBefore,
    /// The gate does not let it through; it stays in review.
    Blocked {
        /// Why.
        verdict: Box<Verdict>,
    },
    /// It conflicts with the base or its tests fail.
    Red {
        /// Why, one sentence.
        summary: String,
        /// The status of the issue now: `failed`, or `in review` where people triage.
        status: Status,
    },
    /// It could not be tried, judged or merged; it stays in review.
    Refused {
        /// Why.
        findings: Vec<Finding>,
    },
    /// Somebody else moved the branch or the issue meanwhile; the next look is at what is there
    /// then.
    Moved,
    /// No open or merged pull request closes the issue; it stays in review.
    NoPull,
    /// Several open pull requests would close the issue; people must choose.
    SeveralPulls {
        /// Their numbers.
        pulls: Vec<u64>,
    },
}
