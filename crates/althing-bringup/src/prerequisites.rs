//! What a machine must have before anything runs on it (specification §4.1). What is missing says
//! nothing about any model (B-037).

use std::{io, time::Duration};

use althing_diag::{Code, Finding};

use crate::{
    Argv, CommandError, RunId, SetupFailure, Surroundings, WorkerError, WorkerOptions, Workspace,
    child_env::{self, Vars},
    command::which,
    disk::{self, Bytes},
    repository::python,
    run::Stop,
};

/// Longest time of a tool that only has to answer.
const ANSWER: Duration = Duration::from_secs(60);

/// What a worker makes sure of when it starts, and again in every run: a folder to work in, the
/// agent, Python with what the checks need, and the accelerator.
///
/// # Errors
/// One finding about the first thing that is missing.
pub async fn check_machine(options: &WorkerOptions) -> Result<(), WorkerError> {
    let checked = async {
        let workspace = create_workspace(options, RunId::generate())?;
        let vars = tool_vars(options, &workspace);
        check(options, &workspace, &vars).await
    };
    checked.await.map(drop).map_err(|Stop(failure)| {
        let SetupFailure {
            step,
            message,
            detail,
            help,
            ..
        } = *failure;
        let said = if detail.contains(&message) {
            detail
        } else {
            format!("{message}\n{detail}")
        };
        let help = help.unwrap_or_else(|| {
            "see to this machine (`scripts/bootstrap_machine.sh --check`); nothing was claimed"
                .to_owned()
        });
        let message = format!("{step}: {}", said.trim_end());
        WorkerError::Findings(vec![Finding::error(Code::RunSetupError, message, help)])
    })
}

/// The folder of a run, on a disk with room for it.
pub(crate) fn create_workspace(options: &WorkerOptions, run: RunId) -> Result<Workspace, Stop> {
    let environment = &options.environment;
    let root = environment.tmp_root.as_deref();
    let stop = |message: String, help: &str| {
        Stop::setup("creating the workspace", message)
            .reproduce("ls -ld \"${YT_TMP_ROOT:-/tmp}\"; df -h \"${YT_TMP_ROOT:-/tmp}\"")
            .help(help)
    };
    let unwritable = |error: io::Error| {
        let help = "Make sure that YT_TMP_ROOT names a folder that can be written.";
        stop(error.to_string(), help)
    };
    let workspace = Workspace::create(root, &environment.worker, run).map_err(unwritable)?;
    let free = disk::free(workspace.root()).map_err(unwritable)?;
    if free < options.min_free {
        let (free, least) = (Bytes(free), Bytes(options.min_free));
        let message = format!("only {free} are free, and {least} must be");
        let help = "Make room there, or let YT_TMP_ROOT name a folder on a larger disk; then \
                    set the status to `ready` again.";
        return Err(stop(message, help));
    }
    Ok(workspace)
}

/// Makes sure of agent and tools; returns the name under which Python is found.
pub(crate) async fn check(
    options: &WorkerOptions,
    workspace: &Workspace,
    vars: &Vars,
) -> Result<&'static str, Stop> {
    let step = "checking prerequisites";
    let root = workspace.root();
    let missing = |program: &str| {
        Stop::command(step, &CommandError::Missing(program.to_owned()))
            .help(format!("Install `{program}` on this machine."))
    };
    let path = options.vars.get("PATH").map_or("", String::as_str);
    let python = python(&options.vars, root).ok_or_else(|| missing("python3"))?;
    let agent = options.agent.name();
    if which(agent, path, root).is_none() {
        return Err(missing(agent));
    }
    let around = Surroundings::new(root, vars, ANSWER);
    for argv in tools(options, python) {
        let answered = around.must(argv).await;
        answered.map_err(|error| Stop::command(step, &error))?;
    }
    Ok(python)
}

/// The commands that must succeed; those for the accelerator only where one is used.
pub(crate) fn tools(options: &WorkerOptions, python: &str) -> Vec<Argv> {
    let mut tools = vec![Argv::new(python, &["-c", "import pytest"])];
    if !options.skip_tt {
        tools.push(Argv::new(python, &["-c", "import ttnn"]));
        tools.push(Argv::new("tt-smi", &["-ls"]));
    }
    tools
}

/// What tools of the machine see in a run.
pub(crate) fn tool_vars(options: &WorkerOptions, workspace: &Workspace) -> Vars {
    let (home, hub) = (workspace.home(), workspace.hf_home());
    child_env::for_checks(&options.vars, &options.environment, &home, &hub)
}
