//! Steps E and F: the agent writes, the checks judge, the report is the next prompt.

use std::fs;

use althing_forge::Forge;
use jiff::Timestamp;
use tracing::{info, warn};

use super::{Prepared, Run, Stop};
use crate::{
    Argv, Check, CheckResult, Ending, Event, Finished, Session, SetupFailure, Staged, Surroundings,
    Turn,
    agent::budget::Next,
    checks::{Attempt, Runs, Unjudged, check_scope, model_file},
    house::Reruns,
    prompt::Prompt,
};

impl<F: Forge> Run<'_, F> {
    /// Lets the agent work until an attempt passes or none is left; returns the last one.
    pub(super) async fn attempts(&mut self, prepared: &Prepared) -> Result<Attempt, Stop> {
        let mut session = Session::new(self.options.agent.clone());
        let mut report: Option<String> = None;
        loop {
            self.progress.attempts += 1;
            let number = self.progress.attempts;
            let agent = self.work(prepared, &mut session, report.as_deref()).await?;
            self.step("running the checks").await?;
            let attempt = self.check(prepared, &agent).await?;
            self.progress.metrics = attempt.metrics();
            self.progress.passed = attempt.passed();
            self.progress.flakes = attempt.flakes();
            self.note(&Event::ChecksRun {
                attempt: number,
                passed: attempt.passed(),
                scope: attempt
                    .scope
                    .iter()
                    .map(|line| self.redactor.redact(line))
                    .collect(),
                results: self.shown(&attempt),
                skipped: prepared.plan.skipped.clone(),
            })
            .await?;
            if attempt.passed() && prepared.house.rules.review {
                self.progress.opinion = self.opinion(prepared, &mut session).await?;
            }
            if attempt.passed() || number >= self.options.environment.max_attempts.get() {
                return Ok(attempt);
            }
            if let Some(why) = session.spent.over(&self.options.budget) {
                warn!(why, "no further attempt");
                self.progress.spent = Some(why);
                return Ok(attempt);
            }
            report = Some(attempt.report());
        }
    }

    /// The results as they may be recorded: the agent's output may hold what it was not told.
    fn shown(&self, attempt: &Attempt) -> Vec<CheckResult> {
        let results = attempt.results.iter().cloned();
        results
            .map(|result| CheckResult {
                failure: result.failure.map(|failure| self.redactor.redact(&failure)),
                ..result
            })
            .collect()
    }

    /// One attempt: turns of the agent until there is one to be judged. Waiting for its service
    /// is no attempt.
    async fn work(
        &mut self,
        prepared: &Prepared,
        session: &mut Session,
        report: Option<&str>,
    ) -> Result<Finished, Stop> {
        let step = "running the agent";
        let environment = &self.options.environment;
        let prompt = Prompt {
            repo: environment.repo.name(),
            request: &prepared.request,
            system: environment.system,
            thresholds: prepared.house.thresholds,
            plan: &prepared.plan,
            attempt: self.progress.attempts,
            attempts: environment.max_attempts.get(),
            report,
        };
        let prompt = prompt
            .render(&prepared.house.template)
            .map_err(|error| Stop::setup(step, error.to_string()))?;
        loop {
            self.step(step).await?;
            let (finished, turn) = self.turn(prepared, session, &prompt).await?;
            let now = Timestamp::now();
            let (Some(trouble), Some(failure)) = (turn.trouble(now), &turn.failure) else {
                return Ok(finished);
            };
            match session.spent.next(&trouble, &self.options.budget, now) {
                Next::Judge => return Ok(finished),
                Next::Afresh => session.afresh(),
                Next::GoOn(pause) => {
                    self.note(&Event::AgentWaits {
                        why: self.redactor.redact(failure),
                        seconds: pause.as_secs(),
                    })
                    .await?;
                    tokio::time::sleep(pause).await;
                    session.paused(&trouble, pause);
                }
                Next::GiveUp(why) => return Err(cannot_work(why, failure, &finished)),
            }
        }
    }

    async fn turn(
        &mut self,
        prepared: &Prepared,
        session: &mut Session,
        prompt: &str,
    ) -> Result<(Finished, Turn), Stop> {
        let options = self.options;
        let around = Surroundings {
            silence: Some(options.agent_silence),
            ..Surroundings::new(
                prepared.repository.clone_dir(),
                &prepared.agent,
                session.time_left(&options.budget, options.agent_limit),
            )
        };
        let redactor = self.redactor;
        let mut watch = |seen: &str| info!(agent = redactor.redact(seen));
        let ran = session.turn(&around, prompt, &mut watch).await;
        let (finished, turn) = ran.map_err(|error| Stop::command("running the agent", &error))?;
        self.note(&Event::AgentRan {
            attempt: self.progress.attempts,
            ending: finished.ending.to_string(),
            seconds: finished.took.as_secs(),
            thread: turn.thread.clone(),
            usage: turn.usage,
        })
        .await?;
        Ok((finished, turn))
    }

    /// Checks what the agent left: first the change itself, then what it does, in a folder that
    /// holds exactly what would be committed.
    async fn check(&mut self, prepared: &Prepared, agent: &Finished) -> Result<Attempt, Stop> {
        let mut attempt = Attempt::default();
        let staged = match prepared.repository.stage().await {
            Ok(staged) => staged,
            Err(error) => {
                attempt
                    .scope
                    .push(format!("the change cannot be staged\n{}", error.report()));
                return Ok(attempt);
            }
        };
        let idle = staged.paths.is_empty() && staged.left_out.is_empty();
        let worked = matches!(
            agent.ending,
            Ending::Code(0) | Ending::OutOfTime(_) | Ending::Silent(_)
        );
        if idle && !worked {
            // It broke down before it did anything: a login, a quota, a flag.
            let message = format!(
                "`{}` changed nothing and ended with {}",
                agent.argv, agent.ending
            );
            return Err(Stop(Box::new(SetupFailure {
                step: "running the agent",
                message,
                detail: agent.report(),
                reproduce: agent.argv.to_string(),
                help: None,
            })));
        }
        let model_file = model_file(&prepared.request, self.options.environment.system);
        let model_exists = prepared.repository.clone_dir().join(&model_file).is_file();
        attempt.scope = check_scope(&staged, model_exists, &model_file);
        attempt.scope.extend(self.leaks(prepared, &staged));
        if attempt.scope.is_empty() {
            let dir = prepared.workspace.check_dir();
            let exported = prepared.repository.export(&dir).await;
            exported.map_err(|error| Stop::command("writing the files to check", &error))?;
            self.run_checks(prepared, &mut attempt).await?;
        }
        Ok(attempt)
    }

    /// Changed files that hold a credential: such a change is neither accepted nor published.
    pub(super) fn leaks(&self, prepared: &Prepared, staged: &Staged) -> Vec<String> {
        let clone = prepared.repository.clone_dir();
        let leaky = staged.paths.iter().filter(|path| {
            let file = clone.join(path);
            // A link is refused anyway, and reading a file that was removed finds nothing.
            let plain = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
            plain && fs::read(&file).is_ok_and(|bytes| self.redactor.finds(&bytes))
        });
        leaky
            .map(|path| format!("{path} holds a credential"))
            .collect()
    }

    /// Runs every check, then the last evaluation again for the final metrics (B-262).
    async fn run_checks(&mut self, prepared: &Prepared, attempt: &mut Attempt) -> Result<(), Stop> {
        for (check, argv) in &prepared.plan.run {
            attempt
                .results
                .push(self.run_check(prepared, *check, argv.clone()).await?);
        }
        if let (true, Some((check, argv))) = (attempt.passed(), prepared.plan.last()) {
            let mut last = self.run_check(prepared, *check, argv.clone()).await?;
            let before = attempt.results.pop();
            // That it was flaky stays known.
            last.reran = last.reran.or(before.and_then(|it| it.reran));
            attempt.results.push(last);
        }
        Ok(())
    }

    /// Runs a check; an evaluation that does not pass as often as the repository wants.
    async fn run_check(
        &self,
        prepared: &Prepared,
        check: Check,
        argv: Argv,
    ) -> Result<CheckResult, Stop> {
        let dir = prepared.workspace.check_dir();
        let limit = self.options.check_limit;
        let around = Surroundings::new(&dir, &prepared.checks, limit);
        let mut runs = Runs::new(match check.expected() {
            Some(_) => prepared.house.rules.reruns,
            None => Reruns::default(),
        });
        loop {
            let ran = around.run(argv.clone(), "").await;
            let finished = ran.map_err(|error| Stop::command("running the checks", &error))?;
            let result = CheckResult::read(check, &finished, &prepared.house.thresholds);
            let result = result.map_err(|unjudged| cannot_judge(unjudged, &finished))?;
            if let Some(result) = runs.add(&finished, result) {
                return Ok(result);
            }
        }
    }
}

fn cannot_judge(unjudged: Unjudged, finished: &Finished) -> Stop {
    Stop(Box::new(SetupFailure {
        step: "evaluating",
        message: unjudged.why,
        detail: unjudged.report,
        reproduce: finished.argv.to_string(),
        help: None,
    }))
}

/// The agent's service keeps it from working; that says nothing about the model.
fn cannot_work(why: &str, failure: &str, finished: &Finished) -> Stop {
    Stop(Box::new(SetupFailure {
        step: "running the agent",
        message: format!("the agent cannot work: {why}"),
        detail: format!("{failure}\n\n{}", finished.report()),
        reproduce: finished.argv.to_string(),
        help: Some(
            "See to the agent's login and limits, then set the status to `ready`.".to_owned(),
        ),
    }))
}
