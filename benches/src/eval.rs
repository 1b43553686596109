//! A whole evaluation against what transformers takes for the same, both as processes.

mod model;
mod process;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use self::process::{Ran, run};
use crate::Result;

/// Ids of the prompt and steps.
const PREFILL: &str = "128";
const DECODE: &str = "32";
const THREADS: &str = "2";
const RUNS: usize = 3;

/// A cold and a warm evaluation, and transformers where it can be imported.
pub(crate) fn evaluation() -> Result<()> {
    println!("\n## Evaluation\n");
    let althing = &env::current_exe()?.with_file_name("althing");
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("model");
    fs::create_dir(&model)?;
    let parameters = model::write(&model)?;
    println!("a random llama of {parameters} parameters in float32, {THREADS} threads,");
    println!("prompt {PREFILL}, {DECODE} steps; the best of {RUNS} runs of each\n");

    let mut ours = Vec::new();
    let mut warm = Vec::new();
    for at in 0..RUNS {
        let cache = folder.path().join(format!("cache-{at}"));
        ours.push(evaluate(althing, &model, &cache)?);
        warm.push(evaluate(althing, &model, &cache)?);
        fs::remove_dir_all(&cache)?;
    }
    let (ours, warm) = (best(ours)?, best(warm)?);
    println!("| | whole s | load s | prefill s | decode tokens/s | peak MiB |");
    println!("|---|---|---|---|---|---|");
    row("althing eval", &ours);
    if warm.said["cache"] != "hit" {
        return Err("the second evaluation did not find the reference".into());
    }
    row("althing eval, from the cache", &warm);

    let Some(python) = python() else {
        println!("\nno comparison: no Python with transformers (ALTHING_BENCH_PYTHON names one)");
        return Ok(());
    };
    let theirs: Result<Vec<Ran>> = (0..RUNS).map(|_| transformers(&python, &model)).collect();
    let theirs = best(theirs?)?;
    let name = format!(
        "transformers {}",
        theirs.said["version"].as_str().unwrap_or("?")
    );
    row(&name, &theirs);
    let speed = |ran: &Ran| ran.time("tokens_per_s");
    println!(
        "\nwhole time    : {:.2} of transformers'",
        ours.seconds / theirs.seconds
    );
    println!(
        "decode speed  : {:.2} of transformers'",
        speed(&ours) / speed(&theirs)
    );
    println!(
        "peak memory   : {:.2} of transformers'",
        ours.peak_kib / theirs.peak_kib
    );
    println!("from the cache: {:.3} s", warm.seconds);
    Ok(())
}

fn row(name: &str, ran: &Ran) {
    println!(
        "| {name} | {:.2} | {:.3} | {:.3} | {:.1} | {:.0} |",
        ran.seconds,
        ran.time("load_s"),
        ran.time("prefill_s"),
        ran.time("tokens_per_s"),
        ran.peak_kib / 1024.0,
    );
}

fn best(mut runs: Vec<Ran>) -> Result<Ran> {
    runs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    runs.pop().ok_or_else(|| "there was no run".into())
}

fn evaluate(althing: &Path, model: &Path, cache: &Path) -> Result<Ran> {
    let mut command = Command::new(althing);
    command
        .args(["eval", "--mode", "hf", "--hf-model", "bench/llama"])
        .args(["--prefill-len", PREFILL, "--decode-len", DECODE])
        .arg("--model-path")
        .arg(model)
        .arg("--cache-dir")
        .arg(cache)
        .env("RAYON_NUM_THREADS", THREADS);
    run(&mut command, "YT_METRICS=")
}

fn transformers(python: &Path, model: &Path) -> Result<Ran> {
    let mut command = Command::new(python);
    command
        .args(["-c", include_str!("eval/transformers.py")])
        .arg(model)
        .args([PREFILL, DECODE, THREADS])
        .env("OMP_NUM_THREADS", THREADS)
        .env("HF_HUB_OFFLINE", "1");
    run(&mut command, "TIMES=")
}

/// A Python that has transformers.
fn python() -> Option<PathBuf> {
    let named = env::var_os("ALTHING_BENCH_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| PathBuf::from(".venv/bin/python"));
    let mut asked = Command::new(&python);
    let asked = asked.args(["-c", "import torch, transformers"]).output();
    asked.ok()?.status.success().then_some(python)
}

impl Ran {
    /// A measurement that the process itself took.
    fn time(&self, name: &str) -> f64 {
        self.said["timing"][name].as_f64().unwrap_or(f64::NAN)
    }
}

/// What a line with this prefix says, the last of them.
fn said(stdout: &str, prefix: &str) -> Result<Value> {
    let line = stdout
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(prefix));
    Ok(serde_json::from_str(line.ok_or("a process said nothing")?)?)
}
