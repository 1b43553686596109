//! How a merging pass is run.

use std::{path::PathBuf, time::Duration};

use crate::{Environment, child_env::Vars, options::clone_url};

/// Options of a merging pass.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// The documented variables.
    pub environment: Environment,
    /// All variables of this process; children see what they are allowed to.
    pub vars: Vars,
    /// Leaves the status at `in review` when a pull request is red (B-301).
    pub keep_in_review: bool,
    /// Evaluates beside running the tests (B-296).
    pub evaluation: Option<Evaluation>,
    /// Longest time of the tests, and of the evaluation.
    pub check_limit: Duration,
    /// Longest time of one git command.
    pub git_limit: Duration,
}

/// How a pull request is evaluated before it is merged.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// A folder `ORG/NAME` of model files.
    pub models: PathBuf,
    /// Evaluates the reference alone: this machine has no accelerator.
    pub skip_tt: bool,
}

impl MergeOptions {
    /// The defaults: tests alone, and `failed` for what is red.
    pub fn new(environment: Environment, vars: Vars) -> Self {
        let hour = Duration::from_secs(3600);
        Self {
            environment,
            vars,
            keep_in_review: false,
            evaluation: None,
            check_limit: hour,
            git_limit: hour,
        }
    }

    /// Where branches are cloned from and pushed to.
    pub(crate) fn clone_url(&self) -> String {
        clone_url(&self.vars, &self.environment.repo)
    }
}
