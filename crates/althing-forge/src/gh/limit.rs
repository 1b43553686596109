//! Rate limits: who meets one makes all wait.
//!
//! GitHub asks clients that were refused to make no request at all until the time it names, or
//! for a minute when it names none, and may shut out those that go on
//! (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>).

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    command::Finished,
    failure::{self, GraphqlError},
    http::Response,
};
use crate::ErrorKind;

/// How long to wait when the forge does not say.
const UNSAID: SignedDuration = SignedDuration::from_mins(1);
/// The longest nap: a clock that was set must be noticed.
const NAP: Duration = Duration::from_secs(30);

/// Until when nothing is asked.
#[derive(Debug, Default)]
pub(super) struct Pause(Mutex<Option<Timestamp>>);

impl Pause {
    /// Nothing is asked before `until`.
    pub(super) fn extend(&self, until: Timestamp) {
        let mut end = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *end = Some(end.map_or(until, |end| end.max(until)));
    }

    /// Waits for the end of the pause, though no longer than `patience`.
    pub(super) async fn wait(&self, patience: Duration) {
        let mut left = patience;
        while let Some(wait) = self.left(Timestamp::now()).map(|wait| wait.min(NAP))
            && !left.is_zero()
        {
            let nap = wait.min(left);
            tokio::time::sleep(nap).await;
            left = left.saturating_sub(nap);
        }
    }

    fn left(&self, now: Timestamp) -> Option<Duration> {
        let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = end?.duration_since(now);
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }
}

#[derive(Deserialize)]
struct Errors {
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

/// Until when to wait, if this command was refused by a limit.
pub(super) fn met(finished: &Finished, now: Timestamp) -> Option<Timestamp> {
    if finished.code == Some(0) {
        return None;
    }
    let kind = match Response::parse(&finished.stdout) {
        None => failure::of_stderr(finished.code, &finished.stderr),
        Some(response) if !response.is_success() => failure::of_response(&response, now),
        Some(response) => {
            let Errors { errors } = serde_json::from_slice(&response.body).ok()?;
            let errors: Vec<&GraphqlError> = errors.iter().collect();
            failure::of_graphql(&errors, &response, now)
        }
    };
    let ErrorKind::RateLimited { until } = kind else {
        return None;
    };
    until.or_else(|| now.checked_add(UNSAID).ok())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use jiff::{SignedDuration, Timestamp};
    use rstest::rstest;

    use super::{Finished, Pause, met};

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn finished(code: i32, stdout: &str, stderr: &str) -> Finished {
        Finished {
            command: "gh api".to_owned(),
            code: Some(code),
            stdout: stdout.as_bytes().to_vec(),
            stderr: stderr.to_owned(),
        }
    }

    #[rstest]
    #[case::said(1, "HTTP/2.0 403 Forbidden\r\nRetry-After: 7\r\n\r\n{}", "", Some(7))]
    #[case::too_many(1, "HTTP/2.0 429 Too Many Requests\r\n\r\n{}", "", Some(60))]
    #[case::used_up(
        1,
        "HTTP/2.0 403 Forbidden\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1795262730\r\n\r\n{}",
        "",
        Some(330)
    )]
    #[case::points_used_up(
        1,
        "HTTP/2.0 200 OK\r\n\r\n{\"errors\":[{\"type\":\"RATE_LIMITED\",\"message\":\"no\"}]}",
        "",
        Some(60)
    )]
    #[case::a_command(1, "", "HTTP 403: You have exceeded a secondary rate limit", Some(60))]
    #[case::forbidden(1, "HTTP/2.0 403 Forbidden\r\n\r\n{}", "", None)]
    #[case::another_error(
        1,
        "HTTP/2.0 200 OK\r\n\r\n{\"errors\":[{\"message\":\"no\"}]}",
        "",
        None
    )]
    #[case::well(0, "it speaks of a rate limit", "", None)]
    fn a_limit_is_told_from_other_refusals(
        #[case] code: i32,
        #[case] stdout: &str,
        #[case] stderr: &str,
        #[case] seconds: Option<i64>,
    ) {
        let now: Timestamp = NOW.parse().expect("time");
        let until = met(&finished(code, stdout, stderr), now);
        let until = until.map(|until| until.duration_since(now).as_secs());
        assert_eq!(until, seconds);
    }

    #[tokio::test]
    async fn all_wait_as_long_as_the_longest_pause_and_their_patience_last() {
        let (pause, now) = (Pause::default(), Timestamp::now());
        pause.wait(Duration::MAX).await;
        for seconds in [3600, 60] {
            pause.extend(now + SignedDuration::from_secs(seconds));
        }
        assert_eq!(pause.left(now), Some(Duration::from_secs(3600)));
        let (began, patience) = (Instant::now(), Duration::from_millis(50));
        pause.wait(patience).await;
        assert!(began.elapsed() >= patience);
    }
}
