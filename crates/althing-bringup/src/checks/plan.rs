//! Which checks run for a request, and by which commands.

use std::path::Path;

use super::Check;
use crate::{Argv, BringupRequest, Mode};

/// What evaluates, in a models repository.
pub(crate) const HARNESS: &str = "scripts/run_eval.py";

/// What is said of a repository in which nothing can be evaluated.
pub(crate) fn no_harness() -> String {
    format!("there is no {HARNESS} on the default branch")
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
    let mut argv = Argv::new(python, &[HARNESS, "--mode", &mode.to_string()]);
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use althing_forge::IssueNumber;

    use super::CheckPlan;
    use crate::{BringupRequest, Check};

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
}
