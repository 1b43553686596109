//! The four checks of specification §9.1 F, and what their outcome means.

mod rerun;

use std::{fmt, path::Path};

use serde::Serialize;

use crate::{
    Argv, BringupRequest, Ending, Finished, Metrics, Mode, Staged, System, Thresholds,
    repository::ALLOWED,
};

pub use self::rerun::{Kind, Reran};

pub(crate) use self::rerun::Runs;

/// The commit status by which gates know that a worker ran the checks.
pub(crate) const CONTEXT: &str = "althing/bringup";
/// Exit code of the harness for "this machine lacks something".
pub(crate) const HARNESS_SETUP: i32 = 3;

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The tests of the repository (B-251).
    Tests,
    /// The reference alone (B-253).
    HfEval,
    /// The accelerator, trace off (B-255).
    TtEval,
    /// The accelerator, trace on (B-256).
    TtTraceEval,
}

impl Check {
    /// The checks in their order.
    pub const ALL: [Check; 4] = [
        Check::Tests,
        Check::HfEval,
        Check::TtEval,
        Check::TtTraceEval,
    ];

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Check::Tests => "tests",
            Check::HfEval => "HF-only evaluation",
            Check::TtEval => "TT evaluation, trace off",
            Check::TtTraceEval => "TT evaluation, trace on",
        }
    }

    /// What the metrics must be about; `None` for the tests.
    pub fn expected(self) -> Option<(Mode, bool)> {
        match self {
            Check::Tests => None,
            Check::HfEval => Some((Mode::Hf, false)),
            Check::TtEval => Some((Mode::Tt, false)),
            Check::TtTraceEval => Some((Mode::Tt, true)),
        }
    }

    fn needs_accelerator(self) -> bool {
        matches!(self, Check::TtEval | Check::TtTraceEval)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which checks run, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckPlan {
    /// To run, in order.
    pub run: Vec<(Check, Argv)>,
    /// Not to run, and named as skipped wherever results are shown.
    pub skipped: Vec<Check>,
    /// The evaluations for people, who have other folders than this machine.
    portable: Vec<String>,
}

impl CheckPlan {
    /// The checks for a request. `model_path` replaces the hub; `skip_tt` leaves out what needs
    /// an accelerator (B-384).
    pub fn new(
        python: &str,
        request: &BringupRequest,
        model_path: Option<&Path>,
        skip_tt: bool,
    ) -> Self {
        let (skipped, run): (Vec<Check>, Vec<Check>) = Check::ALL
            .into_iter()
            .partition(|check| skip_tt && check.needs_accelerator());
        let portable = portable(&run, python, request, model_path.is_some());
        let run = run
            .into_iter()
            .map(|check| (check, argv(check, python, request, model_path)));
        Self {
            run: run.collect(),
            skipped,
            portable,
        }
    }

    /// The evaluation that is run once more for the final metrics (B-262): the last one.
    pub fn last(&self) -> Option<&(Check, Argv)> {
        self.run.last()
    }

    /// The evaluation commands as they can be typed anywhere, one a line. Where this machine
    /// had the weights in a folder of its own, a line says so instead of naming the folder.
    pub fn evaluations(&self) -> &[String] {
        &self.portable
    }
}

fn portable(
    checks: &[Check],
    python: &str,
    request: &BringupRequest,
    own_weights: bool,
) -> Vec<String> {
    let note = "# The weights came from a local folder. To use one: add --model-path FOLDER";
    let evaluations = checks.iter().filter(|check| check.expected().is_some());
    let commands = evaluations.map(|check| argv(*check, python, request, None).to_string());
    own_weights
        .then(|| note.to_owned())
        .into_iter()
        .chain(commands)
        .collect()
}

fn argv(check: Check, python: &str, request: &BringupRequest, model_path: Option<&Path>) -> Argv {
    let Some((mode, trace)) = check.expected() else {
        return Argv::new(python, &["-m", "pytest", "-q"]);
    };
    let mut argv = Argv::new(
        python,
        &["scripts/run_eval.py", "--mode", &mode.to_string()],
    );
    if mode == Mode::Tt {
        argv.push("--trace");
        argv.push(if trace { "1" } else { "0" });
    }
    let lengths = [
        ("--prefill-len", request.prefill_len),
        ("--decode-len", request.decode_len),
        ("--batch", request.batch),
    ];
    let texts = [
        ("--hf-model", Some(request.model.to_string())),
        ("--revision", request.revision.clone()),
        (
            "--model-path",
            model_path.map(|path| path.display().to_string()),
        ),
    ];
    let numbers = lengths
        .into_iter()
        .map(|(flag, value)| (flag, value.map(|v| v.to_string())));
    for (flag, value) in texts.into_iter().chain(numbers) {
        if let Some(value) = value {
            argv.push(flag);
            argv.push(value);
        }
    }
    argv
}

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

impl CheckResult {
    /// Reads what the command of a check left behind (B-257, B-258).
    ///
    /// # Errors
    /// The report of a harness that says that this machine lacks something: no failure of the
    /// model (B-037).
    pub fn read(
        check: Check,
        finished: &Finished,
        thresholds: &Thresholds,
    ) -> Result<Self, String> {
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
        if check.expected().is_some() && finished.ending == Ending::Code(HARNESS_SETUP) {
            return Err(finished.report());
        }
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

/// What one attempt came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Attempt {
    /// What is wrong with the change itself, before anything runs.
    pub scope: Vec<String>,
    /// The checks that ran, in order. None runs when the change itself is wrong.
    pub results: Vec<CheckResult>,
}

impl Attempt {
    /// Whether everything passed.
    pub fn passed(&self) -> bool {
        self.scope.is_empty()
            && !self.results.is_empty()
            && self.results.iter().all(|result| result.failure.is_none())
    }

    /// What the agent is told, with every failure (B-259 to B-261).
    pub fn report(&self) -> String {
        let failures = self
            .results
            .iter()
            .filter_map(|result| result.failure.clone());
        self.scope
            .iter()
            .cloned()
            .chain(failures)
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// What failed, in a few words.
    pub fn summary(&self) -> String {
        if let Some(first) = self.scope.first() {
            return first.clone();
        }
        let failed = self
            .results
            .iter()
            .filter(|result| result.failure.is_some());
        let names: Vec<&str> = failed.map(|result| result.check.name()).collect();
        format!("did not pass: {}", names.join(", "))
    }

    /// Whether the reference is to blame: the first thing that failed is the evaluation that
    /// runs none of the agent's code (B-126).
    pub fn reference_failed(&self) -> bool {
        let first = self.results.iter().find(|result| result.failure.is_some());
        self.scope.is_empty() && first.is_some_and(|result| result.check == Check::HfEval)
    }

    /// Evaluations that passed, but not at once.
    pub fn flakes(&self) -> Vec<String> {
        let passed = self.results.iter().filter(|it| it.failure.is_none());
        passed
            .filter_map(|it| Some(format!("{}: {}", it.check.name(), it.reran?)))
            .collect()
    }

    /// The metrics of the evaluations, in order.
    pub fn metrics(&self) -> Vec<Metrics> {
        self.results
            .iter()
            .filter_map(|result| result.metrics.clone())
            .collect()
    }
}

/// The file that a bring-up must produce.
pub(crate) fn model_file(request: &BringupRequest, system: System) -> String {
    format!("{ALLOWED}/{}/{system}/functional/model.py", request.model)
}

/// What is wrong with a change before anything of it runs: changes outside the allowed folder,
/// links, no change at all, no model where the harness looks for it.
pub(crate) fn check_scope(staged: &Staged, model_exists: bool, model_file: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let inside = format!("{ALLOWED}/");
    let outside: Vec<&str> = staged
        .left_out
        .iter()
        .map(String::as_str)
        .filter(|path| !path.starts_with(&inside))
        .collect();
    if !outside.is_empty() {
        wrong.push(format!(
            "only files below {inside} may change; put these back as they were:\n{}",
            list(&outside)
        ));
    }
    if !staged.odd.is_empty() {
        let odd: Vec<&str> = staged.odd.iter().map(String::as_str).collect();
        wrong.push(format!(
            "links and nested repositories are not accepted:\n{}",
            list(&odd)
        ));
    }
    if staged.paths.is_empty() {
        wrong.push(format!("nothing below {inside} was changed"));
    } else if !model_exists {
        wrong.push(format!("{model_file} does not exist"));
    }
    wrong
}

fn list(paths: &[&str]) -> String {
    let mut lines: Vec<String> = paths
        .iter()
        .take(50)
        .map(|path| format!("- {path}"))
        .collect();
    if let Some(more) = paths.len().checked_sub(50).filter(|more| *more > 0) {
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use althing_forge::IssueNumber;
    use rstest::rstest;

    use super::{Attempt, Check, CheckPlan, CheckResult, check_scope};
    use crate::{Argv, BringupRequest, Ending, Finished, Staged, Thresholds};

    fn plan(body: &str, path: Option<&str>, skip_tt: bool) -> CheckPlan {
        let request = BringupRequest::parse(IssueNumber(1), body).expect("valid");
        CheckPlan::new("python", &request, path.map(Path::new), skip_tt)
    }

    fn commands(plan: &CheckPlan) -> String {
        plan.run
            .iter()
            .map(|(_, argv)| argv.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_four_commands_in_order_with_the_issues_parameters() {
        let body = "hf_model_id: a/b\nhf_revision: abc\nprefill_len: 64\ndecode_len: 16\nbatch: 4";
        insta::assert_snapshot!(commands(&plan(body, None, false)), @r"
        python -m pytest -q
        python scripts/run_eval.py --mode hf --hf-model a/b --revision abc --prefill-len 64 --decode-len 16 --batch 4
        python scripts/run_eval.py --mode tt --trace 0 --hf-model a/b --revision abc --prefill-len 64 --decode-len 16 --batch 4
        python scripts/run_eval.py --mode tt --trace 1 --hf-model a/b --revision abc --prefill-len 64 --decode-len 16 --batch 4
        ");
    }

    #[test]
    fn what_needs_an_accelerator_is_skipped_only_when_asked_and_by_name() {
        assert_eq!(plan("hf_model_id: a/b", None, false).skipped, []);
        let plan = plan("hf_model_id: a/b", Some("/models/a/b"), true);
        insta::assert_snapshot!(commands(&plan), @r"
        python -m pytest -q
        python scripts/run_eval.py --mode hf --hf-model a/b --model-path /models/a/b
        ");
        insta::assert_snapshot!(plan.evaluations().join("\n"), @r"
        # The weights came from a local folder. To use one: add --model-path FOLDER
        python scripts/run_eval.py --mode hf --hf-model a/b
        ");
        assert_eq!(plan.skipped, [Check::TtEval, Check::TtTraceEval]);
        assert_eq!(plan.last().expect("one").0, Check::HfEval);
    }

    const THRESHOLDS: Thresholds = Thresholds {
        top1: 0.90,
        top5: 0.97,
    };

    fn read(check: Check, code: i32, stdout: &str) -> Result<CheckResult, String> {
        let finished = Finished {
            argv: Argv::new("python", &["scripts/run_eval.py"]),
            ending: Ending::Code(code),
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
        let report = read(Check::HfEval, 3, "").expect_err("setup");
        assert!(report.contains("trouble"), "{report}");
    }

    fn result(check: Check, fails: bool) -> CheckResult {
        let failure = fails.then(|| "why".to_owned());
        CheckResult {
            check,
            command: String::new(),
            metrics: None,
            failure,
            reran: None,
        }
    }

    #[rstest]
    #[case::all_pass(&[false, false, false], false)]
    #[case::tests(&[true, true, false], false)]
    #[case::reference(&[false, true, true], true)]
    #[case::accelerator(&[false, false, true], false)]
    fn only_the_reference_is_to_blame_when_it_fails_first(
        #[case] fails: &[bool],
        #[case] reference: bool,
    ) {
        let results: Vec<_> = Check::ALL
            .iter()
            .zip(fails)
            .map(|(check, fails)| result(*check, *fails))
            .collect();
        let attempt = Attempt {
            scope: Vec::new(),
            results,
        };
        assert_eq!(attempt.reference_failed(), reference);
        assert_eq!(attempt.passed(), !fails.contains(&true));
    }

    #[test]
    fn an_attempt_that_checked_nothing_did_not_pass() {
        assert!(!Attempt::default().passed());
        let scope = vec!["outside".to_owned()];
        assert!(
            !Attempt {
                scope,
                results: vec![result(Check::Tests, false)]
            }
            .passed()
        );
    }

    #[rstest]
    #[case(&["models/a/b/n150/functional/model.py"], &[], &["models/a.bin"], true, &[])]
    #[case(&["models/x"], &[], &["scripts/run_eval.py"], true, &["only files below models/"])]
    #[case(&["models/x"], &["models/x"], &[], true, &["links"])]
    #[case(&[], &[], &[], true, &["nothing below models/"])]
    #[case(&["models/x"], &[], &[], false, &["model.py does not exist"])]
    fn a_change_must_stay_inside_and_hold_the_model(
        #[case] paths: &[&str],
        #[case] odd: &[&str],
        #[case] left_out: &[&str],
        #[case] exists: bool,
        #[case] wrong: &[&str],
    ) {
        let own = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let staged = Staged {
            paths: own(paths),
            odd: own(odd),
            left_out: own(left_out),
        };
        let found = check_scope(&staged, exists, "models/a/b/n150/functional/model.py");
        assert_eq!(found.len(), wrong.len(), "{found:?}");
        for (found, part) in found.iter().zip(wrong) {
            assert!(found.contains(part), "{found}");
        }
    }
}
