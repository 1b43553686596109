//! What goes wrong on purpose, so that clients can be tested against bad days.

use std::{
    fs::File,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};
use serde::Deserialize;

/// The faults file as written; every part may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultsFile {
    /// Makes a run repeatable.
    #[serde(default)]
    seed: u64,
    latency: Option<Latency>,
    errors: Option<Errors>,
    secondary_limit: Option<SecondaryLimit>,
    read_lag: Option<ReadLag>,
    cuts: Option<Cuts>,
}

/// Every answer takes this much longer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    milliseconds: u64,
    #[serde(default)]
    jitter: u64,
}

/// A share of requests is answered with a server error and not carried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Errors {
    rate: Spanned<f64>,
    status: Option<Spanned<u16>>,
}

const BAD_GATEWAY: u16 = 502;

/// A share of requests runs into the secondary limit and is not carried out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SecondaryLimit {
    rate: Spanned<f64>,
    retry_after: u32,
}

/// Lists show what existed this long ago.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadLag {
    milliseconds: u64,
}

/// A share of requests is carried out, but the connection is cut within the answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cuts {
    rate: Spanned<f64>,
}

/// Faults to inject, with the state of their dice.
#[derive(Debug)]
pub struct Faults {
    file: FaultsFile,
    dice: Mutex<fastrand::Rng>,
}

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is served.
    Served,
    /// It is served, and the answer breaks off.
    Cut,
    /// It is answered with this status and not carried out.
    Error(u16),
    /// It runs into the secondary limit; seconds to wait.
    SecondaryLimit(u32),
}

impl Faults {
    /// A good day.
    pub fn none() -> Self {
        Self::new(FaultsFile::default())
    }

    /// Reads a faults file.
    ///
    /// # Errors
    /// Findings with the place of each mistake.
    pub fn read(path: &Path) -> Result<Self, Vec<Finding>> {
        let name = path.display().to_string();
        let text = yaml::read(&name, File::open(path)).map_err(|finding| vec![*finding])?;
        Self::parse(&name, &text)
    }

    /// Parses the text of a faults file called `name`.
    ///
    /// # Errors
    /// Findings with the place of each mistake.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Finding>> {
        let file: FaultsFile = yaml::parse(name, text).map_err(|finding| vec![*finding])?;
        let findings = file.check(name);
        if findings.is_empty() {
            Ok(Self::new(file))
        } else {
            Err(findings)
        }
    }

    fn new(file: FaultsFile) -> Self {
        let dice = Mutex::new(fastrand::Rng::with_seed(file.seed));
        Self { file, dice }
    }

    /// Throws the dice for one request.
    pub(super) fn fate(&self) -> Fate {
        let FaultsFile {
            errors,
            secondary_limit,
            cuts,
            ..
        } = &self.file;
        if let Some(errors) = errors
            .as_ref()
            .filter(|errors| self.throw(errors.rate.value))
        {
            return Fate::Error(
                errors
                    .status
                    .as_ref()
                    .map_or(BAD_GATEWAY, |status| status.value),
            );
        }
        if let Some(limit) = secondary_limit
            .as_ref()
            .filter(|limit| self.throw(limit.rate.value))
        {
            return Fate::SecondaryLimit(limit.retry_after);
        }
        if cuts
            .as_ref()
            .is_some_and(|cuts| self.throw(cuts.rate.value))
        {
            return Fate::Cut;
        }
        Fate::Served
    }

    /// How much longer the next answer takes.
    pub(super) fn latency(&self) -> Duration {
        self.file
            .latency
            .as_ref()
            .map_or(Duration::ZERO, |latency| {
                let jitter = self.with_dice(|dice| dice.u64(0..=latency.jitter));
                Duration::from_millis(latency.milliseconds.saturating_add(jitter))
            })
    }

    /// How far reads lag behind writes.
    pub(super) fn read_lag(&self) -> Option<Duration> {
        self.file
            .read_lag
            .as_ref()
            .map(|lag| Duration::from_millis(lag.milliseconds))
    }

    fn throw(&self, rate: f64) -> bool {
        self.with_dice(|dice| dice.f64() < rate)
    }

    fn with_dice<T>(&self, throw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        throw(&mut self.dice.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FaultsFile {
    fn check(&self, name: &str) -> Vec<Finding> {
        let rates = [
            self.errors.as_ref().map(|errors| &errors.rate),
            self.secondary_limit.as_ref().map(|limit| &limit.rate),
            self.cuts.as_ref().map(|cuts| &cuts.rate),
        ];
        let wrong_rates = rates
            .into_iter()
            .flatten()
            .filter(|rate| !(0.0..=1.0).contains(&rate.value))
            .map(|rate| {
                let message = format!("a rate of {} is no share of requests", rate.value);
                Finding::error(Code::FaultsInvalid, message, "write a number from 0 to 1")
                    .at(yaml::location(name, rate))
            });
        let wrong_status = self
            .errors
            .as_ref()
            .and_then(|errors| errors.status.as_ref())
            .filter(|status| !(500..=599).contains(&status.value))
            .map(|status| {
                let message = format!("{} is no server error", status.value);
                Finding::error(
                    Code::FaultsInvalid,
                    message,
                    "write a status from 500 to 599",
                )
                .at(yaml::location(name, status))
            });
        wrong_rates.chain(wrong_status).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Faults};

    #[test]
    fn mistakes_are_found_where_they_stand() {
        let text = "errors: { rate: 1.5, status: 404 }\ncuts:\n  rate: -1\n";
        let findings = Faults::parse("faults.yaml", text).expect_err("three mistakes");
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        faults.yaml:1:17: error[faults-invalid]: a rate of 1.5 is no share of requests; write a number from 0 to 1
        faults.yaml:3:9: error[faults-invalid]: a rate of -1 is no share of requests; write a number from 0 to 1
        faults.yaml:1:30: error[faults-invalid]: 404 is no server error; write a status from 500 to 599
        ");
    }

    #[test]
    fn the_same_seed_gives_the_same_day() {
        let text =
            "seed: 7\nerrors: { rate: 0.3 }\nsecondary-limit: { rate: 0.3, retry-after: 2 }\n";
        let day = || -> Vec<Fate> {
            let faults = Faults::parse("f", text).expect("valid");
            (0..50).map(|_| faults.fate()).collect()
        };
        assert_eq!(day(), day());
        assert!(day().contains(&Fate::Error(502)) && day().contains(&Fate::SecondaryLimit(2)));
    }
}
