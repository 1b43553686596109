//! The same work again and again, with a pause in between, until somebody wants it to stop.

use std::time::Duration;

use tracing::warn;

use crate::{Stopping, WorkerError};

/// How much longer a pause is at most when one pass after the other fails.
const LONGEST_BACKOFF: u32 = 16;

/// What comes after a pass.
pub(crate) enum Then {
    /// The next one, at once.
    GoOn,
    /// A pause.
    Pause,
    /// A pause that is longer each time: what ended badly may end so again.
    BackOff,
}

/// When passes are made.
pub(crate) struct Passes<'a> {
    /// About how long the pause after a pass is.
    pub(crate) pause: Duration,
    /// The same after a pass that failed or ended badly, if that is shorter; twice as long after
    /// each further.
    pub(crate) pause_after_failure: Duration,
    pub(crate) stopping: &'a Stopping,
}

impl Passes<'_> {
    /// Makes passes until somebody wants it to stop, and says who. A pass that is being made then
    /// is waited for: it hears of the wish itself.
    ///
    /// # Errors
    /// As the pass, but for failures that may pass: those are slept over, ever longer.
    pub(crate) async fn make(
        &self,
        mut pass: impl AsyncFnMut() -> Result<Then, WorkerError>,
    ) -> Result<&'static str, WorkerError> {
        let mut failures = 0;
        loop {
            match pass().await {
                Ok(Then::GoOn) => {
                    failures = 0;
                    continue;
                }
                Ok(Then::Pause) => failures = 0,
                Ok(Then::BackOff) => failures += 1,
                Err(error) if error.may_pass() => {
                    failures += 1;
                    warn!(%error, failures, "going on");
                }
                Err(error) => return Err(error),
            }
            tokio::select! {
                biased;
                by = self.stopping.asked() => return Ok(by),
                () = tokio::time::sleep(self.pause(failures, fastrand::f64())) => {}
            }
        }
    }

    /// Uneven, so that those that were started together do not ask together. `dice` is from 0
    /// to 1.
    fn pause(&self, failures: u32, dice: f64) -> Duration {
        let pause = match failures.checked_sub(1) {
            None => self.pause,
            Some(further) => {
                let times = 2_u32.saturating_pow(further + 1).min(LONGEST_BACKOFF);
                self.pause_after_failure.min(self.pause) * times
            }
        };
        pause.mul_f64(0.75 + dice / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use althing_forge::{ErrorKind, ForgeError};
    use rstest::rstest;

    use super::*;
    use crate::Stopper;

    const TWENTY: Duration = Duration::from_secs(20);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[rstest]
    #[case::evenly(TWENTY, 0, 0.5, 20_000)]
    #[case::sooner(TWENTY, 0, 0.0, 15_000)]
    #[case::later(TWENTY, 0, 1.0, 25_000)]
    #[case::longer_after_failures(TWENTY, 2, 0.5, 80_000)]
    #[case::but_not_for_ever(TWENTY, 40, 1.0, 400_000)]
    #[case::a_rare_pass_is_made_up_for_soon(DAY, 1, 0.5, 40_000)]
    #[case::and_is_rare_otherwise(DAY, 0, 0.5, 86_400_000)]
    fn pauses_are_uneven_and_longer_after_failures(
        #[case] pause: Duration,
        #[case] failures: u32,
        #[case] dice: f64,
        #[case] milliseconds: u64,
    ) {
        let (_stopper, stopping) = Stopper::new();
        let passes = Passes {
            pause,
            pause_after_failure: TWENTY,
            stopping: &stopping,
        };
        let paused = passes.pause(failures, dice);
        assert_eq!(paused, Duration::from_millis(milliseconds));
    }

    #[tokio::test]
    async fn what_passes_is_slept_over_and_what_does_not_ends_it() {
        let (stopper, stopping) = Stopper::new();
        let instant = Duration::from_micros(1);
        let passes = Passes {
            pause: instant,
            pause_after_failure: instant,
            stopping: &stopping,
        };
        let mut made = Vec::new();
        let by = passes.make(async || {
            made.push(());
            match made.len() {
                1 => Ok(Then::GoOn),
                2 | 4 => Err(failed(ErrorKind::Transient)),
                3 => Err(failed(ErrorKind::RateLimited { until: None })),
                5 => Ok(Then::Pause),
                6 => Ok(Then::BackOff),
                _ => {
                    stopper.stop("SIGTERM");
                    Ok(Then::Pause)
                }
            }
        });
        assert_eq!(by.await.expect("no lasting failure"), "SIGTERM");
        assert_eq!(made.len(), 7);

        let (_stopper, stopping) = Stopper::new();
        let passes = Passes {
            stopping: &stopping,
            ..passes
        };
        let ended = passes.make(async || Err(failed(ErrorKind::NotLoggedIn)));
        assert!(!ended.await.expect_err("it lasts").may_pass());
    }

    fn failed(kind: ErrorKind) -> WorkerError {
        WorkerError::Forge(ForgeError {
            kind,
            command: "gh".to_owned(),
            message: String::new(),
        })
    }
}
