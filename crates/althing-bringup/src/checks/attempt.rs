//! What all checks of one attempt came to.

use serde::Serialize;

use super::{Check, CheckResult};
use crate::Metrics;

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

    /// What failed, in a few words on one line.
    pub fn summary(&self) -> String {
        if let Some(first) = self.scope.first() {
            let line = first.lines().next().unwrap_or_default();
            return line.trim_end_matches(':').to_owned();
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Attempt;
    use crate::{Check, CheckResult};

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
}
