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
