//! Asking again when the network failed.

use std::time::Duration;

use althing_forge::{ErrorKind, ForgeError};
use tracing::warn;

/// How often something that fails by the network is tried.
pub(crate) const TRIES: u32 = 3;
/// The pause before it is tried again.
pub(crate) const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// Asks, and asks again when the network failed; each time it is told why the time before did.
pub(crate) async fn again<T>(
    ask: impl AsyncFn(Option<&ForgeError>) -> Result<T, ForgeError>,
) -> Result<T, ForgeError> {
    let mut earlier = None;
    for _ in 1..TRIES {
        match ask(earlier.as_ref()).await {
            Err(error) if error.kind == ErrorKind::Transient => {
                warn!(%error, "trying again");
                earlier = Some(error);
            }
            done => return done,
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
    ask(earlier.as_ref()).await
}
