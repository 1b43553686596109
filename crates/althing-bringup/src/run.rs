//! One run on a claimed issue, steps A to I of specification §9.1.

mod attempts;
mod device;
mod ending;
mod house;
mod opinion;
mod prepare;
mod story;

use althing_diag::id::{Account, Sha};
use althing_forge::{BoardIssue, Forge, ForgeError};
use althing_ledger::LedgerError;
use jiff::Timestamp;
use serde::Serialize;
use tracing::{error, info, warn};

use self::{house::House, story::Story};
use crate::{
    BringupRequest, Check, CheckPlan, CommandError, Event, Holder, Journal, Lost, Metrics, ModelId,
    Permit, Redactor, RunId, SetupFailure, Status, Stopping, System, WorkerError, WorkerOptions,
    Workspace, branch_name,
    checks::Attempt,
    child_env::Vars,
    device::lease::Lease,
    repository::Repository,
    status::Actor,
    texts::{About, given_back, setup_error},
};

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
    /// The commit of the weights on the hub; `None` when they were not had from there.
    pub weights: Option<Sha>,
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
    pub(crate) account: &'a Account,
    pub(crate) options: &'a WorkerOptions,
    pub(crate) redactor: &'a Redactor,
    pub(crate) issue: &'a BoardIssue,
    /// The hold on the issue, and with it the only way to the forge.
    pub(crate) holder: &'a Holder<'a, F>,
    /// The accelerator; `None` where none is used.
    pub(crate) device: Option<&'a mut Lease>,
    pub(crate) stopping: &'a Stopping,
    pub(crate) journal: Journal<'a>,
    pub(crate) status: Status,
    pub(crate) progress: Progress,
}

/// What is known of a run so far; whatever happens, this much can be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    model: Option<ModelId>,
    weights: Option<Sha>,
    branch: Option<String>,
    attempts: u32,
    metrics: Vec<Metrics>,
    skipped: Vec<Check>,
    passed: bool,
    pushed: Option<Sha>,
    pull: Option<PullOpened>,
    /// Evaluations of the last attempt that passed, but not at once.
    flakes: Vec<String>,
    /// What the agent thinks of its work.
    opinion: Option<String>,
    /// Why no further attempt was made, though attempts were left.
    spent: Option<String>,
    /// The work as a patch, when it passed and could not be pushed.
    patch: Option<String>,
    story: Story,
}

/// What the agent and the checks work with.
struct Prepared {
    request: BringupRequest,
    house: House,
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
pub(crate) struct Stop(pub(crate) Box<SetupFailure>);

/// What cannot be recorded must not go on, but people are told.
impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::setup("recording what happens", error.to_string()).help(error.finding().help)
    }
}

