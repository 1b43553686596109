//! The merging pass over issues in review (specification §9.2): judge, merge what passes, and
//! only the commit that was judged.

use althing_diag::{
    Finding,
    id::{Account, RepoName, Sha},
};
use althing_facts::{Gathered, gather, policy};
use althing_forge::{
    Board, BoardIssue, BoardName, ErrorKind, Forge, IssueNumber, MergeMethod, Pull, PullState,
};
use althing_gate::{Source, Verdict, judge};
use althing_ledger::{EntryKind, Filter, Ledger, SubjectId};
use serde::Serialize;
use tracing::warn;

use crate::{
    Event, Journal, Status, WorkerError,
    journal::Watcher,
    status::{Actor, check_board},
};

/// What the pass found and did for one issue.
#[derive(Clone, Debug, Serialize)]
pub struct PrReport {
    /// Number of the issue.
    pub issue: u64,
    /// Number of the pull request, if there is exactly one to look at.
    pub pull: Option<u64>,
    /// What came of it.
    pub outcome: PrOutcome,
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
    /// It could not be judged or merged; it stays in review.
    Refused {
        /// Why.
        findings: Vec<Finding>,
    },
    /// No open or merged pull request closes the issue; it stays in review.
    NoPull,
    /// Several open pull requests would close the issue; people must choose.
    SeveralPulls {
        /// Their numbers.
        pulls: Vec<u64>,
    },
}

/// A merging pass that has found its board.
pub struct MergePass<'a, F> {
    forge: &'a F,
    ledger: &'a Ledger,
    repo: &'a RepoName,
    account: Account,
    board: Board,
    presets: &'a [Source<'a>],
    watcher: Box<Watcher<'a>>,
}

