//! What a run tells the world while it goes: the log, whoever watches, and the ledger.

use althing_charter::CharterHash;
use althing_diag::id::{Account, RepoName, Sha};
use althing_forge::IssueNumber;
use althing_gate::Verdict;
use althing_ledger::{Draft, EntryKind, Ledger, LedgerError, SubjectId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tracing::info;

use crate::{RunId, Status, Usage, checks::CheckResult, disk::Bytes};

/// Something that happened. Those with an entry kind are recorded, the others only shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The issue is this run's.
    ClaimWon {
        /// The ref that proves it.
        fence: String,
    },
    /// Somebody else has it.
    ClaimLost {
        /// How that was seen.
        why: String,
    },
    /// The fence was taken down.
    ClaimReleased {
        /// The ref.
        fence: String,
    },
    /// The board was changed.
    StatusMoved {
        /// Status before.
        from: Status,
        /// Status now.
        to: Status,
    },
    /// A step began.
    Step {
        /// What is being done.
        name: &'static str,
    },
    /// Weights are on their way.
    Downloading {
        /// How much is there, in bytes.
        bytes: u64,
        /// How much there will be, in bytes.
        total: u64,
    },
    /// The agent ended.
    AgentRan {
        /// Number of the attempt, from 1.
        attempt: u32,
        /// How it ended.
        ending: String,
        /// How long it worked, in seconds.
        seconds: u64,
        /// Its thread, if it keeps one.
        thread: Option<String>,
        /// What the thread has used so far, if it says.
        usage: Option<Usage>,
    },
    /// The agent must wait, which is no attempt.
    AgentWaits {
        /// Why, in the words of its service.
        why: String,
        /// How long, in seconds.
        seconds: u64,
    },
    /// The checks of an attempt ended.
    ChecksRun {
        /// Number of the attempt, from 1.
        attempt: u32,
        /// Whether all of them passed.
        passed: bool,
        /// What is wrong with the change itself.
        scope: Vec<String>,
        /// Each check.
        results: Vec<CheckResult>,
        /// Checks left out.
        skipped: Vec<crate::checks::Check>,
    },
    /// Work is on the forge.
    BranchPushed {
        /// The branch.
        branch: String,
        /// Its head.
        commit: Sha,
    },
    /// A pull request is open.
    PullOpened {
        /// Its number.
        number: u64,
        /// Its address.
        url: String,
        /// Its head.
        head: Sha,
    },
    /// A run ended.
    RunEnded {
        /// The status that was set.
        status: Status,
        /// How many attempts were used.
        attempts: u32,
        /// One sentence.
        summary: String,
        /// The commit of the weights on the hub, if they came from there.
        weights: Option<Sha>,
    },
    /// A pull request was merged.
    PullMerged {
        /// Its number.
        number: u64,
        /// What was merged.
        head: Sha,
        /// The merge commit, when known.
        commit: Option<Sha>,
        /// Whether this program did it.
        by_us: bool,
    },
    /// A pull request was judged.
    GateVerdict {
        /// The verdict.
        verdict: Box<Verdict>,
    },
}

impl Event {
    /// One line for people.
    pub fn text(&self) -> String {
        match self {
            Event::ClaimWon { .. } => "claimed".to_owned(),
            Event::ClaimLost { why } => format!("not claimed: {why}"),
            Event::ClaimReleased { .. } => "claim released".to_owned(),
            Event::StatusMoved { from, to } => format!("{from} → {to}"),
            Event::Step { name } => (*name).to_owned(),
            Event::Downloading { bytes, total } => {
                format!("weights: {} of {}", Bytes(*bytes), Bytes(*total))
            }
            Event::AgentRan {
                attempt,
                ending,
                seconds,
                ..
            } => {
                format!("attempt {attempt}: the agent worked {seconds} s ({ending})")
            }
            Event::AgentWaits { why, seconds } => {
                format!("the agent waits {seconds} s: {why}")
            }
            Event::ChecksRun {
                attempt,
                passed: true,
                ..
            } => {
                format!("attempt {attempt}: the checks passed")
            }
            Event::ChecksRun {
                attempt,
                passed: false,
                ..
            } => {
                format!("attempt {attempt}: the checks did not pass")
            }
            Event::BranchPushed { branch, commit } => {
                format!("pushed {} to {branch}", commit.short())
            }
            Event::PullOpened { url, .. } => format!("opened {url}"),
            Event::RunEnded {
                status, summary, ..
            } => format!("ended {status}: {summary}"),
            Event::PullMerged { number, head, .. } => {
                format!("pull request #{number} merged at {}", head.short())
            }
            Event::GateVerdict { verdict } => {
                let answer = if verdict.pass { "pass" } else { "blocked" };
                format!("judged at {}: {answer}", verdict.head.short())
            }
        }
    }

