//! Commit statuses and check runs.

use super::{Account, CheckRunId, NodeId, NodeKind, Sha, StatusId, Timestamp};

/// State of a commit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusState {
    /// Could not be judged.
    Error,
    /// Red.
    Failure,
    /// Not finished.
    Pending,
    /// Green.
    Success,
}

impl StatusState {
    /// The name in REST; upper-cased in GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            StatusState::Error => "error",
            StatusState::Failure => "failure",
            StatusState::Pending => "pending",
            StatusState::Success => "success",
        }
    }

    /// Reads a REST name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "error" => Some(StatusState::Error),
            "failure" => Some(StatusState::Failure),
            "pending" => Some(StatusState::Pending),
            "success" => Some(StatusState::Success),
            _ => None,
        }
    }
}

/// A commit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitStatus {
    /// Database id.
    pub id: StatusId,
    /// The commit.
    pub sha: Sha,
    /// The name that gates refer to.
    pub context: String,
    /// State.
    pub state: StatusState,
    /// One line.
    pub description: Option<String>,
    /// Where to read more.
    pub target_url: Option<String>,
    /// Who reported it.
    pub creator: Account,
    /// When.
    pub created_at: Timestamp,
}

impl CommitStatus {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::StatusContext, self.id.0)
    }
}

/// A status to report.
#[derive(Clone, Debug)]
pub struct NewStatus {
    /// Name; GitHub's is `default` when absent.
    pub context: Option<String>,
    /// State.
    pub state: StatusState,
    /// One line.
    pub description: Option<String>,
    /// Where to read more.
    pub target_url: Option<String>,
}

/// The statuses of a commit, latest of each context, and what they amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CombinedStatus {
    /// `Pending` when there are none, as on GitHub.
    pub state: StatusState,
    /// Latest of each context.
    pub statuses: Vec<CommitStatus>,
}

/// How far a check run is (`queued`, `in_progress`, `completed`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// Waiting.
    Queued,
    /// Running.
    InProgress,
    /// Finished; has a conclusion.
    Completed,
}

impl RunStatus {
    /// The name in REST; upper-cased in GraphQL.
    pub fn name(self) -> &'static str {
        match self {
            RunStatus::Queued => "queued",
            RunStatus::InProgress => "in_progress",
            RunStatus::Completed => "completed",
        }
    }

    /// Reads a REST name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "queued" => Some(RunStatus::Queued),
            "in_progress" => Some(RunStatus::InProgress),
            "completed" => Some(RunStatus::Completed),
            _ => None,
        }
    }
}

/// The conclusions a check run may have, by their REST names.
pub const CONCLUSIONS: [&str; 8] = [
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "stale",
    "timed_out",
];

/// A check run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// Database id.
    pub id: CheckRunId,
    /// The commit.
    pub sha: Sha,
    /// The name that gates refer to.
    pub name: String,
    /// How far.
    pub status: RunStatus,
    /// One of [`CONCLUSIONS`] once completed.
    pub conclusion: Option<String>,
    /// Where to read more.
    pub details_url: Option<String>,
    /// The reporter's own id.
    pub external_id: Option<String>,
    /// Title of the output.
    pub title: Option<String>,
    /// Summary of the output.
    pub summary: Option<String>,
    /// Text of the output.
    pub text: Option<String>,
    /// Who reported it.
    pub creator: Account,
    /// Start.
    pub started_at: Timestamp,
    /// End.
    pub completed_at: Option<Timestamp>,
}

impl CheckRun {
    /// GraphQL node id.
    pub fn node_id(&self) -> NodeId {
        NodeId::new(NodeKind::CheckRun, self.id.0)
    }
}

/// A check run to create, or changes to one; `None` leaves as is.
#[derive(Clone, Debug, Default)]
pub struct CheckRunPatch {
    /// Name; required when creating.
    pub name: Option<String>,
    /// How far; a conclusion implies completed.
    pub status: Option<RunStatus>,
    /// One of [`CONCLUSIONS`].
    pub conclusion: Option<String>,
    /// Where to read more.
    pub details_url: Option<String>,
    /// The reporter's own id.
    pub external_id: Option<String>,
    /// Title of the output.
    pub title: Option<String>,
    /// Summary of the output.
    pub summary: Option<String>,
    /// Text of the output.
    pub text: Option<String>,
    /// Start; now when absent.
    pub started_at: Option<Timestamp>,
    /// End; now when absent and completed.
    pub completed_at: Option<Timestamp>,
}
