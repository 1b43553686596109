//! What follows when a pull request conflicts or its tests fail (specification §9.2, step 5).

use althing_forge::{BoardIssue, CheckState, Forge, Pull};

use super::{MergePass, PrOutcome, trial::Tried};
use crate::{
    Status, WorkerError, fence,
    texts::{cut, fenced, without_claims},
};

impl<F: Forge> MergePass<'_, F> {
    /// Says so on the commit and on the issue, then moves the issue to `failed` (B-299, B-300)
    /// unless people triage (B-301).
    pub(super) async fn red(
        &mut self,
        issue: &BoardIssue,
        pull: &Pull,
        tried: &Tried,
        summary: String,
        report: &str,
    ) -> Result<PrOutcome, WorkerError> {
        let repo = &self.options.environment.repo;
        let now = self
            .forge
            .issue(&self.board, repo, issue.number, &fence(issue.number), None)
            .await?;
        let status = now.item.and_then(|item| item.status);
        if status.as_deref() != Some(Status::InReview.name()) {
            // Another pass or a person was faster.
            return Ok(PrOutcome::Moved);
        }
        let to = if self.options.keep_in_review {
            Status::InReview
        } else {
            Status::Failed
        };
        self.report_tests(tried, CheckState::Failure).await?;
        let comment = comment(pull, tried, to, &summary, report);
        let comment = self.redactor.redact(&comment);
        self.forge.add_comment(repo, issue.number, &comment).await?;
        if to != Status::InReview {
            self.move_status(issue, to).await?;
        }
        Ok(PrOutcome::Red {
            summary,
            status: to,
        })
    }
}

fn comment(pull: &Pull, tried: &Tried, to: Status, summary: &str, report: &str) -> String {
    let (number, branch, base) = (pull.number, &pull.head_branch, &pull.base_branch);
    let steps = format!(
        "git fetch origin {base} {branch} && git checkout {branch}\n\
         git rebase origin/{base}\npython -m pytest -q"
    );
    let report = if report.is_empty() {
        String::new()
    } else {
        format!("{}\n\n", fenced("text", &cut(report)))
    };
    let text = format!(
        "**Not merged: `{to}`**\n\n\
         status set: `{to}`\npull request: #{number}\nbranch: `{branch}`\nhead: {head}\n\
         base: {on}\n\n{summary}\n\n{report}To reproduce:\n\n{steps}\n\n\
         When it is mended, set the status to `in review` again.\n",
        head = tried.head,
        on = tried.base,
        steps = fenced("sh", &steps),
    );
    without_claims(&text)
}
