//! What the command of a check left behind, and what that means.

use serde::Serialize;

use super::{Check, Reran};
use crate::{Ending, Finished, Metrics, Thresholds};

/// Exit code of the harness for "this machine lacks something".
const HARNESS_SETUP: i32 = 3;

/// How one check went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckResult {
    /// Which.
    pub check: Check,
    /// The command, for people.
    pub command: String,
    /// The metrics, when there are some to rely on.
    pub metrics: Option<Metrics>,
    /// Why it did not pass, with the command's report; `None` when it passed.
    pub failure: Option<String>,
    /// What its runs say together, if it ran more than once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reran: Option<Reran>,
}

/// Why a check says nothing about the model: its surroundings failed (B-037).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unjudged {
    /// One sentence.
    pub why: String,
    /// The command's report.
    pub report: String,
}

impl Unjudged {
    /// The harness can say that this machine lacks something. And the reference runs none of the
    /// agent's code: when it is killed or does not end, memory or time were short.
    fn read(check: Check, finished: &Finished) -> Option<Self> {
        let why = match finished.ending {
            Ending::Code(HARNESS_SETUP) if check.expected().is_some() => {
                "the harness says that this machine lacks something".to_owned()
            }
            Ending::Signal(_) | Ending::OutOfTime(_) | Ending::Silent(_)
                if check == Check::HfEval =>
            {
                format!(
                    "the reference was not evaluated to its end: {}",
                    finished.ending
                )
            }
            Ending::Code(_) | Ending::Signal(_) | Ending::OutOfTime(_) | Ending::Silent(_) => {
                return None;
            }
        };
        let report = finished.report();
        Some(Self { why, report })
    }
}

impl CheckResult {
    /// Reads what the command of a check left behind (B-257, B-258).
    ///
    /// # Errors
    /// When it says nothing about the model.
    pub fn read(
        check: Check,
        finished: &Finished,
        thresholds: &Thresholds,
    ) -> Result<Self, Unjudged> {
        if let Some(unjudged) = Unjudged::read(check, finished) {
            return Err(unjudged);
        }
        let command = finished.argv.to_string();
        let result = |metrics, failure: Option<String>| {
            Ok(Self {
                check,
                command: command.clone(),
                metrics,
                failure,
                reran: None,
            })
        };
        let failed = |why: &str, metrics: Option<&Metrics>| {
            let mut text = format!("{}: {why}\n{}", check.name(), finished.report());
            if let Some(metrics) = metrics {
                text.push_str(&format!("--- metrics ---\n{}\n", metrics.to_json()));
            }
            Some(text)
        };
        let metrics = check
            .expected()
            .map(|(mode, trace)| Metrics::parse(&finished.stdout, mode, trace));
        match (finished.ok(), metrics) {
            (false, metrics) => {
                let metrics = metrics.and_then(Result::ok);
                let failure = failed("the command failed", metrics.as_ref());
                result(metrics, failure)
            }
            (true, None) => result(None, None),
            (true, Some(Err(error))) => result(None, failed(&error.to_string(), None)),
            (true, Some(Ok(metrics))) => {
                let short = thresholds.shortfalls(&metrics).join(", ");
                let failure = if short.is_empty() {
                    None
                } else {
                    failed(&short, Some(&metrics))
                };
                result(Some(metrics), failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::{CheckResult, Unjudged};
    use crate::{Argv, Attempt, Check, Ending, Finished, Thresholds};

    const THRESHOLDS: Thresholds = Thresholds {
        top1: 0.90,
        top5: 0.97,
    };

    fn read(check: Check, code: i32, stdout: &str) -> Result<CheckResult, Unjudged> {
        read_ending(check, Ending::Code(code), stdout)
    }

    fn read_ending(check: Check, ending: Ending, stdout: &str) -> Result<CheckResult, Unjudged> {
        let finished = Finished {
            argv: Argv::new("python", &["scripts/run_eval.py"]),
            ending,
            stdout: stdout.to_owned(),
            stderr: "trouble\n".to_owned(),
            took: Duration::ZERO,
        };
        CheckResult::read(check, &finished, &THRESHOLDS)
    }

    fn line(top1: f64) -> String {
        format!(
            r#"YT_METRICS={{"top1": {top1}, "top5": 1.0, "tokens": 4, "mode": "hf", "trace": false, "timing": {{"s": 1}}}}"#
        )
    }

    #[rstest]
    #[case::tests_pass(Check::Tests, 0, "", None)]
    #[case::tests_fail(Check::Tests, 1, "", Some("tests: the command failed"))]
    #[case::tests_end_with_three(Check::Tests, 3, "", Some("tests: the command failed"))]
    #[case::eval_passes(Check::HfEval, 0, &line(0.90), None)]
    #[case::eval_is_short(Check::HfEval, 0, &line(0.5), Some("HF-only evaluation: top1 0.5 is below 0.9"))]
    #[case::eval_says_nothing(
        Check::HfEval,
        0,
        "fine",
        Some("HF-only evaluation: stdout has no line")
    )]
    #[case::eval_fails_with_good_metrics(Check::HfEval, 1, &line(1.0), Some("the command failed"))]
    #[case::eval_of_another_mode(Check::TtEval, 0, &line(1.0), Some("not believable"))]
    fn a_check_passes_by_exit_code_and_metrics(
        #[case] check: Check,
        #[case] code: i32,
        #[case] stdout: &str,
        #[case] failure: Option<&str>,
    ) {
        let result = read(check, code, stdout).expect("no setup problem");
        match (failure, &result.failure) {
            (None, None) => {}
            (Some(part), Some(text)) => assert!(text.contains(part), "{text}"),
            (expected, got) => panic!("expected {expected:?}, got {got:?}"),
        }
    }

    #[test]
    fn the_report_has_command_ending_tails_and_metrics() {
        let noise: String = (0..10_000)
            .map(|number| format!("line {number}\n"))
            .collect();
        let result = read(Check::HfEval, 0, &format!("{noise}{}", line(0.5))).expect("read");
        let report = Attempt {
            scope: Vec::new(),
            results: vec![result],
        }
        .report();
        assert!(
            report.contains("$ python scripts/run_eval.py\nexit code 0\n"),
            "{report}"
        );
        assert!(report.contains("line 9999\n") && !report.contains("line 9000\n"));
        assert!(report.contains("--- stderr ---\ntrouble"));
        assert!(report.contains("--- metrics ---\n{\"top1\":0.5"));
        let tests = read(Check::Tests, 1, "1 failed")
            .expect("read")
            .failure
            .expect("failed");
        assert!(!tests.contains("metrics"), "{tests}");
    }

    #[test]
    fn a_machine_that_lacks_something_is_no_failure_of_the_model() {
        let lacking = read(Check::HfEval, 3, "").expect_err("setup");
        assert!(lacking.report.contains("trouble"), "{lacking:?}");
    }

    #[rstest]
    #[case::no_memory(Ending::Signal(9))]
    #[case::no_time(Ending::OutOfTime(Duration::from_secs(60)))]
    fn only_the_reference_may_be_cut_short_without_blame(#[case] ending: Ending) {
        let unjudged = read_ending(Check::HfEval, ending, "").expect_err("setup");
        assert!(unjudged.why.contains(&ending.to_string()), "{unjudged:?}");
        for check in [Check::Tests, Check::TtEval] {
            let judged = read_ending(check, ending, "").expect("the model's failure");
            assert!(judged.failure.is_some());
        }
    }
}
