//! On what the figures were measured.

use std::{fs, process::Command};

use crate::Result;

/// Processor, cores, memory, kernel and the versions of the peers, one line each.
pub(crate) fn describe() -> Result<String> {
    let cpu = field("/proc/cpuinfo", "model name")?;
    let cores = std::thread::available_parallelism()?;
    let memory = field("/proc/meminfo", "MemTotal")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let gh = Command::new("gh").arg("--version").output()?;
    let gh = String::from_utf8_lossy(&gh.stdout)
        .lines()
        .next()
        .unwrap_or("gh ?")
        .to_owned();
    let git = Command::new("git").arg("--version").output()?;
    Ok(format!(
        "# Measurements\n\nmachine: {cpu}, {cores} cores, {memory}, Linux {}\npeers: {gh}; {}",
        kernel.trim(),
        String::from_utf8_lossy(&git.stdout).trim(),
    ))
}

/// The first value of `key` in a `key : value` file of the kernel.
pub(crate) fn field(path: &str, key: &str) -> Result<String> {
    fs::read_to_string(path)?
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned())
        .ok_or_else(|| format!("{path} has no {key}").into())
}
