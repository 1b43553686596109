//! The wish that a worker stops, which may come at any time.

use tokio::sync::watch;
use tracing::warn;

/// Says that a worker is to stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<Option<&'static str>>);

/// Hears that a worker is to stop.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<Option<&'static str>>);

impl Stopper {
    /// One that says it, and one that hears it.
    pub fn new() -> (Self, Stopping) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), Stopping(receiver))
    }

    /// Says it; `by` names who wants it, such as the signal.
    pub fn stop(&self, by: &'static str) {
        warn!(
            by,
            "stopping; told twice, it stops without giving anything back"
        );
        self.0.send_replace(Some(by));
    }
}

impl Stopping {
    /// Who wants it, as soon as somebody does. Never ends when nobody can want it any more.
    pub async fn asked(&self) -> &'static str {
        let mut heard = self.0.clone();
        let by = heard
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|by| *by);
        match by {
            Some(by) => by,
            None => std::future::pending().await,
        }
    }

    /// What `work` gives; who wants it to stop, when somebody does before, which drops the work.
    pub async fn unless_asked<T>(&self, work: impl Future<Output = T>) -> Result<T, &'static str> {
        tokio::select! {
            biased;
            by = self.asked() => Err(by),
            done = work => Ok(done),
        }
    }

    /// Who wants it, if somebody does already.
    pub fn by(&self) -> Option<&'static str> {
        *self.0.borrow()
    }
}
