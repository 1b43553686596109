//! Steps G and H: the pull request, or the preserved work.

use althing_forge::{CheckState, CommitStatus, Forge, NewPull};
use tracing::warn;

use super::{Ending, Prepared, PullOpened, Run, Stop};
use crate::{
    CommandError, Event, Permit, Status,
    again::{BETWEEN_TRIES, TRIES},
    checks::{Attempt, CONTEXT},
    texts::{commit_message, failed, fenced, in_review, preserve_message, pull_body, pull_title},
};

/// The longest patch that a comment takes, in bytes.
const LONGEST_PATCH: usize = 25_000;

impl<'a, F: Forge> Run<'a, F> {
    pub(super) async fn succeed(&mut self, prepared: &Prepared) -> Result<Ending, Stop> {
        self.step("opening the pull request").await?;
        let Prepared { request, plan, .. } = prepared;
        let environment = &self.options.environment;
        let metrics = self.progress.metrics.clone();
        let message = match metrics.last() {
            Some(last) => commit_message(request, environment.system, last),
            None => return Err(Stop::setup("committing", "no evaluation reported metrics")),
        };
        let permit = self.permit("pushing").await?;
        self.commit_and_push(prepared, &message, &permit)
            .await
            .map_err(|error| Stop::command("pushing", &error))?;
        self.note_pushed().await?;
        // Before there is a pull request: one whose head lacks the report would never be merged.
        self.report_checks(&permit).await?;

        let limitations = self.limitations();
        let about = self.about();
        let body = pull_body(
            &about,
            request,
            plan,
            &metrics,
            &prepared.house.thresholds,
            &limitations,
            self.progress.opinion.as_deref(),
        );
        let pull = NewPull {
            base: self.issue.base.branch.clone(),
            head: self.branch().to_owned(),
            title: pull_title(request, environment.system),
            body: self.redactor.redact(&body),
        };
        let opened = self.holder.open_pull(&permit, &pull).await;
        let opened = opened.map_err(|error| Stop::forge("opening the pull request", &error))?;
        let url = opened.url.clone();
        self.progress.pull = Some(PullOpened {
            number: opened.number.0,
            url: opened.url,
        });
        if let Some(head) = self.progress.pushed.clone() {
            let number = opened.number.0;
            self.note(&Event::PullOpened {
                number,
                url: url.clone(),
                head,
            })
            .await?;
        }
        Ok(Ending {
            status: Status::InReview,
            summary: format!("the checks passed and {url} is open"),
            comment: in_review(
                &self.about(),
                &url,
                plan,
                &metrics,
                &prepared.house.thresholds,
            ),
        })
    }

    async fn report_checks(&self, permit: &Permit<'_>) -> Result<(), Stop> {
        let Some(head) = &self.progress.pushed else {
            return Ok(());
        };
        let status = CommitStatus {
            context: CONTEXT.to_owned(),
            state: CheckState::Success,
            description: self.status_line(),
        };
        let reported = self.holder.report(permit, head, &status).await;
        reported.map_err(|error| Stop::forge("reporting the checks", &error))
    }

    /// Preserves the work and says what did not pass. When the reference itself is at fault the
    /// model is not called failed.
    pub(super) async fn fail(
        &mut self,
        prepared: &Prepared,
        attempt: &Attempt,
    ) -> Result<Ending, Stop> {
        let status = if attempt.reference_failed() {
            Status::ReferenceError
        } else {
            Status::Failed
        };
        let mut report = attempt.report();
        if let Err(error) = self.commit_unfinished(prepared).await? {
            warn!(%error, "the work could not be preserved");
            let error = error.report();
            report = format!("{report}\n\nThe work could not be pushed:\n{error}");
        }
        let summary = format!(
            "{} ({} of {} attempts used{})",
            attempt.summary(),
            self.progress.attempts,
            self.options.environment.max_attempts,
            (self.progress.spent.as_ref()).map_or_else(String::new, |why| format!("; {why}")),
        );
        let preserved = self.progress.pushed.is_some();
        let comment = failed(
            &self.about(),
            status,
            &summary,
            &report,
            &prepared.plan,
            &prepared.house.thresholds,
            preserved,
        );
        Ok(Ending {
            status,
            summary,
            comment,
        })
    }

    /// Keeps what there is of work that its surroundings stopped. Why it cannot be kept matters
    /// less than why it was stopped.
    pub(super) async fn preserve(&mut self, prepared: &Prepared) {
        match self.commit_unfinished(prepared).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, "the work could not be preserved"),
            Err(Stop(failure)) => {
                warn!(why = failure.message, "the work could not be preserved");
            }
        }
    }

    /// Commits and pushes what was changed, if it holds no credential.
    async fn commit_unfinished(
        &mut self,
        prepared: &Prepared,
    ) -> Result<Result<(), CommandError>, Stop> {
        let staged = prepared.repository.stage().await.unwrap_or_default();
        if staged.paths.is_empty() || !self.leaks(prepared, &staged).is_empty() {
            return Ok(Ok(()));
        }
        let (run, system) = (self.holder.run(), self.options.environment.system);
        let message = preserve_message(&prepared.request, system, run);
        let permit = self.permit("preserving the work").await?;
        let pushed = self.commit_and_push(prepared, &message, &permit).await;
        if pushed.is_ok() {
            self.note_pushed().await?;
        }
        Ok(pushed)
    }

    async fn permit(&self, step: &'static str) -> Result<Permit<'a>, Stop> {
        let permit = self.holder.permit().await;
        permit.map_err(|error| Stop::forge(step, &error))
    }

    /// Commits what was checked and pushes it, trying again when the network fails. What passed
    /// and cannot be pushed is kept as a patch.
    async fn commit_and_push(
        &mut self,
        prepared: &Prepared,
        message: &str,
        permit: &Permit<'_>,
    ) -> Result<(), CommandError> {
        let commit = prepared.repository.commit(message).await?;
        let mut tries = 1;
        loop {
            match prepared.repository.push(permit).await {
                Ok(()) => break,
                Err(_) if tries < TRIES => tokio::time::sleep(BETWEEN_TRIES).await,
                Err(error) => {
                    let patch = prepared.repository.patch().await.unwrap_or_default();
                    if !patch.is_empty() && patch.len() <= LONGEST_PATCH {
                        self.progress.patch = Some(fenced("diff", &patch));
                    }
                    return Err(error);
                }
            }
            tries += 1;
        }
        self.progress.pushed = Some(commit);
        Ok(())
    }

    async fn note_pushed(&mut self) -> Result<(), Stop> {
        if let Some(commit) = self.progress.pushed.clone() {
            let branch = self.branch().to_owned();
            self.note(&Event::BranchPushed { branch, commit }).await?;
        }
        Ok(())
    }

    /// What the run itself knows to be missing; the agent's notes say the rest.
    fn limitations(&self) -> Vec<String> {
        let mut lines = vec!["see the notes beside the model".to_owned()];
        if !self.progress.skipped.is_empty() {
            lines.insert(
                0,
                "not run on an accelerator: no claim is made about accuracy there".to_owned(),
            );
        }
        lines.extend(self.progress.flakes.iter().cloned());
        lines
    }

    /// One line of at most 140 characters: which run, and what was left out.
    fn status_line(&self) -> String {
        let skipped: Vec<&str> = self
            .progress
            .skipped
            .iter()
            .map(|check| check.name())
            .collect();
        let run = self.holder.run();
        let line = if skipped.is_empty() {
            format!("run {run}: all checks passed")
        } else {
            format!("run {run}: passed; skipped: {}", skipped.join("; "))
        };
        line.chars().take(140).collect()
    }
}
