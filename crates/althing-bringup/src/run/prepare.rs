//! Steps B, C and D: whatever fails here says nothing about the model.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use althing_forge::Forge;

use super::{Prepared, Run, Stop};
use crate::{
    Argv, BringupRequest, CheckPlan, CommandError, Surroundings, Workspace,
    child_env::{self, Vars},
    command::which,
    repository::{CloneError, Repository, python},
    weights::{download, is_model},
};

/// Longest time of a tool that only has to answer.
const ANSWER: Duration = Duration::from_secs(60);

impl<F: Forge> Run<'_, F> {
    pub(super) async fn prepare(&mut self) -> Result<Prepared, Stop> {
        let request = self.read_issue()?;
        self.step("preparing the workspace").await?;
        let workspace = self.create_workspace()?;
        let repository = self.clone(&workspace).await?;
        let house = self.read_house(&repository, &request).await?;
        let python = self.check_prerequisites(&workspace).await?;
        self.step("getting the weights").await?;
        let hub = workspace.hf_home();
        let model_path = self.get_weights(&workspace, &request).await?;
        self.reset_device(&workspace).await?;
        let codex = child_env::codex_home(&self.options.vars);
        lend_login(codex.as_deref(), &workspace.codex_home())
            .map_err(|error| Stop::setup("preparing the agent", error.to_string()))?;
        let plan = CheckPlan::new(
            python,
            &request,
            model_path.as_deref(),
            self.options.skip_tt,
        );
        self.progress.skipped = plan.skipped.clone();
        let (vars, environment) = (&self.options.vars, &self.options.environment);
        let home = workspace.home();
        Ok(Prepared {
            checks: child_env::for_checks(vars, environment, &home, &hub),
            agent: child_env::for_agent(vars, environment, &workspace),
            request,
            house,
            plan,
            repository,
            workspace,
        })
    }

    fn create_workspace(&self) -> Result<Workspace, Stop> {
        let environment = &self.options.environment;
        let root = environment.tmp_root.as_deref();
        Workspace::create(root, &environment.worker, self.holder.run()).map_err(|error| {
            Stop::setup("creating the workspace", error.to_string())
                .reproduce("ls -ld \"${YT_TMP_ROOT:-/tmp}\"; df -h \"${YT_TMP_ROOT:-/tmp}\"")
                .help("Make sure that YT_TMP_ROOT names a folder that can be written.")
        })
    }

    async fn clone(&self, workspace: &Workspace) -> Result<Repository, Stop> {
        let url = self.options.clone_url();
        let cloned = Repository::clone(
            workspace,
            &url,
            &self.options.environment.repo,
            self.branch(),
            child_env::for_git(&self.options.vars),
            self.account,
            self.options.git_limit,
        );
        cloned.await.map_err(|error| match error {
            CloneError::Command(error) => Stop::command("cloning", &error),
            CloneError::BranchExists(branch) => Stop::setup(
                "creating the branch",
                format!("the branch `{branch}` exists already on the remote"),
            )
            .reproduce(format!("git ls-remote --heads {url} {branch}"))
            .help("Delete or rename the branch, then set the status to `ready` again."),
        })
    }

    /// The tools of specification §4.1; those for the accelerator only where one is used.
    /// Returns the name under which Python is found.
    async fn check_prerequisites(&mut self, workspace: &Workspace) -> Result<&'static str, Stop> {
        let step = "checking prerequisites";
        let missing = |program: &str| {
            Stop::command(step, &CommandError::Missing(program.to_owned()))
                .help(format!("Install `{program}` on this machine."))
        };
        let vars = &self.options.vars;
        let path = vars.get("PATH").map_or("", String::as_str);
        let python = python(vars, workspace.root()).ok_or_else(|| missing("python3"))?;
        let agent = self.options.agent.name();
        if which(agent, path, workspace.root()).is_none() {
            return Err(missing(agent));
        }
        self.holder
            .check_login()
            .await
            .map_err(|error| Stop::forge(step, &error))?;
        if self.options.skip_tt {
            return Ok(python);
        }
        let vars = self.tool_vars(workspace);
        let around = Surroundings::new(workspace.root(), &vars, ANSWER);
        for argv in [
            Argv::new(python, &["-c", "import ttnn"]),
            Argv::new("tt-smi", &["-ls"]),
        ] {
            around
                .must(argv)
                .await
                .map_err(|error| Stop::command(step, &error))?;
        }
        Ok(python)
    }

    /// Downloads the weights into the workspace, or finds them in the folder of models.
    async fn get_weights(
        &mut self,
        workspace: &Workspace,
        request: &BringupRequest,
    ) -> Result<Option<PathBuf>, Stop> {
        let step = "getting the weights";
        if let Some(folder) = self.options.weights.path(request) {
            // The checks run in another working directory.
            let folder = std::path::absolute(&folder).unwrap_or(folder);
            return if is_model(&folder) {
                Ok(Some(folder))
            } else {
                let message = format!("{} is no model: it has no config.json", folder.display());
                Err(Stop::setup(step, message)
                    .reproduce(format!("ls {}", folder.display()))
                    .help("Put the model there, or leave `--models-dir` out to use the hub."))
            };
        }
        let environment = &self.options.environment;
        let vars = child_env::for_hub(&self.options.vars, environment, &workspace.hf_home());
        let path = vars.get("PATH").map_or("", String::as_str);
        let client = ["hf", "huggingface-cli"]
            .into_iter()
            .find(|client| which(client, path, workspace.root()).is_some())
            .ok_or_else(|| {
                Stop::command(step, &CommandError::Missing("hf".to_owned()))
                    .help("Install it: `pip install huggingface_hub`.")
            })?;
        let limit = self.options.download_limit;
        let around = Surroundings::new(workspace.root(), &vars, limit);
        let done = around.must(download(client, request)).await;
        done.map(|_| None).map_err(|error| {
            let stop = Stop::command(step, &error);
            if environment.hf_token.is_some() {
                stop
            } else {
                stop.help("HF_TOKEN is not set on this worker; a gated model needs it.")
            }
        })
    }

    async fn reset_device(&mut self, workspace: &Workspace) -> Result<(), Stop> {
        if self.options.skip_tt {
            return Ok(());
        }
        self.step("resetting the accelerator").await?;
        let vars = self.tool_vars(workspace);
        let limit = self.options.reset_limit;
        let around = Surroundings::new(workspace.root(), &vars, limit);
        let done = around.must(self.options.reset.clone()).await;
        done.map(drop)
            .map_err(|error| Stop::command("resetting the accelerator", &error))
    }

    fn tool_vars(&self, workspace: &Workspace) -> Vars {
        let (home, hub): (&Path, PathBuf) = (&workspace.home(), workspace.hf_home());
        child_env::for_checks(&self.options.vars, &self.options.environment, home, &hub)
    }
}

/// Gives codex its settings, and its login by way of a link, for a login is renewed in its file.
/// Threads and histories of the real folder stay out of sight.
fn lend_login(real: Option<&Path>, codex_home: &Path) -> io::Result<()> {
    let Some(real) = real else { return Ok(()) };
    let (settings, login) = ("config.toml", "auth.json");
    if real.join(settings).is_file() {
        fs::copy(real.join(settings), codex_home.join(settings))?;
    }
    if real.join(login).is_file() {
        symlink(real.join(login), codex_home.join(login))?;
    }
    Ok(())
}
