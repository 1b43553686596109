//! The worker: looks for the oldest ready issue that it can have, and runs it.

use std::{collections::BTreeMap, time::Instant};

use althing_diag::{Code, Finding, id::Account};
use althing_forge::{Board, BoardIssue, Forge, ForgeError, IssueNumber};
use althing_ledger::{Ledger, LedgerError};
use jiff::Timestamp;
use tracing::{Instrument, debug, info, info_span, warn};

use crate::{
    Claim, Claimed, Event, Journal, Redactor, RunId, RunRecord, Status, Stopping, WorkerOptions,
    Workspace,
    candidates::{eligible, next},
    device::lease::{Lease, Taken},
    journal::Watcher,
    lease::{Claimant, fences, is_held},
    passes::{Passes, Then},
    run::{Progress, Run},
    seat::Seat,
};

/// How long an issue is left alone after somebody else won it, in polls, though not longer than
/// a claim may have expired since. Trying at every poll would only add comments and requests.
const POLLS_AFTER_LOSS: u32 = 15;
/// How many issues are tried to get in one look. Whoever loses that many meets a crowd, and looks
/// again after a pause.
const TRIES_PER_LOOK: u32 = 6;

/// What keeps a worker from working at all.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// Something is not as it must be; each finding says what to do.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Findings(Vec<Finding>),
    /// The forge refused.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// What happens cannot be recorded.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl WorkerError {
    /// Whether it may be well the next time.
    pub fn may_pass(&self) -> bool {
        match self {
            WorkerError::Forge(error) => error.kind.may_pass(),
            WorkerError::Findings(findings) => {
                !findings.is_empty() && findings.iter().all(|it| it.code == Code::HubUnavailable)
            }
            WorkerError::Ledger(_) => false,
        }
    }

    /// The same as findings, for people and scripts.
    pub fn findings(&self) -> Vec<Finding> {
        match self {
            WorkerError::Findings(findings) => findings.clone(),
            WorkerError::Forge(error) => vec![error.finding()],
            WorkerError::Ledger(error) => vec![error.finding()],
        }
    }
}

/// A worker that has found its board.
pub struct Worker<'a, F> {
    forge: &'a F,
    ledger: &'a Ledger,
    options: &'a WorkerOptions,
    account: Account,
    board: Board,
    /// Issues that others have, and until when they are left alone.
    not_before: BTreeMap<IssueNumber, Instant>,
    watcher: Box<Watcher<'a>>,
    stopping: Stopping,
}

impl<'a, F: Forge> Worker<'a, F> {
    /// Makes sure of the login, resolves account and board, once (B-178), refuses a board that
    /// lacks something, and removes what dead runs of this worker left on the disk. `watcher` is shown every event;
    /// whoever is told to stop by `stopping` gives back what it works on. 4 requests.
    pub async fn start(
        forge: &'a F,
        ledger: &'a Ledger,
        options: &'a WorkerOptions,
        watcher: Box<Watcher<'a>>,
        stopping: Stopping,
    ) -> Result<Self, WorkerError> {
        let Seat { account, board } = Seat::take(forge, &options.environment).await?;
        let environment = &options.environment;
        for folder in Workspace::sweep(environment.tmp_root.as_deref(), &environment.worker) {
            warn!(dir = %folder.display(), "removed what a dead run left behind");
        }
        info!(worker = environment.worker, system = %environment.system, %account, board = board.number, "worker started");
        Ok(Self {
            forge,
            ledger,
            options,
            account,
            board,
            not_before: BTreeMap::new(),
            watcher,
            stopping,
        })
    }