    /// The kind of entry, for what is recorded.
    pub fn kind(&self) -> Option<EntryKind> {
        match self {
            Event::ClaimWon { .. } => Some(EntryKind::ClaimWon),
            Event::ClaimLost { .. } => Some(EntryKind::ClaimLost),
            Event::ClaimReleased { .. } => Some(EntryKind::ClaimReleased),
            Event::StatusMoved { .. } => Some(EntryKind::StatusMoved),
            Event::Step { .. } | Event::Downloading { .. } | Event::AgentWaits { .. } => None,
            Event::AgentRan { .. } => Some(EntryKind::AgentRan),
            Event::ChecksRun { .. } => Some(EntryKind::ChecksRun),
            Event::BranchPushed { .. } => Some(EntryKind::BranchPushed),
            Event::PullOpened { .. } => Some(EntryKind::PullOpened),
            Event::RunEnded { .. } => Some(EntryKind::RunEnded),
            Event::PullMerged { .. } => Some(EntryKind::PullMerged),
            Event::GateVerdict { .. } => Some(EntryKind::GateVerdict),
        }
    }

    /// The rules it was decided by, if it was a decision.
    fn charter(&self) -> Option<CharterHash> {
        match self {
            Event::GateVerdict { verdict } => Some(verdict.charter),
            Event::ClaimWon { .. }
            | Event::ClaimLost { .. }
            | Event::ClaimReleased { .. }
            | Event::StatusMoved { .. }
            | Event::Step { .. }
            | Event::Downloading { .. }
            | Event::AgentRan { .. }
            | Event::AgentWaits { .. }
            | Event::ChecksRun { .. }
            | Event::BranchPushed { .. }
            | Event::PullOpened { .. }
            | Event::RunEnded { .. }
            | Event::PullMerged { .. } => None,
        }
    }

    /// The particulars: the fields of the variant.
    pub(crate) fn data(&self) -> Value {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields.into_iter().next().map_or(Value::Null, |(_, v)| v),
            Ok(other) => other,
            Err(_) => Value::Null,
        }
    }
}

/// Whoever watches a run: gets each event with the issue that it is about.
pub type Watcher<'a> = dyn FnMut(IssueNumber, &Event) + 'a;

/// The record of what one account does to the issues of one repository.
pub struct Journal<'a> {
    /// Where entries go.
    pub ledger: &'a Ledger,
    /// Who acts.
    pub actor: &'a Account,
    /// Whose issues.
    pub repo: &'a RepoName,
    /// Who watches.
    pub watcher: &'a mut Watcher<'a>,
}

impl Journal<'_> {
    /// Logs an event, shows it, and records it if it is of a kind that is recorded. Entries
    /// name the run.
    ///
    /// # Errors
    /// When the ledger cannot be written: what is not on record must not go on.
    pub async fn note(
        &mut self,
        issue: IssueNumber,
        run: Option<RunId>,
        event: &Event,
    ) -> Result<(), LedgerError> {
        let mut data = event.data();
        if let (Some(run), Value::Object(fields)) = (run, &mut data) {
            fields.insert("run_id".to_owned(), Value::String(run.to_string()));
        }
        self.tell(issue, event, &data);
        let Some(kind) = event.kind() else {
            return Ok(());
        };
        let draft = Draft {
            time: Timestamp::now(),
            actor: self.actor.clone(),
            subject: SubjectId::numbered(self.repo, issue.0),
            kind,
            data,
            charter: event.charter(),
        };
        self.ledger.append(&[draft]).await.map(drop)
    }

    /// Logs and shows an event of a kind that is not recorded.
    pub(crate) fn show(&mut self, issue: IssueNumber, event: &Event) {
        self.tell(issue, event, &event.data());
    }

    fn tell(&mut self, issue: IssueNumber, event: &Event, data: &Value) {
        let kind = event.kind().map_or("step", EntryKind::name);
        info!(issue = issue.0, kind, %data, "event");
        (self.watcher)(issue, event);
    }
}
