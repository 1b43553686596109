//! Steps B, C and D: whatever fails here says nothing about the model.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use althing_forge::Forge;

use super::{Prepared, Run, Stop};
use crate::{
    BringupRequest, CheckPlan, Event, Workspace,
    again::again,
    child_env::{self, Vars},
    prerequisites::{self, create_workspace},
    repository::{CloneError, Repository},
    weights::fetch::{Fetch, Fetched},
};

impl<F: Forge> Run<'_, F> {
    pub(super) async fn prepare(&mut self) -> Result<Prepared, Stop> {
        let mut request = self.read_issue()?;
        self.step("preparing the workspace").await?;
        let workspace = create_workspace(self.options, self.holder.run())?;
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
            .help(
                "If a pull request of this branch is open, set the status to `in review`. Else \
                 delete or rename the branch, then set the status to `ready` again.",
            ),
        })
    }

    /// Tools and login; returns the name under which Python is found.
    async fn check_prerequisites(&mut self, workspace: &Workspace) -> Result<&'static str, Stop> {
        let vars = prerequisites::tool_vars(self.options, workspace);
        let python = prerequisites::check(self.options, workspace, &vars).await?;
        let login = again(async |_| self.holder.check_login().await).await;
        login.map_err(|error| Stop::forge("checking prerequisites", &error))?;
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
