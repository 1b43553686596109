//! `althing simulate`.

use std::{fs::File, path::PathBuf};

use althing_charter::{Scenario, ScenarioReport, Source};
use althing_diag::{Exit, Finding, yaml};
use clap::Args;
use serde_json::json;

use crate::{
    failure::Failure,
    output::{self, DIM, GREEN, Output, RED},
    rules::charter_named,
};

/// Flags of `althing simulate`.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Scenario files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Run them under this charter instead of theirs: a preset's name, or a path.
    #[arg(long, value_name = "CHARTER")]
    charter: Option<String>,
}

pub(crate) fn run(args: &SimulateArgs, output: &mut Output) -> Result<Exit, Failure> {
    let mut reports = Vec::new();
    let mut findings = Vec::new();
    for file in &args.files {
        match simulate(file, args.charter.as_deref()) {
            Ok(report) => reports.push(report),
            Err(wrong) => findings.extend(wrong),
        }
    }
    if !findings.is_empty() {
        return Err(findings.into());
    }
    let met = reports.iter().all(|report| report.summary.met);
    let answer = json!({ "met": met, "scenarios": reports });
    output.answer(answer, || {
        reports.iter().map(describe).collect::<Vec<_>>().join("\n")
    });
    Ok(if met { Exit::Ok } else { Exit::Refused })
}

fn simulate(file: &PathBuf, charter: Option<&str>) -> Result<ScenarioReport, Vec<Finding>> {
    let name = file.display().to_string();
    let text = yaml::read(&name, File::open(file)).map_err(|finding| vec![*finding])?;
    let scenario = Scenario::parse(Source::new(&name, &text))?;
    let named = charter.unwrap_or(&scenario.charter);
    // A path in a scenario is written from where the scenario is; one of a flag from here.
    let from = match charter {
        Some(_) => None,
        None => file.parent(),
    };
    let charter = charter_named(named, from)?;
    scenario.run(&charter)
}

fn describe(report: &ScenarioReport) -> String {
    let steps = report.summary.steps;
    if report.summary.met {
        return format!(
            "{GREEN}ok{GREEN:#}    {}  {DIM}{steps} steps{DIM:#}",
            report.file
        );
    }
    let unmet = report.summary.unmet;
    let mut text = format!(
        "{RED}FAIL{RED:#}  {}  {unmet} of {steps} steps",
        report.file
    );
    for finding in report.findings() {
        text.push('\n');
        text.push_str(&output::describe(&finding));
    }
    text
}
