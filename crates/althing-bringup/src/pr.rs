//! The merging pass over issues in review (specification §9.2): rebase, test, judge, merge what
//! passes, and only the commit that was judged.
//!
//! A head carries what people and machines said about it: approvals and reports of checks. A
//! rebase makes a new head that carries nothing, so a branch is moved only where nobody's word
//! is lost: not when its head is approved or another account reported on it. Such a branch is
//! rebased and tested here alone, and its head is merged as it was judged. Where the pass does
//! move a branch it repeats its own account's report of the bring-up's checks on the new head, if
//! the same files still change from the same content to the same content.

mod checkout;
mod merge;
mod next;
mod options;
mod outcome;
mod red;
mod trial;

use althing_diag::id::{Account, Sha};
use althing_facts::{Gathered, gather};
use althing_forge::{
    Board, BoardIssue, CheckState, CommitStatus, Forge, IssueNumber, Pull, PullState,
};
use althing_gate::Source;
use althing_ledger::Ledger;
use tracing::info;

use self::{
    next::{Next, TESTS, for_people, next, repeated},
    trial::{Trial, Tried, Trying},
};
use crate::{
    Event, Journal, Redactor, Status, Stopping, WorkerError,
    checks::CONTEXT,
    fences,
    journal::Watcher,
    passes::{Passes, Then},
    seat::Seat,
};

pub use self::{
    options::{Evaluation, MergeOptions},
    outcome::{PrOutcome, PrReport},
};

/// A merging pass that has found its board.
pub struct MergePass<'a, F> {
    forge: &'a F,
    ledger: &'a Ledger,
    options: &'a MergeOptions,
    account: Account,
    board: Board,
    presets: &'a [Source<'a>],
    redactor: Redactor,
    watcher: Box<Watcher<'a>>,
}

