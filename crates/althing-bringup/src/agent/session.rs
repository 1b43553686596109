//! The agent's process, and the thread in which it goes on.

use std::time::Duration;

use super::{Budget, Spent, Trouble, Turn, Usage};
use crate::{Argv, CommandError, Finished, Surroundings};

/// What codex is told beyond the prompt and the sandbox: to speak JSON, and to keep keys and tokens
/// from the commands that it runs.
const SETTINGS: [&str; 3] = [
    "--json",
    "-c",
    "shell_environment_policy.ignore_default_excludes=false",
];

/// What codex may do: write in its working directory and its own TMPDIR. The whole of `/tmp`, which
/// it may write to otherwise, holds the run's other folders.
const WORK: [&str; 2] = [
    "sandbox_mode=workspace-write",
    "sandbox_workspace_write.exclude_slash_tmp=true",
];
/// What codex may do: look.
const LOOK: [&str; 1] = ["sandbox_mode=read-only"];

/// Which agent works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// codex, under this name or path.
    Codex(String),
    /// A command that reads the prompt and ends when it is done.
    Command(Argv),
}

impl Program {
    /// The command of the next turn.
    pub(crate) fn argv(&self, thread: Option<&str>) -> Argv {
        match self {
            Self::Command(argv) => argv.clone(),
            Self::Codex(program) => codex(program, thread, &WORK),
        }
    }

    /// The program that must be there.
    pub fn name(&self) -> &str {
        match self {
            Self::Codex(program) => program,
            Self::Command(argv) => argv.program(),
        }
    }
}

fn codex(program: &str, thread: Option<&str>, sandbox: &[&str]) -> Argv {
    let mut argv = Argv::new(program, &["exec"]);
    if thread.is_some() {
        argv.push("resume");
    }
    let sandbox = sandbox.iter().flat_map(|setting| ["-c", setting]);
    for setting in SETTINGS.into_iter().chain(sandbox) {
        argv.push(setting);
    }
    if let Some(thread) = thread {
        argv.push(thread);
    }
    argv.push("-");
    argv
}

/// An agent at work on one issue, over all attempts.
#[derive(Debug)]
pub struct Session {
    program: Program,
    thread: Option<String>,
    /// What the thread had used when its last turn ended.
    usage: Usage,
    /// What the run has spent.
    pub spent: Spent,
}

impl Session {
    /// Before the first turn.
    pub fn new(program: Program) -> Self {
        Self {
            program,
            thread: None,
            usage: Usage::default(),
            spent: Spent::default(),
        }
    }

    /// Lets it work on `prompt`, in the thread of the turn before; `watch` is shown what it does.
    ///
    /// # Errors
    /// When the process cannot be started. How it ended is in the answer.
    pub async fn turn(
        &mut self,
        around: &Surroundings<'_>,
        prompt: &str,
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(Finished, Turn), CommandError> {
        let argv = self.program.argv(self.thread.as_deref());
        self.run(argv, around, prompt, watch).await
    }

    /// Asks about the work of the turns before, in their thread and a sandbox in which nothing
    /// can be written. `None` when there is no thread to ask in.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub async fn ask(
        &mut self,
        around: &Surroundings<'_>,
        prompt: &str,
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Option<(Finished, Turn)>, CommandError> {
        let (Program::Codex(program), Some(thread)) = (&self.program, &self.thread) else {
            return Ok(None);
        };
        let argv = codex(program, Some(thread), &LOOK);
        self.run(argv, around, prompt, watch).await.map(Some)
    }

    async fn run(
        &mut self,
        argv: Argv,
        around: &Surroundings<'_>,
        prompt: &str,
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(Finished, Turn), CommandError> {
        let mut turn = Turn::default();
        let mut hear = |line: &str| {
            if let Some(seen) = turn.hear(line) {
                watch(&seen);
            }
        };
        let finished = around.run_watched(argv, prompt, &mut hear).await?;
        self.account(&turn, finished.took);
        Ok((finished, turn))
    }

    /// The next turn begins a new thread.
    pub fn afresh(&mut self) {
        self.thread = None;
        self.usage = Usage::default();
        self.spent.failures += 1;
    }

    /// The service was waited for.
    pub fn paused(&mut self, trouble: &Trouble, pause: Duration) {
        self.spent.pauses = self.spent.pauses.saturating_add(pause);
        if *trouble == Trouble::Passing {
            self.spent.failures += 1;
        }
    }

    /// What is left of the time that the run may take, at most `limit`.
    pub fn time_left(&self, budget: &Budget, limit: Duration) -> Duration {
        limit.min(budget.work.saturating_sub(self.spent.work))
    }

    fn account(&mut self, turn: &Turn, took: Duration) {
        self.spent.work = self.spent.work.saturating_add(took);
        if turn.thread.is_some() && turn.thread != self.thread {
            self.thread.clone_from(&turn.thread);
            self.usage = Usage::default();
        }
        if let Some(usage) = turn.usage {
            let new = usage.since(self.usage).total();
            self.spent.tokens = self.spent.tokens.saturating_add(new);
            self.usage = usage;
            self.spent.failures = 0;
        }
    }
}
