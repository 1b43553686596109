//! What the evaluation harness reports: the last `YT_METRICS=` line, read strictly.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// The prefix of the line.
pub(crate) const PREFIX: &str = "YT_METRICS=";

/// Which model was the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The reference itself, on the CPU.
    Hf,
    /// The model on the accelerator.
    Tt,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Hf => "hf",
            Mode::Tt => "tt",
        })
    }
}

/// Metrics of one evaluation (B-325 to B-330). Keys beyond these are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Fraction of decode steps with the same best token.
    pub top1: f64,
    /// Fraction of decode steps where the reference's best token is in the candidate's best five.
    pub top5: f64,
    /// Compared decode steps.
    pub tokens: u64,
    /// What was evaluated.
    pub mode: Mode,
    /// Whether decoding replayed a trace.
    pub trace: bool,
    /// At least one measurement of time, by name.
    pub timing: BTreeMap<String, f64>,
    /// Decode steps that the device computed by replaying a captured trace; there when `trace` is
    /// true. A claim of tracing alone has been wrong before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_replays: Option<u64>,
    /// Decode steps that the candidate computed, whatever the batch. The first compared token of
    /// each row comes with the prompt, so there is one step less than compared tokens in a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode_steps: Option<u64>,
    /// How often the candidate called the model of the reference: its logits would not be its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_calls: Option<u64>,
    /// Whatever else the harness reports.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}

/// Why there are no metrics to rely on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricsError {
    /// No line with the prefix.
    #[error("stdout has no line that begins with YT_METRICS=")]
    Absent,
    /// Not the required JSON.
    #[error("the YT_METRICS line cannot be read: {0}")]
    Form(String),
    /// A value out of its range.
    #[error("the YT_METRICS line is not believable: {0}")]
    Value(String),
}

impl Metrics {
    /// Reads the last metrics line of `stdout`, which must be about `mode` and `trace`.
    ///
    /// # Errors
    /// [`MetricsError`] for an absent line, a missing key, a wrong type or a value out of range
    /// (B-331).
    pub fn parse(stdout: &str, mode: Mode, trace: bool) -> Result<Self, MetricsError> {
        let line = stdout
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(PREFIX));
        let line = line.ok_or(MetricsError::Absent)?;
        let metrics: Metrics =
            serde_json::from_str(line).map_err(|error| MetricsError::Form(error.to_string()))?;
        metrics.check(mode, trace).map_err(MetricsError::Value)?;
        Ok(metrics)
    }

    fn check(&self, mode: Mode, trace: bool) -> Result<(), String> {
        if let Some(mark) = self.more.get("preflight") {
            return Err(format!("preflight is {mark}: an estimate is no evaluation"));
        }
        for (name, value) in [("top1", self.top1), ("top5", self.top5)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(format!("{name} {value} is not from 0 to 1"));
            }
        }
        if self.top5 < self.top1 {
            return Err(format!(
                "top5 {} is less than top1 {}",
                self.top5, self.top1
            ));
        }
        if self.tokens == 0 {
            return Err("tokens is 0".to_owned());
        }
        if (self.mode, self.trace) != (mode, trace) {
            let (got_mode, got_trace) = (self.mode, self.trace);
            return Err(format!(
                "mode {got_mode}, trace {got_trace}, where {mode}, {trace} was asked for"
            ));
        }
        self.check_replays()?;
        if let (Mode::Tt, Some(calls @ 1..)) = (self.mode, self.reference_calls) {
            return Err(format!("the model called the reference {calls} times"));
        }
        if self.timing.is_empty() || self.timing.values().any(|value| !value.is_finite()) {
            return Err("timing has no measurement".to_owned());
        }
        Ok(())
    }

    /// A traced evaluation replayed the trace at every step, any other at none. A harness that
    /// says nothing of its steps has one for each compared token.
    fn check_replays(&self) -> Result<(), String> {
        let steps = self.decode_steps.unwrap_or(self.tokens);
        match (self.trace, self.trace_replays) {
            (false, None | Some(0)) => Ok(()),
            (false, Some(replays)) => Err(format!("trace_replays is {replays} without a trace")),
            (true, None) => Err("trace_replays is missing: nothing proves the trace".to_owned()),
            (true, Some(_)) if steps == 0 => Err("decode_steps is 0 with a trace".to_owned()),
            (true, Some(replays)) if replays < steps => Err(format!(
                "trace_replays is {replays}: the trace was not replayed at each of {steps} steps"
            )),
            (true, Some(_)) => Ok(()),
        }
    }

    /// The line's JSON again, on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Least accuracy that passes; equal is enough (B-110, B-111).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// For `top1`.
    pub top1: f64,
    /// For `top5`.
    pub top5: f64,
}

impl fmt::Display for Thresholds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "top1 {}, top5 {}", self.top1, self.top5)
    }
}

impl Thresholds {
    /// What falls short, one sentence each.
    pub fn shortfalls(&self, metrics: &Metrics) -> Vec<String> {
        [
            ("top1", metrics.top1, self.top1),
            ("top5", metrics.top5, self.top5),
        ]
        .into_iter()
        .filter(|(_, value, least)| value < least)
        .map(|(name, value, least)| format!("{name} {value} is below {least}"))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Metrics, MetricsError, Mode, Thresholds};

    const LINE: &str = r#"YT_METRICS={"top1": 0.9, "top5": 0.97, "tokens": 4, "mode": "tt", "trace": true, "trace_replays": 4, "timing": {"decode_s": 0.5}, "reference": "hf"}"#;

