//! Rebases and tests one pull request in a folder of its own (specification §9.2, steps 2 and 3).

use std::{fs, path::Path};

use althing_diag::{
    Code, Finding,
    id::{Account, Sha},
};
use althing_forge::{BoardIssue, Pull};

use super::{
    MergeOptions,
    checkout::{Checkout, Rebased, Wanted},
};
use crate::{
    Argv, BringupRequest, CheckPlan, CheckResult, CommandError, Finished, RunId, Surroundings,
    Workspace, child_env,
    house::{HOUSE, HouseRules},
    repository::python,
};

/// What a trial showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Rebased, tests green.
    Green(Tried),
    /// A conflict, or tests that fail.
    Red {
        /// What was tried.
        tried: Tried,
        /// Why, one sentence.
        summary: String,
        /// Everything that is known.
        report: String,
    },
    /// The branch is no longer what was looked at.
    Moved,
}

/// What was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    /// The head of the branch on the forge, now.
    pub head: Sha,
    /// The base that it was tried on.
    pub base: Sha,
    /// Whether the branch was rebased and pushed.
    pub moved: bool,
    /// Whether the change is the same as before the rebase, file by file.
    pub same_change: bool,
}

/// One trial.
pub(crate) struct Trying<'a> {
    pub options: &'a MergeOptions,
    pub author: &'a Account,
    pub issue: &'a BoardIssue,
    pub pull: &'a Pull,
    pub may_move: bool,
}

