//! Asking again when the network failed.

use std::time::Duration;

use althing_forge::{ErrorKind, ForgeError};
use tracing::warn;

/// How often something that fails by the network is tried in a run.
pub(crate) const TRIES: u32 = 3;
/// The pause before it is tried again.
pub(crate) const BETWEEN_TRIES: Duration = Duration::from_secs(2);
/// The pauses of somebody who starts: they outlast a minute's failure.
const STARTING: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
];

/// Asks, and asks again when the network failed; each time it is told why the time before did.
pub(crate) async fn again<T>(
    ask: impl AsyncFn(Option<&ForgeError>) -> Result<T, ForgeError>,
) -> Result<T, ForgeError> {
    let pauses = [BETWEEN_TRIES; TRIES as usize - 1];
    with_pauses(&pauses, ask).await
}

/// The same for who starts, and has time.
pub(crate) async fn patiently<T>(
    ask: impl AsyncFn() -> Result<T, ForgeError>,
) -> Result<T, ForgeError> {
    with_pauses(&STARTING, async |_| ask().await).await
}

async fn with_pauses<T>(
    pauses: &[Duration],
    ask: impl AsyncFn(Option<&ForgeError>) -> Result<T, ForgeError>,
) -> Result<T, ForgeError> {
    let mut earlier = None;
    for pause in pauses {
        match ask(earlier.as_ref()).await {
            Err(error) if error.kind == ErrorKind::Transient => {
                warn!(%error, ?pause, "trying again");
                earlier = Some(error);
            }
            done => return done,
        }
        tokio::time::sleep(*pause).await;
    }
    ask(earlier.as_ref()).await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use rstest::rstest;

    use super::*;

    #[test]
    fn who_starts_waits_for_a_minute() {
        assert!(STARTING.iter().sum::<Duration>() >= Duration::from_secs(60));
    }

    #[rstest]
    #[case::at_once(ErrorKind::Transient, 0, 1, true)]
    #[case::at_the_last_try(ErrorKind::Transient, 2, 3, true)]
    #[case::too_late(ErrorKind::Transient, 3, 3, false)]
    #[case::what_lasts(ErrorKind::NotLoggedIn, 1, 1, false)]
    #[tokio::test]
    async fn only_the_network_is_asked_again(
        #[case] kind: ErrorKind,
        #[case] failures: u32,
        #[case] asked: u32,
        #[case] answered: bool,
    ) {
        let times = Cell::new(0);
        let answer = with_pauses(&[Duration::ZERO; 2], async |_| {
            times.set(times.get() + 1);
            if times.get() > failures {
                return Ok(());
            }
            Err(ForgeError {
                kind: kind.clone(),
                command: "gh".to_owned(),
                message: String::new(),
            })
        });
        assert_eq!(answer.await.is_ok(), answered);
        assert_eq!(times.get(), asked);
    }
}
