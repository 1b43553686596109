//! What a worker costs the forge, as the forge counts it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Result, site::Site};

/// Requests of a worker that finds no issue: start-up, then one poll.
pub(crate) fn empty_poll(site: &Site) -> Result<()> {
    let (spent, _) = spent(site, "lb")?;
    println!("A worker that finds nothing (start-up, then one poll):");
    list(&spent);
    Ok(())
}

/// Requests of one bring-up on the happy path, with start-up; returns the worker's log.
pub(crate) fn happy_path(site: &Site) -> Result<Vec<Value>> {
    let (spent, log) = spent(site, "n150")?;
    println!("\nA worker that takes an issue to its pull request (with start-up):");
    list(&spent);
    Ok(log)
}

fn spent(site: &Site, system: &str) -> Result<(BTreeMap<String, u64>, Vec<Value>)> {
    let before = site.requests()?;
    let log = site.work_once(system)?;
    let mut after = site.requests()?;
    for (operation, count) in before {
        if let Some(now) = after.get_mut(&operation) {
            *now -= count;
        }
    }
    after.retain(|_, count| *count > 0);
    Ok((after, log))
}

fn list(spent: &BTreeMap<String, u64>) {
    for (operation, count) in spent {
        println!("  {count:3}  {operation}");
    }
    println!("  {:3}  in all", spent.values().sum::<u64>());
}
