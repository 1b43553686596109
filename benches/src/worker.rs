//! What a worker costs the machine: its own part of a bring-up, and its memory while it waits.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;

use crate::{Result, machine, site::Site};

/// How a bring-up's time divides between what it is for (agent, tests, evaluations) and the
/// rest: claiming, cloning, checking the change, pushing, telling.
pub(crate) fn overhead(log: &[Value]) -> Result<()> {
    let time = |line: &Value| line["timestamp"].as_str()?.parse::<Timestamp>().ok();
    let (first, last) = (log.first().and_then(time), log.last().and_then(time));
    let whole = last.zip(first).ok_or("the log has no times")?;
    let whole = whole.0.duration_since(whole.1).as_millis();
    let done = log
        .iter()
        .filter(|line| line["fields"]["message"] == "done");
    let purpose = done.filter(|line| {
        let command = line["fields"]["command"].as_str().unwrap_or_default();
        command.starts_with("python")
    });
    let purpose: i128 = purpose
        .filter_map(|line| line["fields"]["ms"].as_i64())
        .map(i128::from)
        .sum();
    println!("\none bring-up: {whole} ms, of which agent and checks {purpose} ms");
    println!("the worker's own part: {} ms", whole - purpose);
    Ok(())
}

/// Resident memory of a worker between polls.
pub(crate) fn idle(site: &Site) -> Result<()> {
    let before = polls(site)?;
    let mut command = site.worker("lb")?;
    let command = command
        .env("YT_SLEEP_SECS", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut worker = command.spawn()?;
    while polls(site)? < before + 3 {
        sleep(Duration::from_millis(200));
    }
    let status = format!("/proc/{}/status", worker.id());
    println!(
        "a waiting worker: {} resident",
        machine::field(&status, "VmRSS")?.trim()
    );
    Command::new("kill").arg(worker.id().to_string()).status()?;
    worker.wait()?;
    Ok(())
}

fn polls(site: &Site) -> Result<u64> {
    let polls = site.requests()?.remove("graphql BoardIssues");
    Ok(polls.unwrap_or(0))
}
