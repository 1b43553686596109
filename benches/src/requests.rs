//! What a worker costs the forge, as the forge counts it.

use std::collections::BTreeMap;

use crate::{Result, site::Site};

/// Requests of a worker that finds no issue: start-up, then one poll.
pub(crate) fn empty_poll(site: &Site) -> Result<()> {
    let spent = spent(site, || site.worker("lb").map(drop))?;
    println!("A worker that finds nothing (start-up, then one poll):");
    list(&spent);
    Ok(())
}

/// Requests of one bring-up on the happy path, with start-up.
pub(crate) fn happy_path(site: &Site) -> Result<()> {
    let spent = spent(site, || site.worker("n150").map(drop))?;
    println!("\nA worker that takes an issue to its pull request (with start-up):");
    list(&spent);
    Ok(())
}

fn spent(site: &Site, act: impl FnOnce() -> Result<()>) -> Result<BTreeMap<String, u64>> {
    let before = site.requests()?;
    act()?;
    let mut after = site.requests()?;
    for (operation, count) in before {
        if let Some(now) = after.get_mut(&operation) {
            *now -= count;
        }
    }
    after.retain(|_, count| *count > 0);
    Ok(after)
}

fn list(spent: &BTreeMap<String, u64>) {
    for (operation, count) in spent {
        println!("  {count:3}  {operation}");
    }
    println!("  {:3}  in all", spent.values().sum::<u64>());
}
