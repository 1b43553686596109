//! One run on a claimed issue, steps A to I of specification §9.1.

mod attempts;
mod ending;
mod prepare;

use std::time::Duration;

use althing_diag::id::{Account, Sha};
use althing_forge::{Board, BoardIssue, ErrorKind, Forge, ForgeError};
use althing_ledger::LedgerError;
use jiff::Timestamp;
use serde::Serialize;
use tracing::{error, info, warn};

use crate::{
    BringupRequest, Check, CheckPlan, CommandError, Event, Journal, Lease, Metrics, ModelId,
    Redactor, RunId, SetupFailure, Status, System, WorkerError, WorkerOptions, Workspace,
    branch_name,
    child_env::Vars,
    repository::Repository,
    status::Actor,
    texts::{About, setup_error},
};

/// How often something that fails by the network is tried.
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// A run that ended, as it is shown and kept.
#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    /// Number of the issue.
    pub issue: u64,
    /// The run.
    pub run_id: RunId,
    /// The worker's name.
    pub worker: String,
    /// Its kind of machine.
    pub system: System,
    /// The model; `None` when the issue could not be read.
    pub model: Option<ModelId>,
    /// The branch, if it is on the forge.
    pub branch: Option<String>,
    /// Its head, if it is on the forge.
    pub head: Option<Sha>,
    /// The status that was set.
    pub status: Status,
    /// How many attempts were used.
    pub attempts: u32,
    /// The pull request, if one was opened.
    pub pull: Option<PullOpened>,
    /// Metrics of the last attempt.
    pub metrics: Vec<Metrics>,
    /// Checks that were left out.
    pub skipped: Vec<Check>,
    /// How it ended, one sentence.
    pub summary: String,
    /// When the claim was posted.
    pub started: Timestamp,
    /// When the run ended.
    pub ended: Timestamp,
}

/// A pull request that a run opened.
#[derive(Clone, Debug, Serialize)]
pub struct PullOpened {
    /// Its number.
    pub number: u64,
    /// Its address.
    pub url: String,
}

/// One run.
pub(crate) struct Run<'a, F> {
    pub(crate) forge: &'a F,
    pub(crate) board: &'a Board,
    pub(crate) account: &'a Account,
    pub(crate) options: &'a WorkerOptions,
    pub(crate) redactor: &'a Redactor,
    pub(crate) issue: &'a BoardIssue,
    pub(crate) lease: &'a Lease,
    pub(crate) journal: Journal<'a>,
    pub(crate) status: Status,
    pub(crate) progress: Progress,
}

/// What is known of a run so far; whatever happens, this much can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    model: Option<ModelId>,
    branch: Option<String>,
    attempts: u32,
    metrics: Vec<Metrics>,
    skipped: Vec<Check>,
    passed: bool,
    pushed: Option<Sha>,
    pull: Option<PullOpened>,
    /// Why no further attempt was made, though attempts were left.
    spent: Option<String>,
    /// The work as a patch, when it passed and could not be pushed.
    patch: Option<String>,
}

/// What the agent and the checks work with.
struct Prepared {
    request: BringupRequest,
    plan: CheckPlan,
    repository: Repository,
    workspace: Workspace,
    checks: Vars,
    agent: Vars,
}

/// How a run ends: the status to set and what to say on the issue.
struct Ending {
    status: Status,
    summary: String,
    comment: String,
}

/// Why a run cannot go on: its surroundings failed.
struct Stop(Box<SetupFailure>);

/// What cannot be recorded must not go on, but people are told.
impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::setup("recording what happens", error.to_string()).help(error.finding().help)
    }
}

impl Stop {
    fn setup(step: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let detail = message.clone();
        Self(Box::new(SetupFailure {
            step,
            message,
            detail,
            reproduce: String::new(),
            help: None,
        }))
    }

