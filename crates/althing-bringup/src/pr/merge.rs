//! The gate's answer, and what follows from it (specification §9.2, step 4).

use althing_diag::{Finding, id::Sha};
use althing_facts::{Gathered, policy};
use althing_forge::{BoardIssue, ErrorKind, Forge, IssueNumber, MergeMethod, Pull};
use althing_gate::{Verdict, judge};
use althing_ledger::{EntryKind, Filter, SubjectId};
use tracing::warn;

use super::{MergePass, PrOutcome, next::is_of};
use crate::{Event, Status, WorkerError, status::Actor};

impl<F: Forge> MergePass<'_, F> {
    /// Merges what the charter of the target branch lets through, and nothing but the commit
    /// that was judged.
    pub(super) async fn judge_and_merge(
        &mut self,
        issue: &BoardIssue,
        gathered: &Gathered,
    ) -> Result<PrOutcome, WorkerError> {
        let pull = &gathered.pull;
        let verdict = match self.judge(gathered).await? {
            Ok(verdict) if verdict.pass => verdict,
            Ok(verdict) => return Ok(PrOutcome::Blocked { verdict }),
            Err(findings) => return Ok(PrOutcome::Refused { findings }),
        };
        let repo = &self.options.environment.repo;
        let merged = self
            .forge
            .merge_pull(repo, pull.number, &verdict.head, MergeMethod::Squash)
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
        self.move_status(issue, Status::Done).await?;
        self.delete_branch(issue.number, pull).await;
        Ok(PrOutcome::Merged { verdict, commit })
    }

    /// Judges what people must merge: the gate's reasons come first.
    pub(super) async fn judge_for_people(
        &mut self,
        gathered: &Gathered,
        finding: Finding,
    ) -> Result<PrOutcome, WorkerError> {
        Ok(match self.judge(gathered).await? {
            Ok(verdict) if verdict.pass => PrOutcome::Refused {
                findings: vec![finding],
            },
            Ok(verdict) => PrOutcome::Blocked { verdict },
            Err(findings) => PrOutcome::Refused { findings },
        })
    }

    /// The verdict of the rules that hold now; findings when there are none to judge by.
    async fn judge(
        &mut self,
        gathered: &Gathered,
    ) -> Result<Result<Box<Verdict>, Vec<Finding>>, WorkerError> {
        let repo = &self.options.environment.repo;
        let base = &gathered.pull.base_branch;
        let policy = match policy(self.forge, repo, base, self.presets).await {
            Ok(policy) => policy,
            Err(error) => return Ok(Err(error.findings())),
        };
        let verdict = Box::new(judge(&policy.rules, &gathered.facts));
        self.note_verdict(&gathered.pull, &verdict).await?;
        Ok(Ok(verdict))
    }

    /// Records a verdict, unless the last one about this commit says the same.
    async fn note_verdict(&mut self, pull: &Pull, verdict: &Verdict) -> Result<(), WorkerError> {
        let event = Event::GateVerdict {
            verdict: Box::new(verdict.clone()),
        };
        let repo = &self.options.environment.repo;
        let filter = Filter {
            subject: Some(SubjectId::numbered(repo, pull.number.0)),
            kind: Some(EntryKind::GateVerdict),
            ..Filter::default()
        };
        let last = self.ledger.entries(&filter).await?.pop();
        if last.is_none_or(|last| last.data != event.data()) {
            self.note(IssueNumber(pull.number.0), &event).await?;
        }
        Ok(())
    }

    pub(super) async fn note_merged(
        &mut self,
        pull: &Pull,
        commit: Option<Sha>,
        by_us: bool,
    ) -> Result<(), WorkerError> {
        let (number, head) = (pull.number.0, pull.head.clone());
        let event = Event::PullMerged {
            number,
            head,
            commit,
            by_us,
        };
        self.note(IssueNumber(number), &event).await
    }

    /// Moves an issue on from `in review`.
    pub(super) async fn move_status(
        &mut self,
        issue: &BoardIssue,
        to: Status,
    ) -> Result<(), WorkerError> {
        to.check_set_by(Actor::PrTask)
            .map_err(|finding| WorkerError::Findings(vec![*finding]))?;
        self.forge
            .set_status(&self.board, &issue.item, to.name())
            .await?;
        let from = Status::InReview;
        self.note(issue.number, &Event::StatusMoved { from, to })
            .await
    }

    /// Deletes the branch of the bring-up, and no other. That it stays is no harm.
    async fn delete_branch(&self, issue: IssueNumber, pull: &Pull) {
        if !is_of(&pull.head_branch, issue) {
            return;
        }
        let repo = &self.options.environment.repo;
        let name = format!("refs/heads/{}", pull.head_branch);
        if let Err(error) = self.forge.delete_ref(repo, &name).await {
            warn!(branch = pull.head_branch, %error, "the merged branch was not deleted");
        }
    }
}
