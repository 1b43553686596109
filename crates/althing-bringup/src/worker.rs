//! The worker: looks for the oldest ready issue that it can have, and runs it.

use std::collections::BTreeMap;

use althing_diag::{Finding, id::Account};
use althing_forge::{Board, BoardIssue, Forge, ForgeError, IssueNumber};
use althing_ledger::{Ledger, LedgerError};
use jiff::Timestamp;
use tracing::{Instrument, info, info_span, warn};

use crate::{
    Claim, Claimed, Event, Journal, Redactor, RunId, RunRecord, Status, WorkerOptions,
    candidates::eligible,
    journal::Watcher,
    lease::Claimant,
    run::{Progress, Run},
    status::check_board,
};

/// How long an issue is left alone after somebody else won it, in polls.
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
    lost: BTreeMap<IssueNumber, u32>,
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
            lost: BTreeMap::new(),
            watcher,
        })
    }

    /// Takes the oldest issue that can be had and runs it to its end; `None` when there is none.
    ///
    /// # Errors
    /// When the forge or the ledger fails so that no outcome can be told. A run that fails is no
    /// error: its record says how it ended.
    pub async fn run_once(&mut self) -> Result<Option<RunRecord>, WorkerError> {
        let ready = self
            .forge
            .board_issues(&self.board, Status::Ready.name())
            .await?;
        let environment = &self.options.environment;
        for issue in eligible(ready, &environment.repo, environment.system) {
            if let Some(record) = self.try_issue(&issue).await? {
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
    async fn try_issue(&mut self, issue: &BoardIssue) -> Result<Option<RunRecord>, WorkerError> {
        if self.recently_lost(issue.number) {
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
            repo: &environment.repo,
            account: &self.account,
        };
        let claimed = claimant.claim(issue, claim).await?;
        let mut journal = Journal {
            ledger: self.ledger,
            actor: &self.account,
            repo: &environment.repo,
            watcher: &mut *self.watcher,
        };
        let lease = match claimed {
            Claimed::Won(lease) => lease,
            Claimed::Lost(why) => {
                warn!(issue = issue.number.0, why, "not claimed");
                journal
                    .note(issue.number, Some(run), &Event::ClaimLost { why })
                    .await?;
                self.lost.insert(issue.number, POLLS_AFTER_LOSS);
                return Ok(None);
            }
        };
        let run = Run {
            forge: self.forge,
            board: &self.board,
            account: &self.account,
            options: self.options,
            redactor: &self.redactor,
            issue,
            lease: &lease,
            journal,
            status: Status::Ready,
            progress: Progress::default(),
        };
        let (worker, run_id) = (&environment.worker, lease.claim.run_id);
        let span =
            info_span!("run", issue = issue.number.0, %run_id, worker, pid = std::process::id());
        run.run(started).instrument(span).await.map(Some)
    }

    /// Whether the issue was lost a few polls ago. Trying again at every poll would only add
    /// comments and requests.
    fn recently_lost(&mut self, issue: IssueNumber) -> bool {
        let Some(polls) = self.lost.get_mut(&issue) else {
            return false;
        };
        *polls = polls.saturating_sub(1);
        if *polls == 0 {
            self.lost.remove(&issue);
        }
        true
    }
}