impl Stop {
    pub(crate) fn setup(step: &'static str, message: impl Into<String>) -> Self {
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

    pub(crate) fn command(step: &'static str, error: &CommandError) -> Self {
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

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    pub(crate) fn reproduce(mut self, commands: impl Into<String>) -> Self {
        self.0.reproduce = commands.into();
        self
    }
}

impl<'a, F: Forge> Run<'a, F> {
    /// Works on the issue and tells how it ended. An error means that not even that could be
    /// told or recorded; if the issue still is `in progress` then, its fence is left to expire.
    ///
    /// Meanwhile the claim is kept. When that fails, everything else stops at once: dropping the
    /// work ends its processes and removes its folder.
    pub(crate) async fn run(mut self, started: Timestamp) -> Result<RunRecord, WorkerError> {
        let holder = self.holder;
        let kept = tokio::select! {
            biased;
            lost = holder.keep() => Err(lost),
            ended = self.until_its_end() => Ok(ended),
        };
        match kept {
            Ok(ending) => Ok(self.record(ending?, started)),
            Err(lost) => {
                let ending = self.stop(&lost).await?;
                Ok(self.record(ending, started))
            }
        }
    }

    /// A run that must not go on says nothing on the issue any more: it is not its own. A fence
    /// that still stands is left to expire: if what was seen was an old state of the issue, which
    /// in fact is `in progress`, only a fence shows others that it can be taken over.
    async fn stop(&mut self, lost: &Lost) -> Result<Ending, WorkerError> {
        let summary = match lost {
            Lost::Claim(why) => format!("stopped, for the claim was lost: {why}"),
            Lost::Work(why) => format!("stopped, for the issue was taken away: {why}"),
        };
        warn!(issue = self.issue.number.0, summary, "stopped");
        let (status, attempts) = (self.status, self.progress.attempts);
        self.note(&Event::RunEnded {
            status,
            attempts,
            summary: summary.clone(),
            weights: self.progress.weights.clone(),
        })
        .await?;
        Ok(Ending {
            status,
            summary,
            comment: String::new(),
        })
    }

    async fn until_its_end(&mut self) -> Result<Ending, WorkerError> {
        let mut ending = match self.bring_up().await {
            Ok(ending) => ending,
            Err(Stop(failure)) => self.stopped(&failure),
        };
        self.return_device();
        ending.summary = self.redactor.redact(&ending.summary);
        let told = self.tell(&ending).await;
        let goes_on = matches!(self.status, Status::Ready | Status::InProgress);
        let released = if told.is_err() && goes_on {
            // Not told, so it is not over: when the fence has expired, another worker tries.
            Ok(())
        } else {
            self.release().await
        };
        let mut summary = ending.summary.clone();
        if let Err(error) = &told {
            error!(issue = self.issue.number.0, %error, status = %self.status, "the ending could not be told");
            summary = format!("{summary}; this could not be told: {error}");
        }
        let (status, attempts) = (self.status, self.progress.attempts);
        let weights = self.progress.weights.clone();
        let noted = self
            .note(&Event::RunEnded {
                status,
                attempts,
                summary,
                weights,
            })
            .await;
        told.and(released)?;
        noted?;
        Ok(ending)
    }

    /// The steps. The workspace goes away when this returns (I).
    ///
    /// Whoever is told to stop stops working at once, but nobody stops half way through telling:
    /// that takes seconds.
    async fn bring_up(&mut self) -> Result<Ending, Stop> {
        self.start().await?; // A
        let stopping = self.stopping;
        let worked = tokio::select! {
            biased;
            by = stopping.asked() => Err(by),
            worked = self.work_it_out() => Ok(worked?),
        };
        match worked {
            Ok((prepared, attempt)) if attempt.passed() => self.succeed(&prepared).await, // G
            Ok((prepared, attempt)) => self.fail(&prepared, &attempt).await,              // H
            Err(by) => Ok(self.give_back(by)),
        }
    }

    async fn work_it_out(&mut self) -> Result<(Prepared, Attempt), Stop> {
        let prepared = self.prepare().await?; // B, C, D
        match self.attempts(&prepared).await {
            // E, F
            Ok(attempt) => Ok((prepared, attempt)),
            Err(stop) => {
                self.preserve(&prepared).await;
                Err(stop)
            }
        }
    }

    /// The ending of a run whose worker is told to stop: the issue is anybody's again.
    fn give_back(&self, by: &str) -> Ending {
        let summary = format!("the worker was stopped by {by}; the issue is `ready` again");
        Ending {
            status: Status::Ready,
            comment: given_back(&self.about(), &summary),
            summary,
        }
    }

    async fn start(&mut self) -> Result<(), Stop> {
        let fence = self.holder.fence();
        self.note(&Event::ClaimWon { fence }).await?;
        if self.status == Status::InProgress {
            // Taken over from a run that died.
            return Ok(());
        }
        let moved = self
            .move_status(&self.holder.won(), Status::InProgress)
            .await;
        moved.map_err(|error| match error {
            WorkerError::Ledger(error) => error.into(),
            WorkerError::Forge(error) => Stop::forge("claiming", &error),
            WorkerError::Findings(findings) => Stop::setup(
                "claiming",
                findings.first().map_or_else(String::new, |f| f.to_string()),
            ),
        })
    }

    /// The ending of a run that its surroundings stopped; work is not lost.
    fn stopped(&self, failure: &SetupFailure) -> Ending {
        let passed = (self.progress.passed).then(|| "All checks had passed.".to_owned());
        let branch = self.branch();
        let kept = match (
            &self.progress.pull,
            &self.progress.pushed,
            &self.progress.patch,
        ) {
            (Some(PullOpened { url, .. }), ..) => Some(format!(
                "{url} is open; setting the status to `in review` is all that is left to do."
            )),
            (None, Some(_), _) => Some(format!("The work is kept on the branch `{branch}`.")),
            (None, None, Some(patch)) => Some(format!(
                "The branch could not be pushed; this patch is the work (`git am`):\n\n{patch}"
            )),
            (None, None, None) => None,
        };
        let saved: Vec<String> = passed.into_iter().chain(kept).collect();
        let saved = (!saved.is_empty()).then(|| saved.join(" "));
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
        let permit = self.holder.permit().await?;
        if let Err(error) = self.holder.comment(&permit, &comment).await {
            warn!(%comment, "not posted");
            self.move_status(&permit, Status::SetupError).await?;
            return Err(error.into());
        }
        self.move_status(&permit, ending.status).await
    }

    async fn move_status(&mut self, permit: &Permit<'a>, to: Status) -> Result<(), WorkerError> {
        (self.status.check_move(to, Actor::Worker))
            .map_err(|finding| WorkerError::Findings(vec![*finding]))?;
        self.holder.set_status(permit, to).await?;
        let from = std::mem::replace(&mut self.status, to);
        self.note(&Event::StatusMoved { from, to }).await?;
        Ok(())
    }

    /// Takes the fence down, so that the issue can be claimed again when it is `ready` again.
    async fn release(&mut self) -> Result<(), WorkerError> {
        let fence = self.holder.fence();
        self.holder.release().await?;
        self.note(&Event::ClaimReleased { fence }).await?;
        Ok(())
    }

    async fn note(&mut self, event: &Event) -> Result<(), LedgerError> {
        let line = self.redactor.redact(&event.text());
        self.holder
            .show(self.progress.story.add(Timestamp::now(), &line));
        self.journal
            .note(self.issue.number, Some(self.holder.run()), event)
            .await
    }

    async fn step(&mut self, name: &'static str) -> Result<(), LedgerError> {
        self.note(&Event::Step { name }).await
    }

    pub(crate) fn run_id(&self) -> RunId {
        self.holder.run()
    }

    fn branch(&self) -> &str {
        self.progress.branch.as_deref().unwrap_or("none")
    }

    fn about(&self) -> About<'_> {
        About {
            issue: self.issue.number,
            run_id: self.holder.run(),
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
            weights,
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
            run_id: self.holder.run(),
            worker: self.options.environment.worker.clone(),
            system: self.options.environment.system,
            model,
            weights,
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