impl Trying<'_> {
    /// Rebases, pushes where it may, and runs the tests.
    ///
    /// # Errors
    /// When this machine or the way to the forge fails: nothing is known about the change then.
    pub(crate) async fn run(&self) -> Result<Trial, Box<Finding>> {
        let environment = &self.options.environment;
        let root = environment.tmp_root.as_deref();
        let workspace = Workspace::create(root, &environment.worker, RunId::generate())
            .map_err(|error| setup("creating the workspace", &error.to_string()))?;
        let python = self.check_python(&workspace).await?;
        let url = self.options.clone_url();
        let wanted = Wanted {
            url: &url,
            branch: &self.pull.head_branch,
            head: &self.pull.head,
            base: &self.pull.base_branch,
        };
        let git = child_env::for_git(&self.options.vars);
        let limit = self.options.git_limit;
        let checkout = Checkout::new(&workspace, wanted, git, self.author, limit)
            .await
            .map_err(|error| command("cloning", &error))?;
        let Some(checkout) = checkout else {
            return Ok(Trial::Moved);
        };
        let rebased = checkout.rebase().await;
        let rebased = rebased.map_err(|error| command("rebasing", &error))?;
        let mut tried = Tried {
            head: self.pull.head.clone(),
            base: checkout.base.clone(),
            moved: false,
            same_change: true,
        };
        match rebased {
            Rebased::Current => {}
            Rebased::Conflict { report } => {
                let summary = format!("it conflicts with `{}`", self.pull.base_branch);
                return Ok(red(tried, summary, report));
            }
            Rebased::Empty => {
                let base = &self.pull.base_branch;
                let summary = format!("`{base}` contains everything that it changes");
                return Ok(red(tried, summary, String::new()));
            }
            Rebased::Clean { head, same_change } => {
                tried.same_change = same_change;
                if self.may_move {
                    let pushed = checkout.push(&head).await;
                    if !pushed.map_err(|error| command("pushing", &error))? {
                        return Ok(Trial::Moved);
                    }
                    (tried.head, tried.moved) = (head, true);
                }
            }
        }
        let dir = workspace.check_dir();
        fs::create_dir(&dir).map_err(|error| setup("preparing the tests", &error.to_string()))?;
        let exported = checkout.export(&dir).await;
        exported.map_err(|error| command("preparing the tests", &error))?;
        self.test(&workspace, &checkout, python, tried).await
    }

    /// The program for `python`; that the tests cannot run here is no failure of theirs.
    async fn check_python(&self, workspace: &Workspace) -> Result<&'static str, Box<Finding>> {
        let step = "checking prerequisites";
        let root = workspace.root();
        let python = python(&self.options.vars, root);
        let python = python.ok_or_else(|| setup(step, "`python3` is not on the PATH"))?;
        let import = Argv::new(python, &["-c", "import pytest"]);
        let ran = self.run_in(workspace, root, import).await;
        let ran = ran.map_err(|error| command(step, &error))?;
        if ran.ok() {
            Ok(python)
        } else {
            Err(command(step, &CommandError::Failed(Box::new(ran))))
        }
    }

    /// `pytest -q` (B-295), then the short evaluation if one is wanted (B-296).
    async fn test(
        &self,
        workspace: &Workspace,
        checkout: &Checkout<'_>,
        python: &str,
        tried: Tried,
    ) -> Result<Trial, Box<Finding>> {
        let step = "running the tests";
        let dir = workspace.check_dir();
        let tests = Argv::new(python, &["-m", "pytest", "-q"]);
        let tests = self.run_in(workspace, &dir, tests).await;
        let tests = tests.map_err(|error| command(step, &error))?;
        if !tests.ok() {
            let summary = format!("the tests fail on `{}`", self.pull.base_branch);
            return Ok(red(tried, summary, tests.report()));
        }
        match self.evaluate(workspace, checkout, python).await? {
            Some(report) => Ok(red(tried, "the evaluation fails".to_owned(), report)),
            None => Ok(Trial::Green(tried)),
        }
    }

    /// The last evaluation of the bring-up's own plan; the report if it fails. Models for other
    /// machines than this cannot be evaluated here.
    async fn evaluate(
        &self,
        workspace: &Workspace,
        checkout: &Checkout<'_>,
        python: &str,
    ) -> Result<Option<String>, Box<Finding>> {
        let step = "evaluating";
        let system = self.options.environment.system;
        let ours = self.issue.labels.iter().any(|it| it == system.name());
        let Some(evaluation) = self.options.evaluation.as_ref().filter(|_| ours) else {
            return Ok(None);
        };
        let request = BringupRequest::parse(self.issue.number, &self.issue.body);
        let request = request.map_err(|findings| wrong("reading the issue", &findings))?;
        let rules = checkout.base_file(HOUSE).await;
        let rules = rules.map_err(|error| command(step, &error))?;
        let rules = rules.map_or_else(
            || Ok(HouseRules::default()),
            |text| HouseRules::parse(HOUSE, &text),
        );
        let rules = rules.map_err(|findings| wrong("reading the rules", &findings))?;
        let thresholds = self.options.environment.thresholds;
        let thresholds = rules.thresholds(thresholds, &request.model, system);
        let folder = evaluation.models.join(request.model.as_str());
        let plan = CheckPlan::new(python, &request, Some(&folder), evaluation.skip_tt);
        let Some((check, argv)) = plan.last() else {
            return Ok(None);
        };
        let dir = workspace.check_dir();
        let ran = self.run_in(workspace, &dir, argv.clone()).await;
        let ran = ran.map_err(|error| command(step, &error))?;
        let result = CheckResult::read(*check, &ran, &thresholds);
        let result = result
            .map_err(|unjudged| setup(step, &format!("{}\n{}", unjudged.why, unjudged.report)));
        Ok(result?.failure)
    }

    async fn run_in(
        &self,
        workspace: &Workspace,
        dir: &Path,
        argv: Argv,
    ) -> Result<Finished, CommandError> {
        let options = self.options;
        let (home, hub) = (workspace.home(), workspace.hf_home());
        let vars = child_env::for_checks(&options.vars, &options.environment, &home, &hub);
        let vars = child_env::with_references(vars, &options.vars, workspace);
        let around = Surroundings::new(dir, &vars, options.check_limit);
        around.run(argv, "").await
    }
}

fn red(tried: Tried, summary: String, report: String) -> Trial {
    Trial::Red {
        tried,
        summary,
        report,
    }
}

fn command(step: &str, error: &CommandError) -> Box<Finding> {
    setup(step, &error.report())
}

fn wrong(step: &str, findings: &[Finding]) -> Box<Finding> {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    setup(step, &lines.join("\n"))
}

fn setup(step: &str, message: &str) -> Box<Finding> {
    let help = "see to this machine and its way to the forge; the next pass tries again";
    let message = format!("{step}: {}", message.trim_end());
    Box::new(Finding::error(Code::RunSetupError, message, help))
}
