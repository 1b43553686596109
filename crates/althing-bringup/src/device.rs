//! The accelerator of this machine, over all runs that use it: who has it, whether it was given
//! back, and whether it can be used at all. What follows from what happened is decided here;
//! `lease` keeps it in a file.

pub(crate) mod lease;

use serde::{Deserialize, Serialize};

/// After so many resets that failed in a row nobody uses it any more.
const FAILURES: usize = 3;

/// What is known of the accelerator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Device {
    /// Who uses it, or used it and never gave it back.
    pub(crate) user: Option<User>,
    /// Whether a run never gave it back and it was not reset since.
    pub(crate) stale: bool,
    /// How many chips it had when it was last reset.
    pub(crate) chips: Option<usize>,
    /// How the latest resets failed, since one did not.
    pub(crate) failed_resets: Vec<String>,
}

/// A run that uses the accelerator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) worker: String,
    pub(crate) run_id: String,
    pub(crate) pid: u32,
}

/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// A run begins to use it.
    Taken(User),
    /// It was reset and came back with so many chips.
    Reset(usize),
    /// It was not.
    ResetFailed(String),
    /// The run ended in order.
    Returned,
}

/// What it may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// As it was given back.
    Clean,
    /// A run that died had it: to be reset before anything else is done with it.
    LeftBehind,
    /// For nothing, until somebody has looked after it.
    Quarantined,
}

impl Device {
    /// Where it stands, before a run takes it.
    pub(crate) fn condition(&self) -> Condition {
        match &self.user {
            _ if self.failed_resets.len() >= FAILURES => Condition::Quarantined,
            Some(_) => Condition::LeftBehind,
            None if self.stale => Condition::LeftBehind,
            None => Condition::Clean,
        }
    }

    /// What is known of it afterwards.
    #[must_use]
    pub(crate) fn after(mut self, happened: Happened) -> Self {
        match happened {
            Happened::Taken(user) => self.stale |= self.user.replace(user).is_some(),
            Happened::Reset(chips) => {
                self.stale = false;
                self.chips = Some(chips);
                self.failed_resets.clear();
            }
            Happened::ResetFailed(why) => self.failed_resets.push(why),
            Happened::Returned => self.user = None,
        }
        self
    }

    /// Whether a reset that exited well is to be believed: `tt-smi -s` shows as many chips as
    /// there were, now or before.
    ///
    /// # Errors
    /// What it shows instead.
    pub(crate) fn is_back(&self, before: Option<usize>, now: usize) -> Result<usize, String> {
        let expected = self.chips.max(before).unwrap_or(1).max(1);
        if now >= expected {
            Ok(now)
        } else {
            Err(format!("{now} of {expected} chips came back"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Condition, Device, Happened, User};

    fn user() -> User {
        User {
            worker: "w7".to_owned(),
            run_id: "r".to_owned(),
            pid: 1,
        }
    }

    /// T taken, R reset, F reset failed, B brought back.
    fn told(story: &str) -> Device {
        story.chars().fold(Device::default(), |device, letter| {
            device.after(match letter {
                'T' => Happened::Taken(user()),
                'R' => Happened::Reset(2),
                'F' => Happened::ResetFailed("stuck".to_owned()),
                _ => Happened::Returned,
            })
        })
    }

    #[rstest]
    #[case::new("", Condition::Clean)]
    #[case::used("TRB", Condition::Clean)]
    #[case::setup_failed_elsewhere("TB", Condition::Clean)]
    #[case::died("TR", Condition::LeftBehind)]
    #[case::died_before_the_reset("T", Condition::LeftBehind)]
    #[case::taken_over_and_given_back("TRTRB", Condition::Clean)]
    #[case::taken_over_without_a_reset("TTB", Condition::LeftBehind)]
    #[case::reset_by_the_next_but_one("TTBTRB", Condition::Clean)]
    #[case::two_failures("TFFB", Condition::Clean)]
    #[case::healed("TFFRFFB", Condition::Clean)]
    #[case::three_in_a_run("TFFFB", Condition::Quarantined)]
    #[case::three_over_runs("TFBTFTF", Condition::Quarantined)]
    fn what_happened_tells_the_condition(#[case] story: &str, #[case] condition: Condition) {
        assert_eq!(told(story).condition(), condition);
    }

    #[rstest]
    #[case::as_before(None, Some(2), 2, true)]
    #[case::one_is_lost(None, Some(2), 1, false)]
    #[case::silent_before_but_known(Some(8), None, 8, true)]
    #[case::fewer_than_known(Some(8), Some(7), 7, false)]
    #[case::more_woke_up(None, Some(1), 2, true)]
    #[case::nothing_known(None, None, 1, true)]
    #[case::nothing_there(None, None, 0, false)]
    #[case::there_never_was_any(None, Some(0), 0, false)]
    fn a_reset_is_believed_when_all_chips_are_back(
        #[case] known: Option<usize>,
        #[case] before: Option<usize>,
        #[case] now: usize,
        #[case] back: bool,
    ) {
        let device = Device {
            chips: known,
            ..Device::default()
        };
        assert_eq!(device.is_back(before, now).is_ok(), back);
    }

    proptest! {
        /// Whatever happens, a device that is clean was given back by the last that took it, and
        /// reset since one did not; and only a reset that worked ends a quarantine.
        #[test]
        fn nobody_finds_a_device_clean_that_a_dead_run_had(story in "[TRFB]{0,12}") {
            let condition = told(&story).condition();
            let last = story.chars().rev().find(|letter| "TB".contains(*letter));
            let since_reset = story.rsplit('R').next().unwrap_or_default();
            let failures = since_reset.matches('F').count();
            let letters: Vec<char> = story.chars().collect();
            let taken_over = letters.iter().enumerate().any(|(at, letter)| {
                let (before, after) = letters.split_at(at);
                let user = before.iter().rev().find(|letter| "TB".contains(**letter));
                (*letter, user) == ('T', Some(&'T')) && !after.contains(&'R')
            });
            let expected = match (failures, last) {
                (3.., _) => Condition::Quarantined,
                (_, Some('T')) => Condition::LeftBehind,
                (_, _) if taken_over => Condition::LeftBehind,
                (_, _) => Condition::Clean,
            };
            prop_assert_eq!(condition, expected);
        }
    }
}