    fn command(step: &'static str, error: &CommandError) -> Self {
        let reproduce = match error {
            CommandError::Missing(program) => format!("command -v {program}"),
            CommandError::Io { argv, .. } => argv.to_string(),
            CommandError::Failed(finished) => finished.argv.to_string(),
        };
        let (message, detail) = (error.to_string(), error.report());
        Self(Box::new(SetupFailure {
            step,
            message,
            detail,
            reproduce,
            help: None,
        }))
    }

    fn forge(step: &'static str, error: &ForgeError) -> Self {
        Self(Box::new(SetupFailure {
            step,
            message: error.to_string(),
            detail: error.to_string(),
            reproduce: error.command.clone(),
            help: Some(error.finding().help),
        }))
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    fn reproduce(mut self, commands: impl Into<String>) -> Self {
        self.0.reproduce = commands.into();
        self
    }
}

/// Asks for something that may be asked twice, and tries again when the network failed.
async fn again(ask: impl AsyncFn() -> Result<(), ForgeError>) -> Result<(), ForgeError> {
    for _ in 1..TRIES {
        match ask().await {
            Err(error) if error.kind == ErrorKind::Transient => warn!(%error, "trying again"),
            done => return done,
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    ask().await
}

impl<F: Forge> Run<'_, F> {
    /// Works on the issue and tells how it ended. An error means that not even that could be
    /// told or recorded; the fence comes down all the same, so that people can set the issue to
    /// `ready` again.
    pub(crate) async fn run(mut self, started: Timestamp) -> Result<RunRecord, WorkerError> {
        let mut ending = match self.bring_up().await {
            Ok(ending) => ending,
            Err(Stop(failure)) => self.stopped(&failure),
        };
        ending.summary = self.redactor.redact(&ending.summary);
        let told = self.tell(&ending).await;
        let released = self.release().await;
        let mut summary = ending.summary.clone();
        if let Err(error) = &told {
            error!(issue = self.issue.number.0, %error, status = %self.status, "the ending could not be told");
            summary = format!("{summary}; this could not be told: {error}");
        }
        let (status, attempts) = (self.status, self.progress.attempts);
        let noted = self
            .note(&Event::RunEnded {
                status,
                attempts,
                summary,
            })
            .await;
        told.and(released)?;
        noted?;
        Ok(self.record(ending, started))
    }

    /// The steps. The workspace goes away when this returns (I).
    async fn bring_up(&mut self) -> Result<Ending, Stop> {
        self.start().await?; // A
        let prepared = self.prepare().await?; // B, C, D
        let attempt = self.attempts(&prepared).await?; // E, F
        if attempt.passed() {
            self.succeed(&prepared).await // G
        } else {
            self.fail(&prepared, &attempt).await // H
        }
    }

    async fn start(&mut self) -> Result<(), Stop> {
        let fence = self.lease.fence.clone();
        self.note(&Event::ClaimWon { fence }).await?;
        let moved = self.move_status(Status::InProgress).await;
        moved.map_err(|error| match error {
            WorkerError::Ledger(error) => error.into(),
            WorkerError::Forge(error) => Stop::forge("claiming", &error),
            WorkerError::Findings(findings) => Stop::setup(
                "claiming",
                findings.first().map_or_else(String::new, |f| f.to_string()),
            ),
        })
    }

    /// The ending of a run that its surroundings stopped; work that had passed is not lost.
    fn stopped(&self, failure: &SetupFailure) -> Ending {
        let saved = match (&self.progress.pushed, &self.progress.patch) {
            _ if !self.progress.passed => None,
            (Some(_), _) => Some(format!(
                "All checks had passed. The work is kept on the branch `{}`.",
                self.branch()
            )),
            (None, Some(patch)) => Some(format!(
                "All checks had passed. The branch could not be pushed; this patch is the work \
                 (`git am`):\n\n{patch}"
            )),
            (None, None) => Some("All checks had passed.".to_owned()),
        };
        Ending {
            status: Status::SetupError,
            summary: format!("{}: {}", failure.step, failure.message),
            comment: setup_error(&self.about(), failure, saved.as_deref()),
        }
    }

    /// Comments, then moves the status. When the comment cannot be posted the status becomes
    /// `setup error`: nobody must find an outcome without an explanation.
    async fn tell(&mut self, ending: &Ending) -> Result<(), WorkerError> {
        let comment = self.redactor.redact(&ending.comment);
        if ending.status == Status::InReview {
            info!(status = %ending.status, summary = %ending.summary, "ended");
        } else {
            // The comment holds the commands and the ends of their output.
            warn!(status = %ending.status, %comment, "ended");
        }
        let posted =
            self.forge
                .add_comment(&self.options.environment.repo, self.issue.number, &comment);
        if let Err(error) = posted.await {
            warn!(%comment, "not posted");
            self.move_status(Status::SetupError).await?;
            return Err(error.into());
        }
        self.move_status(ending.status).await
    }

    async fn move_status(&mut self, to: Status) -> Result<(), WorkerError> {
        to.check_set_by(Actor::Worker)
            .map_err(|finding| WorkerError::Findings(vec![*finding]))?;
        let (forge, board, item) = (self.forge, self.board, &self.issue.item);
        again(async || forge.set_status(board, item, to.name()).await).await?;
        let from = std::mem::replace(&mut self.status, to);
        self.note(&Event::StatusMoved { from, to }).await?;
        Ok(())
    }

    /// Takes the fence down, so that the issue can be claimed again when it is `ready` again.
    async fn release(&mut self) -> Result<(), WorkerError> {
        let fence = self.lease.fence.clone();
        let (forge, repo) = (self.forge, &self.options.environment.repo);
        match again(async || forge.delete_ref(repo, &fence).await).await {
            // Down already: a try that seemed to fail, or somebody's help.
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Conflict) => {
                warn!(%error, "the fence was down");
            }
            done => done?,
        }
        self.note(&Event::ClaimReleased { fence }).await?;
        Ok(())
    }

    async fn note(&mut self, event: &Event) -> Result<(), LedgerError> {
        self.journal
            .note(self.issue.number, Some(self.lease.claim.run_id), event)
            .await
    }

    async fn step(&mut self, name: &'static str) -> Result<(), LedgerError> {
        self.note(&Event::Step { name }).await
    }

    fn branch(&self) -> &str {
        self.progress.branch.as_deref().unwrap_or("none")
    }

    fn about(&self) -> About<'_> {
        About {
            issue: self.issue.number,
            run_id: self.lease.claim.run_id,
            worker: &self.options.environment.worker,
            system: self.options.environment.system,
            branch: self.branch(),
        }
    }

