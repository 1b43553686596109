//! Running a process and watching what it takes.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::said;
use crate::{Result, machine};

/// A process that ended well.
pub(super) struct Ran {
    pub(super) seconds: f64,
    /// The most memory that was resident at once, mapped pages included.
    pub(super) peak_kib: f64,
    /// What it said of itself.
    pub(super) said: Value,
}

pub(super) fn run(command: &mut Command, prefix: &str) -> Result<Ran> {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib: f64 = 0.0;
    // The kernel keeps the peak until the process ends, so looking now and then is enough.
    while child.try_wait()?.is_none() {
        if let Ok(text) = machine::field(&status, "VmHWM") {
            let kib = text.trim_end_matches("kB").trim().parse();
            peak_kib = peak_kib.max(kib.unwrap_or(0.0));
        }
        sleep(Duration::from_millis(5));
    }
    let seconds = begin.elapsed().as_secs_f64();
    let done = child.wait_with_output()?;
    if !done.status.success() {
        return Err(format!("{command:?}: {}", done.status).into());
    }
    Ok(Ran {
        seconds,
        peak_kib,
        said: said(&String::from_utf8(done.stdout)?, prefix)?,
    })
}
