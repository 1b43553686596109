//! Step D, and what surrounds it: the accelerator is this run's, works, and is given back.

use std::{
    io,
    time::{Duration, Instant},
};

use althing_forge::Forge;
use tracing::{error, warn};

use super::{Run, Stop};
use crate::{
    Argv, CommandError, SetupFailure, Surroundings, Workspace,
    again::BETWEEN_TRIES,
    child_env::Vars,
    command::which,
    device::{Condition, Happened, User},
    prerequisites::tool_vars,
    system::chips,
};

const STEP: &str = "resetting the accelerator";
/// Longest time of `tt-smi -s`.
const ANSWER: Duration = Duration::from_secs(60);
/// How long chips may take to come back after a reset that exited well.
const COME_BACK: Duration = Duration::from_secs(60);

impl<F: Forge> Run<'_, F> {
    /// Writes down that this run uses the accelerator. One that a dead run had is reset before
    /// anything else is done with it.
    pub(super) async fn take_device(&mut self, workspace: &Workspace) -> Result<(), Stop> {
        let user = User {
            worker: self.options.environment.worker.clone(),
            run_id: self.run_id().to_string(),
            pid: std::process::id(),
        };
        let Some(lease) = &mut self.device else {
            return Ok(());
        };
        let condition = lease.device().condition();
        let before = lease.device().user.clone();
        lease
            .note(Happened::Taken(user))
            .map_err(|error| unwritable(&error))?;
        match condition {
            Condition::Clean | Condition::Quarantined => Ok(()),
            Condition::LeftBehind => {
                warn!(?before, "a dead run had the accelerator");
                self.reset_device(workspace).await
            }
        }
    }

    /// Resets it until that worked or it is quarantined; for the next run would fare no better.
    pub(super) async fn reset_device(&mut self, workspace: &Workspace) -> Result<(), Stop> {
        if self.device.is_none() {
            return Ok(());
        }
        self.step(STEP).await?;
        let vars = tool_vars(self.options, workspace);
        // A tool that is missing says nothing about the accelerator.
        let path = vars.get("PATH").map_or("", String::as_str);
        for tool in ["tt-smi", self.options.reset.program()] {
            if which(tool, path, workspace.root()).is_none() {
                let missing = CommandError::Missing(tool.to_owned());
                return Err(Stop::command(STEP, &missing));
            }
        }
        let before = self.count_chips(workspace, &vars).await.ok();
        loop {
            let reset = self.reset_once(workspace, &vars, before).await;
            let Some(lease) = &mut self.device else {
                return Ok(());
            };
            let (happened, failure) = match reset {
                Ok(chips) => (Happened::Reset(chips), None),
                Err(stop) => (Happened::ResetFailed(stop.0.message.clone()), Some(stop)),
            };
            lease.note(happened).map_err(|error| unwritable(&error))?;
            let Some(stop) = failure else { return Ok(()) };
            warn!(why = stop.0.message, "the accelerator was not reset");
            match lease.device().condition() {
                Condition::Clean | Condition::LeftBehind => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                Condition::Quarantined => {
                    let finding = lease.quarantined();
                    let help = "No issue is taken on this machine until then: ";
                    return Err(stop.help(format!("{help}{}.", finding.help)));
                }
            }
        }
    }

    /// One reset, which is believed when all chips are back. Returns how many there are.
    async fn reset_once(
        &self,
        workspace: &Workspace,
        vars: &Vars,
        before: Option<usize>,
    ) -> Result<usize, Stop> {
        let limit = self.options.reset_limit;
        let around = Surroundings::new(workspace.root(), vars, limit);
        let done = around.must(self.options.reset.clone()).await;
        done.map_err(|error| Stop::command(STEP, &error))?;
        let end = Instant::now() + COME_BACK.min(limit);
        loop {
            let now = self.count_chips(workspace, vars).await;
            let back = match (now, &self.device) {
                (Ok(now), Some(lease)) => {
                    let back = lease.device().is_back(before, now);
                    back.map_err(|why| silent_failure(&self.options.reset, &why))
                }
                (Ok(now), None) => Ok(now),
                (Err(stop), _) => Err(stop),
            };
            match back {
                Err(_) if Instant::now() < end => tokio::time::sleep(BETWEEN_TRIES).await,
                back => return back,
            }
        }
    }

    async fn count_chips(&self, workspace: &Workspace, vars: &Vars) -> Result<usize, Stop> {
        let around = Surroundings::new(workspace.root(), vars, ANSWER);
        let shown = around.must(Argv::new("tt-smi", &["-s"])).await;
        let shown = shown.map_err(|error: CommandError| Stop::command(STEP, &error))?;
        chips(&shown.stdout).map_err(|why| Stop::setup(STEP, why).reproduce("tt-smi -s"))
    }

    /// What ended in order leaves the accelerator as one may find it.
    pub(super) fn return_device(&mut self) {
        let Some(lease) = &mut self.device else {
            return;
        };
        if let Err(error) = lease.note(Happened::Returned) {
            error!(%error, "that the accelerator is free is not written; the next run resets it");
        }
    }
}

fn silent_failure(reset: &Argv, why: &str) -> Stop {
    let message = format!("`{reset}` exited well, but {why}");
    Stop(Box::new(SetupFailure {
        step: STEP,
        detail: message.clone(),
        message,
        reproduce: format!("{reset} && tt-smi -s"),
        help: None,
    }))
}

fn unwritable(error: &io::Error) -> Stop {
    Stop::setup("taking the accelerator", error.to_string())
        .help("Name a folder that all workers of this machine may write with `--device-dir`.")
}
