//! What a run may spend on its agent, and what to do when a turn failed.

use std::time::Duration;

use jiff::Timestamp;

use super::Trouble;

/// How often a turn is tried again that failed by the service.
const TRIES: u32 = 5;
/// The pause before the first of these; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// What a run may spend on its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Longest time of all turns together.
    pub work: Duration,
    /// Longest time of all pauses together.
    pub pauses: Duration,
    /// Most tokens, read and written; `None` for any number.
    pub tokens: Option<u64>,
}

/// What a run has spent so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// On turns.
    pub work: Duration,
    /// On pauses.
    pub pauses: Duration,
    /// Tokens, read and written.
    pub tokens: u64,
    /// Failures of service or thread, one after the other.
    pub failures: u32,
}

/// What follows a failed turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The turn counts as it is; the checks judge what it left.
    Judge,
    /// Go on in the same thread after a pause, which is no attempt.
    GoOn(Duration),
    /// Go on in a new thread.
    Afresh,
    /// The agent cannot work; a person is needed.
    GiveUp(&'static str),
}

impl Spent {
    /// Why no further turn may begin, if none may.
    pub(crate) fn over(&self, budget: &Budget) -> Option<String> {
        if self.work >= budget.work {
            let hours = budget.work.as_secs_f64() / 3600.0;
            return Some(format!(
                "the agent has worked for {hours:.1} h, all that the run may take"
            ));
        }
        let tokens = budget.tokens.filter(|tokens| self.tokens >= *tokens);
        tokens.map(|tokens| format!("the agent has used {} of {tokens} tokens", self.tokens))
    }

    /// What to do about a failure at `now`.
    pub(crate) fn next(&self, trouble: &Trouble, budget: &Budget, now: Timestamp) -> Next {
        match trouble {
            Trouble::Unknown => Next::Judge,
            Trouble::Full if self.failures >= TRIES => Next::GiveUp("its context is too small"),
            Trouble::Full => Next::Afresh,
            Trouble::Blocked => Next::GiveUp("its service refuses this login or account"),
            Trouble::Passing if self.failures >= TRIES => {
                Next::GiveUp("its service cannot be reached")
            }
            Trouble::Passing => self.pause(FIRST_PAUSE * 2_u32.pow(self.failures), budget),
            Trouble::Limit { until } => {
                let left = until
                    .duration_since(now)
                    .max(jiff::SignedDuration::from_secs(1));
                self.pause(left.unsigned_abs(), budget)
            }
        }
    }

    fn pause(&self, pause: Duration, budget: &Budget) -> Next {
        if self.pauses.saturating_add(pause) > budget.pauses {
            return Next::GiveUp("its limit lasts longer than a run may wait");
        }
        Next::GoOn(pause)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};
    use rstest::rstest;

    use super::{Budget, Next, Spent};
    use crate::agent::Trouble;

    const HOUR: Duration = Duration::from_secs(3600);
    const BUDGET: Budget = Budget {
        work: HOUR,
        pauses: HOUR,
        tokens: Some(1_000),
    };

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().expect("time")
    }

    fn limit(seconds: i64) -> Trouble {
        let until = now() + SignedDuration::from_secs(seconds);
        Trouble::Limit { until }
    }

    fn seconds(count: u64) -> Next {
        Next::GoOn(Duration::from_secs(count))
    }

    #[rstest]
    #[case(limit(90), 0, 0, seconds(90))]
    #[case::over_already(limit(-5), 0, 0, seconds(1))]
    #[case::to_the_last_second(limit(3600), 0, 0, seconds(3600))]
    #[case::too_long(
        limit(3601),
        0,
        0,
        Next::GiveUp("its limit lasts longer than a run may wait")
    )]
    #[case::too_long_together(
        limit(90),
        0,
        3511,
        Next::GiveUp("its limit lasts longer than a run may wait")
    )]
    #[case(Trouble::Passing, 0, 0, seconds(5))]
    #[case(Trouble::Passing, 4, 0, seconds(80))]
    #[case(Trouble::Passing, 5, 0, Next::GiveUp("its service cannot be reached"))]
    #[case(Trouble::Full, 0, 0, Next::Afresh)]
    #[case(Trouble::Full, 5, 0, Next::GiveUp("its context is too small"))]
    #[case(
        Trouble::Blocked,
        0,
        0,
        Next::GiveUp("its service refuses this login or account")
    )]
    #[case(Trouble::Unknown, 0, 0, Next::Judge)]
    fn a_failure_is_waited_out_or_given_up(
        #[case] trouble: Trouble,
        #[case] failures: u32,
        #[case] paused: u64,
        #[case] next: Next,
    ) {
        let spent = Spent {
            failures,
            pauses: Duration::from_secs(paused),
            ..Spent::default()
        };
        assert_eq!(spent.next(&trouble, &BUDGET, now()), next);
    }

    #[rstest]
    #[case(3599, 999, false)]
    #[case(3600, 0, true)]
    #[case(0, 1_000, true)]
    fn a_budget_ends(#[case] work: u64, #[case] tokens: u64, #[case] over: bool) {
        let spent = Spent {
            work: Duration::from_secs(work),
            tokens,
            ..Spent::default()
        };
        assert_eq!(spent.over(&BUDGET).is_some(), over);
    }
}
