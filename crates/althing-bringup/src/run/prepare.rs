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
    Argv, BringupRequest, CheckPlan, CommandError, Event, Surroundings, Workspace,
    again::again,
    child_env::{self, Vars},
    command::which,
    disk::{self, Bytes},
    repository::{CloneError, Repository, python},
    weights::fetch::{Fetch, Fetched},
};

/// Longest time of a tool that only has to answer.
const ANSWER: Duration = Duration::from_secs(60);

impl<F: Forge> Run<'_, F> {
    pub(super) async fn prepare(&mut self) -> Result<Prepared, Stop> {
        let mut request = self.read_issue()?;
        self.step("preparing the workspace").await?;
        let workspace = self.create_workspace()?;
        let repository = self.clone(&workspace).await?;
        let house = self.read_house(&repository, &request).await?;
        self.take_device(&workspace).await?;
        let python = self.check_prerequisites(&workspace).await?;
        self.step("getting the weights").await?;
        let model_path = self.get_weights(&workspace, &mut request).await?;
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
        let (home, hub) = (workspace.home(), workspace.hf_home());
        let checks = child_env::for_checks(vars, environment, &home, &hub);
        let cached = |mut vars: Vars| {
            let cache = self.options.weights.cache(&hub).display().to_string();
            vars.insert("HF_HUB_CACHE".to_owned(), cache);
            vars
        };
        Ok(Prepared {
            checks: cached(child_env::with_references(checks, vars, &workspace)),
            agent: cached(child_env::for_agent(vars, environment, &workspace)),
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
        let stop = |message: String, help: &str| {
            Stop::setup("creating the workspace", message)
                .reproduce("ls -ld \"${YT_TMP_ROOT:-/tmp}\"; df -h \"${YT_TMP_ROOT:-/tmp}\"")
                .help(help)
        };
        let unwritable = |error: io::Error| {
            let help = "Make sure that YT_TMP_ROOT names a folder that can be written.";
            stop(error.to_string(), help)
        };
        let workspace = Workspace::create(root, &environment.worker, self.holder.run());
        let workspace = workspace.map_err(unwritable)?;
        let free = disk::free(workspace.root()).map_err(unwritable)?;
        if free < self.options.min_free {
            let (free, least) = (Bytes(free), Bytes(self.options.min_free));
            let message = format!("only {free} are free, and {least} must be");
            let help = "Make room there, or let YT_TMP_ROOT name a folder on a larger disk; then \
                        set the status to `ready` again.";
            return Err(stop(message, help));
        }
        Ok(workspace)
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
        again(async |_| self.holder.check_login().await)
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

    /// Afterwards the request names the commit that was downloaded. Returns the folder of
    /// weights that were there already.
    async fn get_weights(
        &mut self,
        workspace: &Workspace,
        request: &mut BringupRequest,
    ) -> Result<Option<PathBuf>, Stop> {
        let fetch = Fetch {
            options: self.options,
            workspace,
        };
        let (journal, issue) = (&mut self.journal, self.issue.number);
        let mut show = |event: &Event| journal.show(issue, event);
        match fetch.get(request, &mut show).await? {
            Fetched::Folder(folder) => Ok(Some(folder)),
            Fetched::Commit(commit) => {
                request.revision = Some(commit.to_string());
                self.progress.weights = Some(commit);
                Ok(None)
            }
        }
    }

    pub(super) fn tool_vars(&self, workspace: &Workspace) -> Vars {
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