    /// Works until it is told to stop, and says who told it: one issue after the other, and a
    /// pause when there is nothing to do (B-034, B-393).
    ///
    /// # Errors
    /// As [`Worker::run_once`], but for failures of the forge that may pass: those are slept
    /// over, ever longer.
    pub async fn run(&mut self) -> Result<&'static str, WorkerError> {
        let stopping = self.stopping.clone();
        let sleep = self.options.environment.sleep;
        let passes = Passes {
            pause: sleep,
            pause_after_failure: sleep,
            stopping: &stopping,
        };
        let pass = async || {
            Ok(match self.run_once().await? {
                None => Then::Pause,
                // If it is this machine's fault, it must not use up the backlog.
                Some(record) if record.status == Status::SetupError => Then::BackOff,
                Some(_) => Then::GoOn,
            })
        };
        passes.make(pass).await
    }

    /// Takes the oldest issue that can be had and runs it to its end; `None` when there is none,
    /// or when it is told to stop before. Ready ones come first; then those whose run is dead,
    /// which shows in a fence that was not renewed.
    ///
    /// # Errors
    /// When the forge or the ledger fails so that no outcome can be told. A run that fails is no
    /// error: its record says how it ended.
    pub async fn run_once(&mut self) -> Result<Option<RunRecord>, WorkerError> {
        let mut device = None;
        if !self.options.skip_tt {
            let taken = Lease::take(&self.options.device_dir);
            match taken.map_err(|finding| WorkerError::Findings(vec![finding]))? {
                Taken::Held(lease) => device = Some(lease),
                Taken::Busy => {
                    info!("another worker has the accelerator");
                    return Ok(None);
                }
            }
        }
        let Ok(waiting) = self.stopping.unless_asked(self.look()).await else {
            return Ok(None);
        };
        let mut waiting = waiting?;
        for lost in 0..TRIES_PER_LOOK {
            let Some(issue) = next(&mut waiting, lost, fastrand::f64()) else {
                break;
            };
            if self.stopping.by().is_some() {
                break;
            }
            if let Some(record) = self.try_issue(&issue, device.as_mut()).await? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// What there is to do and nobody has, the most urgent first. 1 request per 100 items on the
    /// board.
    async fn look(&self) -> Result<Vec<BoardIssue>, WorkerError> {
        let statuses = [Status::Ready, Status::InProgress].map(Status::name);
        let listed = self
            .forge
            .board_issues(
                &self.board,
                &statuses,
                fences(&self.options.environment.repo),
            )
            .await?;
        let environment = &self.options.environment;
        let mut issues = eligible(listed, &environment.repo, environment.system);
        let now = Timestamp::now();
        issues.retain(|issue| {
            self.options.only.is_none_or(|only| only == issue.number)
                && !is_held(issue, now, environment.claim_ttl)
                && !self.is_left_alone(issue.number)
        });
        issues.sort_by_key(|issue| issue.status != Status::Ready.name());
        Ok(issues)
    }

    /// Claims the issue and runs it; `None` when somebody else has it or the forge refuses it.
    async fn try_issue(
        &mut self,
        issue: &BoardIssue,
        device: Option<&mut Lease>,
    ) -> Result<Option<RunRecord>, WorkerError> {
        match self.claim_and_run(issue, device).await {
            Err(WorkerError::Forge(error)) if error.kind.is_refusal() => {
                warn!(issue = issue.number.0, %error, "left alone for a while");
                self.leave_alone(issue.number);
                Ok(None)
            }
            done => done,
        }
    }

    fn is_left_alone(&self, issue: IssueNumber) -> bool {
        let not_before = self.not_before.get(&issue);
        not_before.is_some_and(|moment| Instant::now() < *moment)
    }

    fn leave_alone(&mut self, issue: IssueNumber) {
        let environment = &self.options.environment;
        let pause = environment.sleep * POLLS_AFTER_LOSS;
        let again = Instant::now() + pause.min(environment.claim_ttl / 4);
        self.not_before.insert(issue, again);
    }

    async fn claim_and_run(
        &mut self,
        issue: &BoardIssue,
        device: Option<&mut Lease>,
    ) -> Result<Option<RunRecord>, WorkerError> {
        let started = Timestamp::now();
        let environment = &self.options.environment;
        let claim = Claim::new(
            &environment.worker,
            environment.system,
            RunId::generate(),
            started,
        );
        let run = claim.run_id;
        let claimant = Claimant {
            forge: self.forge,
            board: &self.board,
            account: &self.account,
            ttl: environment.claim_ttl,
        };
        let claimed = claimant.claim(issue, claim).await?;
        let mut journal = Journal {
            ledger: self.ledger,
            actor: &self.account,
            repo: &environment.repo,
            watcher: &mut *self.watcher,
        };
        let holder = match claimed {
            Claimed::Won(holder) => holder,
            Claimed::Lost(why) => {
                let why = why.to_string();
                if issue.status == Status::InProgress.name() {
                    // That its run lives is what one expects to see.
                    debug!(issue = issue.number.0, why, "not taken over");
                } else {
                    warn!(issue = issue.number.0, why, "not claimed");
                    journal
                        .note(issue.number, Some(run), &Event::ClaimLost { why })
                        .await?;
                }
                self.leave_alone(issue.number);
                return Ok(None);
            }
        };
        self.not_before.remove(&issue.number);
        // Stored logins change; those of this moment count.
        let redactor = Redactor::of(environment, &self.options.vars);
        let run = Run {
            account: &self.account,
            options: self.options,
            redactor: &redactor,
            issue,
            holder: &holder,
            device,
            stopping: &self.stopping,
            journal,
            status: Status::parse(&issue.status).unwrap_or(Status::Ready),
            progress: Progress::default(),
        };
        let (worker, run_id) = (&environment.worker, run.run_id());
        let span =
            info_span!("run", issue = issue.number.0, %run_id, worker, pid = std::process::id());
        run.run(started).instrument(span).await.map(Some)
    }
}
