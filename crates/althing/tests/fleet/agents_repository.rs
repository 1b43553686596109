//! The template of an agents repository, which starts this worker from Python.

use std::{path::Path, process::Output};

use althing_testkit::TestForge;
use serde_json::Value;

use crate::world::{
    althing, answer, leave_one_issue, nothing_is_left, path, project, scripted_agent, start,
};

#[test]
fn the_agents_repository_drives_this_worker() {
    let forge = start();
    leave_one_issue(&forge);
    let models = forge.folder().join("models").display().to_string();
    let task = "import codexapi, json, sys\n\
         from yieldthought_agents.tasks.functional_bringup import FunctionalBringupTask\n\
         task = FunctionalBringupTask(*sys.argv[1:])\n\
         assert isinstance(task, codexapi.Task)\n\
         result = task()\n\
         print(json.dumps([result.success, result.iterations, result.errors]))\n";
    let (agent, flags) = (scripted_agent(), ["--skip-tt", "--models-dir", &models]);
    let args = [&["-c", task], &flags[..], &["--agent", &agent]].concat();
    assert_eq!(
        answer(&agents_repository(&forge, &args)),
        serde_json::json!([true, 1, null])
    );

    let script = ["scripts/run_worker.py", "--once", "--output", "json"];
    let args = [&script, &flags[..], &["--agent", &agent]].concat();
    let nothing_left = answer(&agents_repository(&forge, &args));
    assert_eq!(nothing_left["data"]["run"], Value::Null);
    nothing_is_left(&forge);
}

/// `python ARGS` of the agents repository's template, with this program on its PATH.
fn agents_repository(forge: &TestForge, args: &[&str]) -> Output {
    let engine = althing(forge, "worker", "w1", &[]);
    let mut command = forge.command("worker", "python");
    let set = engine.get_envs();
    command.envs(set.filter_map(|(name, value)| Some((name, value?))));
    let program = Path::new(env!("CARGO_BIN_EXE_althing")).parent().unwrap();
    command
        .env("PATH", format!("{}:{}", program.display(), path(forge)))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", project().join("templates/agents-repo/src"))
        .current_dir(project().join("templates/agents-repo"))
        .args(args);
    command.output().unwrap()
}
