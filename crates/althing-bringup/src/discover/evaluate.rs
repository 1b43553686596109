//! The reference evaluation of a candidate (B-310): the weights, the harness at the base, one
//! check. Whatever fails around it says nothing about the model.

use std::{fs, io};

use tracing::info;

use super::estimate::{Estimate, estimate};
use crate::{
    Argv, BringupRequest, Check, CheckPlan, CommandError, Event, RunId, Surroundings,
    WorkerOptions, Workspace,
    checks::{CheckResult, HARNESS, no_harness},
    child_env,
    house::{HOUSE, HouseRules},
    repository::python,
    run::Stop,
    weights::fetch::{Fetch, Fetched},
};

/// How a candidate's reference did.
pub(super) struct Assessment {
    pub(super) result: CheckResult,
    /// What an accelerator may reach, if the reference evaluates and it can be told.
    pub(super) estimate: Option<Estimate>,
}

/// Evaluates in a folder of its own, which goes away with the evaluation.
pub(super) async fn evaluate(
    options: &WorkerOptions,
    request: &BringupRequest,
    show: &mut dyn FnMut(&Event),
) -> Result<Assessment, Stop> {
    let environment = &options.environment;
    let root = environment.tmp_root.as_deref();
    let workspace = Workspace::create(root, &environment.worker, RunId::generate())
        .map_err(|error| Stop::setup("creating the workspace", error.to_string()))?;

    let step = "cloning";
    show(&Event::Step { name: step });
    let dir = workspace.check_dir();
    let git = child_env::for_git(&options.vars);
    let around = Surroundings::new(workspace.root(), &git, options.git_limit);
    let (url, into) = (options.clone_url(), dir.display().to_string());
    let clone = Argv::new("git", &["clone", "--quiet", "--depth", "1", &url, &into]);
    let cloned = around.must(clone).await;
    cloned.map_err(|error| Stop::command(step, &error))?;
    if !dir.join(HARNESS).is_file() {
        return Err(Stop::setup(step, no_harness()));
    }

    show(&Event::Step {
        name: "getting the weights",
    });
    let fetch = Fetch {
        options,
        workspace: &workspace,
    };
    let mut request = request.clone();
    let folder = match fetch.get(&request, show).await? {
        Fetched::Folder(folder) => Some(folder),
        Fetched::Commit(commit) => {
            request.revision = Some(commit.to_string());
            None
        }
    };

    let step = "evaluating the reference";
    show(&Event::Step { name: step });
    let (home, hub) = (workspace.home(), workspace.hf_home());
    let vars = child_env::for_checks(&options.vars, environment, &home, &hub);
    let mut vars = child_env::with_references(vars, &options.vars, &workspace);
    let cache = options.weights.cache(&hub).display().to_string();
    vars.insert("HF_HUB_CACHE".to_owned(), cache);
    let python = python(&vars, workspace.root())
        .ok_or_else(|| Stop::command(step, &CommandError::Missing("python3".to_owned())))?;
    let plan = CheckPlan::new(python, &request, folder.as_deref(), true);
    let check = plan
        .run
        .into_iter()
        .find(|(check, _)| *check == Check::HfEval);
    let (check, argv) = check.ok_or_else(|| Stop::setup(step, "there is no such check"))?;
    let house = match fs::read_to_string(dir.join(HOUSE)) {
        Ok(text) => HouseRules::parse(HOUSE, &text).map_err(|findings| {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Stop::setup(step, lines.join("; "))
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => HouseRules::default(),
        Err(error) => return Err(Stop::setup(step, format!("{HOUSE}: {error}"))),
    };
    let thresholds = house.thresholds(environment.thresholds, &request.model, environment.system);
    let around = Surroundings::new(&dir, &vars, options.check_limit);
    let finished = around.run(argv, "").await;
    let finished = finished.map_err(|error| Stop::command(step, &error))?;
    info!(model = %request.model, ending = %finished.ending, "evaluated");
    let result = CheckResult::read(check, &finished, &thresholds).map_err(|unjudged| {
        Stop::setup(
            step,
            format!("{}: {}", unjudged.why, finished.stderr.trim()),
        )
    })?;
    let estimate = match result.failure {
        None => estimate(&around, &options.vars, &request, folder.as_deref()).await,
        Some(_) => None,
    };
    Ok(Assessment { result, estimate })
}
