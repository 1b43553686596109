//! How a worker is run, beyond its environment variables.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use althing_diag::id::RepoName;
use althing_forge::IssueNumber;

use crate::{
    Argv, Budget, Environment, Program, child_env::Vars, device, repository::python,
    weights::Weights,
};

/// Options of a worker.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// The documented variables.
    pub environment: Environment,
    /// All variables of this process; children see what they are allowed to.
    pub vars: Vars,
    /// The agent. It gets the prompt on its standard input and the clone as its working
    /// directory.
    pub agent: Program,
    /// Leaves out everything that needs an accelerator; results say so (B-384).
    pub skip_tt: bool,
    /// Where weights come from.
    pub weights: Weights,
    /// How many bytes must stay free where the workspace is, and where weights go.
    pub min_free: u64,
    /// The folder that all workers of this machine share, for its one accelerator.
    pub device_dir: PathBuf,
    /// The command that resets the accelerator (B-236).
    pub reset: Argv,
    /// The only issue to take, if not any.
    pub only: Option<IssueNumber>,
    /// Longest time of one turn of the agent.
    pub agent_limit: Duration,
    /// Longest time that the agent may be silent.
    pub agent_silence: Duration,
    /// What a run may spend on the agent.
    pub budget: Budget,
    /// Longest time of one check.
    pub check_limit: Duration,
    /// Longest time of the download.
    pub download_limit: Duration,
    /// Longest time of a reset.
    pub reset_limit: Duration,
    /// Longest time of one git command.
    pub git_limit: Duration,
}

impl WorkerOptions {
    /// The defaults: codex, the hub, an accelerator.
    pub fn new(environment: Environment, vars: Vars) -> Self {
        let hour = Duration::from_secs(3600);
        Self {
            agent: Program::Codex(environment.codex_bin.clone()),
            device_dir: device::lease::default_folder(&vars),
            environment,
            vars,
            skip_tt: false,
            weights: Weights::Hub,
            min_free: 1_000_000_000,
            reset: Argv::new("tt-smi", &["-r"]),
            only: None,
            agent_limit: 4 * hour,
            agent_silence: hour,
            budget: Budget {
                work: 24 * hour,
                pauses: 24 * hour,
                tokens: None,
            },
            check_limit: 2 * hour,
            download_limit: 6 * hour,
            reset_limit: Duration::from_secs(300),
            git_limit: hour,
        }
    }

    /// The name under which Python is found on this machine (B-093).
    pub fn python(&self) -> Option<&'static str> {
        python(&self.vars, Path::new("/"))
    }

    /// Where the models repository is cloned from.
    pub fn clone_url(&self) -> String {
        clone_url(&self.vars, &self.environment.repo)
    }
}

/// `git@HOST:OWNER/NAME.git` (B-197); the host is `GH_HOST`, else github.com.
pub(crate) fn clone_url(vars: &Vars, repo: &RepoName) -> String {
    let host = vars.get("GH_HOST").filter(|host| !host.is_empty());
    let host = host.map_or("github.com", String::as_str);
    format!("git@{host}:{repo}.git")
}