    #[test]
    fn the_last_line_counts() {
        let stdout = format!("noise\n{}\n{LINE}\nbye\n", LINE.replace("0.9,", "0.1,"));
        let metrics = Metrics::parse(&stdout, Mode::Tt, true).expect("valid");
        assert_eq!((metrics.top1, metrics.top5, metrics.tokens), (0.9, 0.97, 4));
        assert_eq!(metrics.more["reference"], "hf");
        let again = format!("YT_METRICS={}", metrics.to_json());
        assert_eq!(Metrics::parse(&again, Mode::Tt, true), Ok(metrics));
    }

    #[rstest]
    #[case::no_top1(r#""top1": 0.9, "#, "")]
    #[case::no_top5(r#""top5": 0.97, "#, "")]
    #[case::no_tokens(r#""tokens": 4, "#, "")]
    #[case::no_mode(r#""mode": "tt", "#, "")]
    #[case::no_trace(r#""trace": true, "#, "")]
    #[case::no_timing(r#""timing": {"decode_s": 0.5}, "#, "")]
    #[case::text("0.9,", "\"0.9\",")]
    #[case::not_a_number("0.9,", "NaN,")]
    #[case::percent("0.9,", "90.0,")]
    #[case::negative("0.9,", "-0.1,")]
    #[case::disordered("0.9,", "0.98,")]
    #[case::no_steps("4,", "0,")]
    #[case::half_a_step("4,", "3.5,")]
    #[case::other_mode("\"tt\"", "\"hf\"")]
    #[case::unknown_mode("\"tt\"", "\"xx\"")]
    #[case::other_trace("true", "false")]
    #[case::no_proof(r#""trace_replays": 4, "#, "")]
    #[case::not_every_step("s\": 4, \"timing", "s\": 3, \"timing")]
    #[case::proof_is_a_word("s\": 4, \"timing", "s\": true, \"timing")]
    #[case::trace_as_number("true", "1")]
    #[case::no_measurement("{\"decode_s\": 0.5}", "{}")]
    #[case::no_time("0.5", "\"fast\"")]
    #[case::cut("\"hf\"}", "\"hf\"")]
    fn a_line_that_breaks_the_contract_is_refused(#[case] part: &str, #[case] instead: &str) {
        let broken = LINE.replacen(part, instead, 1);
        assert_ne!(broken, LINE);
        assert!(Metrics::parse(&broken, Mode::Tt, true).is_err(), "{broken}");
    }

    #[rstest]
    #[case::nothing("", true)]
    #[case::none(r#""trace_replays": 0, "#, true)]
    #[case::some(r#""trace_replays": 4, "#, false)]
    fn without_a_trace_nothing_is_replayed(#[case] replays: &str, #[case] valid: bool) {
        let line = LINE.replace(r#""trace_replays": 4, "#, replays);
        let line = line.replace(r#""trace": true"#, r#""trace": false"#);
        assert_eq!(
            Metrics::parse(&line, Mode::Tt, false).is_ok(),
            valid,
            "{line}"
        );
    }

    #[rstest]
    #[case::format("\"bfp8\"")]
    #[case::no_format("null")]
    #[case::denied("false")]
    fn an_estimate_is_no_evaluation(#[case] mark: &str) {
        let line = LINE.replacen('{', &format!(r#"{{"preflight": {mark}, "#), 1);
        let refused = Metrics::parse(&line, Mode::Tt, true).expect_err("an estimate");
        assert!(refused.to_string().contains("preflight"), "{refused}");
    }

    #[rstest]
    #[case::one_row(3, 3, true)]
    #[case::two_rows(1, 1, true)]
    #[case::a_step_was_not_replayed(3, 2, false)]
    #[case::no_step(0, 0, false)]
    fn the_trace_is_replayed_at_each_step_that_there_was(
        #[case] steps: u64,
        #[case] replays: u64,
        #[case] valid: bool,
    ) {
        let proof = format!(r#""trace_replays": {replays}, "decode_steps": {steps}, "#);
        let line = LINE.replace(r#""trace_replays": 4, "#, &proof);
        let read = Metrics::parse(&line, Mode::Tt, true);
        assert_eq!(read.is_ok(), valid, "{line}: {read:?}");
    }

    #[rstest]
    #[case::none(0, true)]
    #[case::once(1, false)]
    fn logits_of_the_reference_are_no_candidates(#[case] calls: u64, #[case] valid: bool) {
        let line = LINE.replacen('{', &format!(r#"{{"reference_calls": {calls}, "#), 1);
        assert_eq!(
            Metrics::parse(&line, Mode::Tt, true).is_ok(),
            valid,
            "{line}"
        );
    }

    #[test]
    fn no_line_is_said_so() {
        assert_eq!(
            Metrics::parse("top1=1", Mode::Hf, false),
            Err(MetricsError::Absent)
        );
    }

    #[rstest]
    #[case(0.90, 0.97, &[])]
    #[case(0.899, 0.97, &["top1 0.899 is below 0.9"])]
    #[case(0.90, 0.969, &["top5 0.969 is below 0.97"])]
    #[case(0.1, 0.2, &["top1 0.1 is below 0.9", "top5 0.2 is below 0.97"])]
    fn thresholds_are_met_when_equal(#[case] top1: f64, #[case] top5: f64, #[case] short: &[&str]) {
        let mut metrics = Metrics::parse(LINE, Mode::Tt, true).expect("valid");
        (metrics.top1, metrics.top5) = (top1, top5);
        let thresholds = Thresholds {
            top1: 0.90,
            top5: 0.97,
        };
        assert_eq!(thresholds.shortfalls(&metrics), short);
    }

    proptest! {
        #[test]
        fn any_output_can_be_read(text in "(YT_METRICS=)?.{0,80}") {
            let _ = Metrics::parse(&text, Mode::Hf, false);
        }
    }
}
