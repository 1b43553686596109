//! The worker: looks for the oldest ready issue that it can have, and runs it.

use std::{collections::BTreeMap, time::Instant};

use althing_diag::{Finding, id::Account};
use althing_forge::{Board, BoardIssue, Forge, ForgeError, IssueNumber};
use althing_ledger::{Ledger, LedgerError};
use jiff::Timestamp;
use tracing::{Instrument, debug, info, info_span, warn};

use crate::{
    Claim, Claimed, Event, Journal, Redactor, RunId, RunRecord, Status, WorkerOptions,
    candidates::eligible,
    device::lease::{Lease, Taken},
    journal::Watcher,
    lease::Claimant,
    run::{Progress, Run},
    status::check_board,
};

/// How long an issue is left alone after somebody else won it, in polls, though not longer than
/// a claim may have expired since. Trying at every poll would only add comments and requests.
const POLLS_AFTER_LOSS: u32 = 15;

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
    redactor: Redactor,
    /// Issues that others have, and until when they are left alone.
    not_before: BTreeMap<IssueNumber, Instant>,
    watcher: Box<Watcher<'a>>,
}

impl<'a, F: Forge> Worker<'a, F> {
    /// Resolves account and board, once (B-178), and refuses a board that lacks something.
    /// `watcher` is shown every event. 2 requests.
    pub async fn start(
        forge: &'a F,
        ledger: &'a Ledger,
        options: &'a WorkerOptions,
        watcher: Box<Watcher<'a>>,
    ) -> Result<Self, WorkerError> {
        let account = forge.viewer().await?;
        let board = forge.board(&options.environment.board).await?;
        let findings = check_board(&board);
        if !findings.is_empty() {
            return Err(WorkerError::Findings(findings));
        }
        let environment = &options.environment;
        let redactor = Redactor::new(environment.secrets.clone());
        info!(worker = environment.worker, system = %environment.system, %account, board = board.number, "worker started");
        Ok(Self {
            forge,
            ledger,
            options,
            account,
            board,
            redactor,
            not_before: BTreeMap::new(),
            watcher,
        })
    }

    /// Takes the oldest issue that can be had and runs it to its end; `None` when there is none.
    /// Ready ones come first; then those whose run is dead, which shows in a fence that was not
    /// renewed.
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
        let statuses = [Status::Ready, Status::InProgress].map(Status::name);
        let listed = self.forge.board_issues(&self.board, &statuses).await?;
        let environment = &self.options.environment;
        let issues = eligible(listed, &environment.repo, environment.system);
        let is_ready = |issue: &&BoardIssue| issue.status == Status::Ready.name();
        let (ready, under_way): (Vec<_>, Vec<_>) = issues.iter().partition(is_ready);
        for issue in ready.into_iter().chain(under_way) {
            if let Some(record) = self.try_issue(issue, device.as_mut()).await? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Works until the future is dropped: one issue after the other, and a pause when there is
    /// nothing to do.
    pub async fn run_forever(&mut self) -> Result<std::convert::Infallible, WorkerError> {
        loop {
            if self.run_once().await?.is_none() {
                tokio::time::sleep(self.options.environment.sleep).await;
            }
        }
    }

    /// Claims the issue and runs it; `None` when somebody else has it.
    async fn try_issue(
        &mut self,
        issue: &BoardIssue,
        device: Option<&mut Lease>,
    ) -> Result<Option<RunRecord>, WorkerError> {
        let not_before = self.not_before.get(&issue.number);
        if not_before.is_some_and(|moment| Instant::now() < *moment) {
            return Ok(None);
        }
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
                let pause = environment.sleep * POLLS_AFTER_LOSS;
                let again = Instant::now() + pause.min(environment.claim_ttl / 4);
                self.not_before.insert(issue.number, again);
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
                return Ok(None);
            }
        };
        self.not_before.remove(&issue.number);
        let run = Run {
            account: &self.account,
            options: self.options,
            redactor: &self.redactor,
            issue,
            holder: &holder,
            device,
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
