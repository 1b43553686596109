//! Several runs of one evaluation: what they are worth together.

use std::fmt;

use serde::Serialize;

use super::CheckResult;
use crate::{Ending, Finished, house::Reruns};

/// How the runs of an evaluation went that did not pass at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reran {
    /// What that says of it.
    pub kind: Kind,
    /// How many runs passed.
    pub passed: u32,
    /// How many there were.
    pub runs: u32,
    /// How many had to pass.
    pub need: u32,
}

/// What an evaluation is that does not always pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It passes at times.
    Flake,
    /// No run ended in time.
    Hang,
    /// No run passed.
    Regression,
}

impl fmt::Display for Reran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            passed,
            runs,
            need,
        } = self;
        match kind {
            Kind::Flake if passed < need => {
                write!(f, "flaky: {passed} of {runs} runs passed, {need} must")
            }
            Kind::Flake => write!(f, "flaky: {passed} of {runs} runs passed"),
            Kind::Hang => write!(f, "it hangs: none of {runs} runs ended in time"),
            Kind::Regression => write!(f, "it fails each time: none of {runs} runs passed"),
        }
    }
}

/// The runs of one check so far.
#[derive(Debug)]
pub(crate) struct Runs {
    rules: Reruns,
    results: Vec<(CheckResult, Went)>,
}

/// How one run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Went {
    Passed,
    Failed,
    Hung,
}

impl Runs {
    pub(crate) fn new(rules: Reruns) -> Self {
        Self {
            rules,
            results: Vec::new(),
        }
    }

    /// Adds a run; says what they all come to once no further run can change that.
    pub(crate) fn add(&mut self, finished: &Finished, result: CheckResult) -> Option<CheckResult> {
        let went = match (&result.failure, finished.ending) {
            (None, _) => Went::Passed,
            (Some(_), Ending::OutOfTime(_) | Ending::Silent(_)) => Went::Hung,
            (Some(_), Ending::Code(_) | Ending::Signal(_)) => Went::Failed,
        };
        self.results.push((result, went));
        if self.is_open() { None } else { self.result() }
    }

    fn passed(&self) -> u32 {
        self.count(|went| went == Went::Passed)
    }

    fn count(&self, which: impl Fn(Went) -> bool) -> u32 {
        let count = self.results.iter().filter(|(_, went)| which(*went)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Whether what passes at once is enough, or enough runs passed.
    fn accepted(&self) -> bool {
        let at_once = matches!(self.results.as_slice(), [(_, Went::Passed)]);
        at_once || self.passed() >= self.rules.need
    }

    /// Whether another run can still change the outcome.
    fn is_open(&self) -> bool {
        let Reruns { of, need } = self.rules;
        let runs = self.count(|_| true);
        let left = of.saturating_sub(runs);
        !self.accepted() && left > 0 && self.passed() + left >= need
    }

    /// What they come to: the last run that passed if they are accepted, else the last that did
    /// not, with what all of them say of it. `None` when nothing ran.
    fn result(&self) -> Option<CheckResult> {
        let (accepted, reran) = (self.accepted(), self.reran());
        let mut results = self.results.iter().rev();
        let (result, _) = results.find(|(_, went)| (*went == Went::Passed) == accepted)?;
        let mut result = result.clone();
        if let (Some(failure), Some(reran)) = (&mut result.failure, reran) {
            *failure = format!(
                "{}: {reran}\nThe last of them:\n{failure}",
                result.check.name()
            );
        }
        result.reran = reran;
        Some(result)
    }

    /// What the runs say; `None` of a single one.
    fn reran(&self) -> Option<Reran> {
        let (passed, runs) = (self.passed(), self.count(|_| true));
        let kind = if passed > 0 {
            Kind::Flake
        } else if self.count(|went| went == Went::Hung) == runs {
            Kind::Hang
        } else {
            Kind::Regression
        };
        (runs > 1).then_some(Reran {
            kind,
            passed,
            runs,
            need: self.rules.need,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::Runs;
    use crate::{Argv, Check, CheckResult, Ending, Finished, house::Reruns};

    /// Runs as often as it must: `p` passes, `f` fails, `h` hangs. Says how many ran, whether
    /// that is accepted, and what is said of it.
    fn run(of: u32, need: u32, script: &str) -> (usize, bool, String) {
        let mut runs = Runs::new(Reruns { of, need });
        let mut script = script.chars();
        let result = loop {
            let went = script.next().expect("no run more than the script has");
            let ending = match went {
                'h' => Ending::OutOfTime(Duration::ZERO),
                _ => Ending::Code(0),
            };
            let finished = Finished {
                argv: Argv::new("eval", &[]),
                ending,
                stdout: String::new(),
                stderr: String::new(),
                took: Duration::ZERO,
            };
            let result = CheckResult {
                check: Check::TtEval,
                command: String::new(),
                metrics: None,
                failure: (went != 'p').then(|| "why".to_owned()),
                reran: None,
            };
            if let Some(result) = runs.add(&finished, result) {
                break result;
            }
        };
        let count = runs.results.len();
        let said = result.reran.map_or_else(String::new, |it| it.to_string());
        if let Some(failure) = &result.failure {
            assert!(
                failure.contains(&said) && failure.contains("why"),
                "{failure}"
            );
        }
        (count, result.failure.is_none(), said)
    }

    #[rstest]
    #[case::once(1, 1, "p", true, "")]
    #[case::once_and_no_more(1, 1, "f", false, "")]
    #[case::at_once(3, 2, "p", true, "")]
    #[case::flaky_but_good(3, 2, "fpp", true, "flaky: 2 of 3 runs passed")]
    #[case::soon_good(3, 1, "fp", true, "flaky: 1 of 2 runs passed")]
    #[case::flaky_and_bad(3, 2, "fpf", false, "flaky: 1 of 3 runs passed, 2 must")]
    #[case::hung_and_flaky(3, 2, "hph", false, "flaky: 1 of 3 runs passed, 2 must")]
    #[case::hangs(3, 1, "hhh", false, "it hangs: none of 3 runs ended in time")]
    #[case::fails(3, 1, "fff", false, "it fails each time: none of 3 runs passed")]
    #[case::hangs_at_times(3, 1, "fhf", false, "it fails each time: none of 3 runs passed")]
    #[case::decided_early(3, 2, "ff", false, "it fails each time: none of 2 runs passed")]
    #[case::all_must(2, 2, "f", false, "")]
    fn runs_are_worth(
        #[case] of: u32,
        #[case] need: u32,
        #[case] script: &str,
        #[case] accepted: bool,
        #[case] said: &str,
    ) {
        let expected = (script.len(), accepted, said.to_owned());
        assert_eq!(run(of, need, script), expected);
    }

    proptest! {
        #[test]
        fn what_is_accepted_passed_at_once_or_often_enough(
            of in 1_u32..6,
            need in 1_u32..6,
            script in "[pfh]{6}",
        ) {
            let need = need.min(of);
            let (count, accepted, _) = run(of, need, &script);
            prop_assert!(count <= of as usize);
            let passed = script[..count].matches('p').count();
            prop_assert_eq!(accepted, script.starts_with('p') || passed >= need as usize);
        }
    }
}