impl<'a, F: Forge> MergePass<'a, F> {
    /// Resolves account and board, and refuses a board that lacks something. Charters may extend
    /// `presets`. 2 requests.
    pub async fn start(
        forge: &'a F,
        ledger: &'a Ledger,
        repo: &'a RepoName,
        board: &BoardName,
        presets: &'a [Source<'a>],
        watcher: Box<Watcher<'a>>,
    ) -> Result<Self, WorkerError> {
        let account = forge.viewer().await?;
        let board = forge.board(board).await?;
        let findings = check_board(&board);
        if !findings.is_empty() {
            return Err(WorkerError::Findings(findings));
        }
        Ok(Self {
            forge,
            ledger,
            repo,
            account,
            board,
            presets,
            watcher,
        })
    }

    /// Looks at every issue in review once, oldest first.
    pub async fn run_once(&mut self) -> Result<Vec<PrReport>, WorkerError> {
        let mut issues = self
            .forge
            .board_issues(&self.board, &[Status::InReview.name()])
            .await?;
        issues.retain(|issue| issue.repo == *self.repo);
        issues.sort_by_key(|issue| (issue.created_at, issue.number));
        let mut reports = Vec::with_capacity(issues.len());
        for issue in issues {
            reports.push(self.look_at(&issue).await?);
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
        let report = |pull: Option<&Gathered>, outcome| PrReport {
            issue: issue.number.0,
            pull: pull.map(|it| it.pull.number.0),
            outcome,
        };
        if let Some(merged) = merged {
            self.note_merged(&merged.pull, merged.pull.merge_commit.clone(), false)
                .await?;
            self.move_to_done(issue).await?;
            return Ok(report(Some(merged), PrOutcome::MergedBefore));
        }
        match open.as_slice() {
            [] => Ok(report(None, PrOutcome::NoPull)),
            [one] => Ok(report(Some(one), self.judge_and_merge(issue, one).await?)),
            several => {
                let pulls = several.iter().map(|it| it.pull.number.0).collect();
                Ok(report(None, PrOutcome::SeveralPulls { pulls }))
            }
        }
    }

    /// The pull requests into the default branch that close this very issue (B-291).
    async fn find_pulls(&self, issue: &BoardIssue) -> Result<Vec<Gathered>, WorkerError> {
        let mut found = Vec::new();
        for number in self.forge.linked_pulls(self.repo, issue.number).await? {
            let gathered = gather(self.forge, self.repo, number).await?;
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

    async fn judge_and_merge(
        &mut self,
        issue: &BoardIssue,
        gathered: &Gathered,
    ) -> Result<PrOutcome, WorkerError> {
        let pull = &gathered.pull;
        let policy = match policy(self.forge, self.repo, &pull.base_branch, self.presets).await {
            Ok(policy) => policy,
            Err(error) => {
                return Ok(PrOutcome::Refused {
                    findings: error.findings(),
                });
            }
        };
        let verdict = Box::new(judge(&policy.rules, &gathered.facts));
        self.note_verdict(pull, &verdict).await?;
        if !verdict.pass {
            return Ok(PrOutcome::Blocked { verdict });
        }
        let merged = self
            .forge
            .merge_pull(self.repo, pull.number, &verdict.head, MergeMethod::Squash)
            .await;
        let commit = match merged {
            Ok(commit) => commit,
            Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Forbidden) => {
                return Ok(PrOutcome::Refused {
                    findings: vec![error.finding()],
                });
            }
            Err(error) => return Err(error.into()),
        };
        self.note_merged(pull, Some(commit.clone()), true).await?;
        self.move_to_done(issue).await?;
        self.delete_branch(issue.number, pull).await;
        Ok(PrOutcome::Merged { verdict, commit })
    }

    /// Records a verdict, unless the last one about this commit says the same.
    async fn note_verdict(&mut self, pull: &Pull, verdict: &Verdict) -> Result<(), WorkerError> {
        let event = Event::GateVerdict {
            verdict: Box::new(verdict.clone()),
        };
        let filter = Filter {
            subject: Some(SubjectId::numbered(self.repo, pull.number.0)),
            kind: Some(EntryKind::GateVerdict),
            ..Filter::default()
        };
        let last = self.ledger.entries(&filter).await?.pop();
        if last.is_none_or(|last| last.data != event.data()) {
            self.note(IssueNumber(pull.number.0), &event).await?;
        }
        Ok(())
    }

    async fn note_merged(
        &mut self,
        pull: &Pull,
        commit: Option<Sha>,
        by_us: bool,
    ) -> Result<(), WorkerError> {
        let (number, head) = (pull.number.0, pull.head.clone());
        self.note(
            IssueNumber(number),
            &Event::PullMerged {
                number,
                head,
                commit,
                by_us,
            },
        )
        .await
    }

    async fn move_to_done(&mut self, issue: &BoardIssue) -> Result<(), WorkerError> {
        let (from, to) = (Status::InReview, Status::Done);
        to.check_set_by(Actor::PrTask)
            .map_err(|finding| WorkerError::Findings(vec![*finding]))?;
        self.forge
            .set_status(&self.board, &issue.item, to.name())
            .await?;
        self.note(issue.number, &Event::StatusMoved { from, to })
            .await
    }

    /// Deletes the branch of the bring-up, and no other. That it stays is no harm.
    async fn delete_branch(&self, issue: IssueNumber, pull: &Pull) {
        if !pull
            .head_branch
            .starts_with(&format!("bringup/issue-{issue}-"))
        {
            return;
        }
        let name = format!("refs/heads/{}", pull.head_branch);
        if let Err(error) = self.forge.delete_ref(self.repo, &name).await {
            warn!(branch = pull.head_branch, %error, "the merged branch was not deleted");
        }
    }

    async fn note(&mut self, subject: IssueNumber, event: &Event) -> Result<(), WorkerError> {
        let mut journal = Journal {
            ledger: self.ledger,
            actor: &self.account,
            repo: self.repo,
            watcher: &mut *self.watcher,
        };
        Ok(journal.note(subject, None, event).await?)
    }
}