    /// Reads the issue's text; a wrong one is named place by place.
    fn read_issue(&mut self) -> Result<BringupRequest, Stop> {
        let request =
            BringupRequest::parse(self.issue.number, &self.issue.body).map_err(|findings| {
                let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
                let view = format!("gh issue view {} -R {}", self.issue.number, self.issue.repo);
                Stop::setup("reading the issue", lines.join("\n"))
                    .reproduce(view)
                    .help("Correct the issue's text, then set its status to `ready` again.")
            })?;
        self.progress.model = Some(request.model.clone());
        self.progress.branch = Some(branch_name(self.issue.number, request.model.as_str()));
        Ok(request)
    }

    fn record(self, ending: Ending, started: Timestamp) -> RunRecord {
        let Progress {
            model,
            branch,
            attempts,
            metrics,
            skipped,
            pushed,
            pull,
            ..
        } = self.progress;
        RunRecord {
            issue: self.issue.number.0,
            run_id: self.lease.claim.run_id,
            worker: self.options.environment.worker.clone(),
            system: self.options.environment.system,
            model,
            branch: branch.filter(|_| pushed.is_some()),
            head: pushed,
            status: ending.status,
            attempts,
            pull,
            metrics,
            skipped,
            summary: ending.summary,
            started,
            ended: Timestamp::now(),
        }
    }
}
