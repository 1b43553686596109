//! Waiting for a hub, as long as it says something.
//!
//! The hub's client library sets no limit to any request, and does not let one be set for those
//! that ask for a file's place. So what is waited for here is any sign of life, whichever request
//! it comes from. (The library that fetches deduplicated files has limits of its own.)

use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use hf_hub::progress::{Progress, ProgressEvent, ProgressHandler};

/// What the hub's client says: that something goes on, or what it ended with.
enum Sign<T> {
    Life,
    End(T),
}

struct Signs<T>(Sender<Sign<T>>);

impl<T: Send> ProgressHandler for Signs<T> {
    fn on_progress(&self, _: &ProgressEvent) {
        let _ = self.0.send(Sign::Life);
    }
}

/// What `ask` ends with; nothing if it gives no sign of life for so long. Then it is left alone,
/// on a thread that ends with the hub's answer or with this process.
pub(super) fn wait<T: Send + 'static>(
    patience: Duration,
    ask: impl FnOnce(Progress) -> T + Send + 'static,
) -> Option<T> {
    let (sender, signs) = mpsc::channel();
    let progress = Progress::new(Signs(sender.clone()));
    thread::spawn(move || sender.send(Sign::End(ask(progress))));
    loop {
        match signs.recv_timeout(patience) {
            Ok(Sign::Life) => {}
            Ok(Sign::End(end)) => return Some(end),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use hf_hub::progress::{DownloadEvent, ProgressEvent};

    use super::wait;

    const PATIENCE: Duration = Duration::from_secs(1);

    #[test]
    fn signs_of_life_are_waited_for_and_silence_is_not() {
        let slow = wait(PATIENCE, |progress| {
            for _ in 0..5 {
                thread::sleep(PATIENCE / 4);
                progress.on_progress(&ProgressEvent::Download(DownloadEvent::Complete));
            }
            7
        });
        assert_eq!(slow, Some(7));
        let (_end, ended) = mpsc::channel::<()>();
        let silent = wait(PATIENCE / 10, move |_| ended.recv().is_err());
        assert_eq!(silent, None);
    }
}