impl<'a, F: Forge> MergePass<'a, F> {
    /// Makes sure of the login, resolves account and board, and refuses a board that lacks
    /// something. Charters may extend `presets`. 3 requests.
    pub async fn start(
        forge: &'a F,
        ledger: &'a Ledger,
        options: &'a MergeOptions,
        presets: &'a [Source<'a>],
        watcher: Box<Watcher<'a>>,
    ) -> Result<Self, WorkerError> {
        let Seat { account, board } = Seat::take(forge, &options.environment).await?;
        Ok(Self {
            forge,
            ledger,
            options,
            account,
            board,
            presets,
            redactor: Redactor::of(&options.environment, &options.vars),
            watcher,
        })
    }

    /// Looks again and again, until somebody wants it to stop, and says who. A look that is under
    /// way then is given up: the next one finds everything as it is.
    ///
    /// # Errors
    /// As [`MergePass::run_once`], but for failures that may pass: those are slept over, ever
    /// longer.
    pub async fn run(&mut self, stopping: &Stopping) -> Result<&'static str, WorkerError> {
        let sleep = self.options.environment.sleep;
        let passes = Passes {
            pause: sleep,
            pause_after_failure: sleep,
            stopping,
        };
        let pass = async || {
            if let Ok(reports) = stopping.unless_asked(self.run_once()).await {
                reports?;
            }
            Ok(Then::Pause)
        };
        passes.make(pass).await
    }

    /// Looks at every issue in review once, oldest first.
    pub async fn run_once(&mut self) -> Result<Vec<PrReport>, WorkerError> {
        let mut issues = self
            .forge
            .board_issues(
                &self.board,
                &[Status::InReview.name()],
                fences(&self.options.environment.repo),
            )
            .await?;
        issues.retain(|issue| issue.repo == self.options.environment.repo);
        issues.sort_by_key(|issue| (issue.created_at, issue.number));
        let mut reports: Vec<PrReport> = Vec::with_capacity(issues.len());
        for mut issue in issues {
            // What this pass merged is the base of what comes after it.
            let merged = reports.iter().rev().find_map(PrReport::merged_as);
            if let Some(commit) = merged {
                issue.base.sha = commit.clone();
            }
            let report = match self.look_at(&issue).await {
                // What the forge refuses for one issue says nothing about the others.
                Err(WorkerError::Forge(error)) if error.kind.is_refusal() => PrReport {
                    issue: issue.number.0,
                    pull: None,
                    rebased: None,
                    outcome: PrOutcome::Refused {
                        findings: vec![error.finding()],
                    },
                },
                looked => looked?,
            };
            info!(issue = report.issue, pull = report.pull, outcome = ?report.outcome, "looked at");
            reports.push(report);
        }
        Ok(reports)
    }

    async fn look_at(&mut self, issue: &BoardIssue) -> Result<PrReport, WorkerError> {
        let found = self.find_pulls(issue).await?;
        let merged = found.iter().find(|it| it.pull.state == PullState::Merged);
        let open: Vec<&Gathered> = found
            .iter()
            .filter(|it| it.pull.state == PullState::Open)
            .collect();
        let mut report = PrReport {
            issue: issue.number.0,
            pull: None,
            rebased: None,
            outcome: PrOutcome::NoPull,
        };
        match (open.as_slice(), merged) {
            ([], None) => {}
            // An open one is newer: people made the issue ready again after the other was merged.
            ([], Some(merged)) => {
                self.note_merged(&merged.pull, merged.pull.merge_commit.clone(), false)
                    .await?;
                self.move_status(issue, Status::Done).await?;
                report.pull = Some(merged.pull.number.0);
                report.outcome = PrOutcome::MergedBefore;
            }
            ([one], _) => {
                report.pull = Some(one.pull.number.0);
                report.outcome = self.handle(issue, one, &mut report.rebased).await?;
            }
            (several, _) => {
                let pulls = several.iter().map(|it| it.pull.number.0).collect();
                report.outcome = PrOutcome::SeveralPulls { pulls };
            }
        }
        Ok(report)
    }

    /// The pull requests into the default branch that close this very issue (B-291).
    async fn find_pulls(&self, issue: &BoardIssue) -> Result<Vec<Gathered>, WorkerError> {
        let repo = &self.options.environment.repo;
        let mut found = Vec::new();
        for number in self.forge.linked_pulls(repo, issue.number).await? {
            let gathered = gather(self.forge, repo, number).await?;
            let Pull {
                closes,
                base_branch,
                ..
            } = &gathered.pull;
            if closes.contains(&issue.number) && *base_branch == issue.base.branch {
                found.push(gathered);
            }
        }
        Ok(found)
    }

    async fn handle(
        &mut self,
        issue: &BoardIssue,
        gathered: &Gathered,
        rebased: &mut Option<Sha>,
    ) -> Result<PrOutcome, WorkerError> {
        let pull = &gathered.pull;
        match next(pull, issue.number, &issue.base.sha, &self.account) {
            Next::Judge => self.judge_and_merge(issue, gathered).await,
            Next::People(finding) => self.judge_for_people(gathered, *finding).await,
            Next::Red if self.options.keep_in_review => Ok(PrOutcome::Red {
                summary: "nothing has changed since it was red".to_owned(),
                status: Status::InReview,
            }),
            // People put the issue back: they want it tried again.
            Next::Red => self.try_out(issue, gathered, false, rebased).await,
            Next::Try { may_move } => self.try_out(issue, gathered, may_move, rebased).await,
        }
    }

    async fn try_out(
        &mut self,
        issue: &BoardIssue,
        gathered: &Gathered,
        may_move: bool,
        rebased: &mut Option<Sha>,
    ) -> Result<PrOutcome, WorkerError> {
        let trying = Trying {
            options: self.options,
            author: &self.account,
            issue,
            pull: &gathered.pull,
            may_move,
        };
        let tried = match trying.run().await {
            Ok(Trial::Moved) => return Ok(PrOutcome::Moved),
            Ok(Trial::Red {
                tried,
                summary,
                report,
            }) => {
                self.note_rebased(issue, gathered, &tried, rebased).await?;
                return self
                    .red(issue, &gathered.pull, &tried, summary, &report)
                    .await;
            }
            Ok(Trial::Green(tried)) => tried,
            Err(finding) => {
                return Ok(PrOutcome::Refused {
                    findings: vec![*finding],
                });
            }
        };
        self.note_rebased(issue, gathered, &tried, rebased).await?;
        if !tried.moved && !tried.same_change {
            let why = "the base has changed the same files since it was checked and approved";
            return self.judge_for_people(gathered, for_people(why)).await;
        }
        self.report_tests(&tried, CheckState::Success).await?;
        let repo = &self.options.environment.repo;
        let gathered = gather(self.forge, repo, gathered.pull.number).await?;
        if gathered.pull.head != tried.head {
            return Ok(PrOutcome::Moved);
        }
        self.judge_and_merge(issue, &gathered).await
    }

    /// Records a rebase, and repeats on the new head what this account said of the old one.
    async fn note_rebased(
        &mut self,
        issue: &BoardIssue,
        gathered: &Gathered,
        tried: &Tried,
        rebased: &mut Option<Sha>,
    ) -> Result<(), WorkerError> {
        if !tried.moved {
            return Ok(());
        }
        *rebased = Some(tried.head.clone());
        let pushed = Event::BranchPushed {
            branch: gathered.pull.head_branch.clone(),
            commit: tried.head.clone(),
        };
        self.note(issue.number, &pushed).await?;
        if let Some(description) = repeated(&gathered.pull, &self.account)
            && tried.same_change
        {
            let status = CommitStatus {
                context: CONTEXT.to_owned(),
                state: CheckState::Success,
                description,
            };
            self.set_commit_status(&tried.head, &status).await?;
        }
        Ok(())
    }

    /// Says on the head how its tests went, and on which base.
    async fn report_tests(&self, tried: &Tried, state: CheckState) -> Result<(), WorkerError> {
        let status = CommitStatus {
            context: TESTS.to_owned(),
            state,
            description: format!("on {}", tried.base),
        };
        self.set_commit_status(&tried.head, &status).await
    }

    async fn set_commit_status(
        &self,
        head: &Sha,
        status: &CommitStatus,
    ) -> Result<(), WorkerError> {
        let repo = &self.options.environment.repo;
        Ok(self.forge.set_commit_status(repo, head, status).await?)
    }

    async fn note(&mut self, subject: IssueNumber, event: &Event) -> Result<(), WorkerError> {
        let mut journal = Journal {
            ledger: self.ledger,
            actor: &self.account,
            repo: &self.options.environment.repo,
            watcher: &mut *self.watcher,
        };
        Ok(journal.note(subject, None, event).await?)
    }
}
