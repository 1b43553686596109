//! What a failure of codex means. It comes as a text for people; the texts are those of codex
//! 0.169, and what is not recognized is left to the checks to judge.

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Time},
    tz::TimeZone,
};

/// How long a rate limit is waited for that does not say how long.
const SOME_TIME: SignedDuration = SignedDuration::from_mins(1);
/// How long a usage limit is waited for that does not say until when.
const LONG_TIME: SignedDuration = SignedDuration::from_hours(1);

/// What a failed turn asks for. None of these is the work's fault, so none of them is a failed
/// attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A limit: nothing will work until then.
    Limit {
        /// When it ends.
        until: Timestamp,
    },
    /// The service or the way to it: it may work at once.
    Passing,
    /// The thread is full; a new one can go on with the files as they are.
    Full,
    /// A person is needed: login, quota, billing.
    Blocked,
    /// Something else.
    Unknown,
}

impl Trouble {
    /// Reads the message of a failed turn that ended at `now`. Times of day are taken as UTC,
    /// which the agent's environment says.
    pub(super) fn of(message: &str, now: Timestamp) -> Self {
        let text = message.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["usage limit"]) {
            let until = stated_time(message, now).or_else(|| now.checked_add(LONG_TIME).ok());
            return Self::Limit {
                until: until.unwrap_or(now),
            };
        }
        // Before the others: such a message is full of numbers.
        if says(&["status: 429", "rate limit", "too many requests"]) {
            let wait = stated_wait(&text).unwrap_or(SOME_TIME);
            return Self::Limit {
                until: now.checked_add(wait).unwrap_or(now),
            };
        }
        if says(&[
            "quota",
            "billing",
            "status 401",
            "status 403",
            "unauthorized",
            "not logged in",
        ]) {
            return Self::Blocked;
        }
        if says(&["context window", "ran out of room"]) {
            return Self::Full;
        }
        let service = [
            "stream disconnected",
            "status 5",
            "network",
            "timeout",
            "connection",
        ];
        if says(&service) {
            return Self::Passing;
        }
        Self::Unknown
    }
}

/// `try again in 11.054s`, with minutes, hours and days where they are needed.
fn stated_wait(text: &str) -> Option<SignedDuration> {
    let (_, rest) = text.split_once("try again in ")?;
    let stated = rest.split_whitespace().next()?.trim_end_matches('.');
    stated.parse().ok()
}

/// `try again at 7:51 PM`, or `at Nov 25th, 2026 7:51 PM`, in UTC; the next such moment.
fn stated_time(message: &str, now: Timestamp) -> Option<Timestamp> {
    let (_, rest) = message.split_once("try again at ")?;
    let end = rest.find(" AM").or_else(|| rest.find(" PM"))?;
    let stated = rest.get(..end + " PM".len())?;
    let moment = |at: DateTime| Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let Ok(time) = Time::strptime("%I:%M %p", stated) else {
        let plain = ["st, ", "nd, ", "rd, ", "th, "]
            .iter()
            .fold(stated.to_owned(), |text, ordinal| {
                text.replace(ordinal, ", ")
            });
        return moment(DateTime::strptime("%b %d, %Y %I:%M %p", plain).ok()?);
    };
    let today = moment(now.to_zoned(TimeZone::UTC).date().to_datetime(time))?;
    // The stated minute itself still lies in the past for its later seconds.
    let passed = now.duration_since(today) >= SignedDuration::from_mins(1);
    let day = SignedDuration::from_hours(if passed { 24 } else { 0 });
    today.checked_add(day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::Trouble;

    const NOW: &str = "2026-11-21T18:51:30Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("time")
    }

    fn limit(until: &str) -> Trouble {
        Trouble::Limit { until: at(until) }
    }

    #[rstest]
    #[case(
        "You’ve hit your usage limit. Visit https://chatgpt.com/settings/usage to purchase more credits or try again at 7:51 PM.",
        limit("2026-11-21T19:51:00Z")
    )]
    #[case(
        "You've hit your usage limit. Try again later, or try again at 9:05 AM.",
        limit("2026-11-22T09:05:00Z")
    )]
    #[case(
        "You’ve hit your usage limit, try again at Nov 25th, 2026 12:00 AM.",
        limit("2026-11-25T00:00:00Z")
    )]
    #[case(
        "You’ve hit your usage limit. Try again later.",
        limit("2026-11-21T19:51:30Z")
    )]
    #[case(
        "exceeded retry limit, last status: 429 Too Many Requests",
        limit("2026-11-21T18:52:30Z")
    )]
    #[case(
        "rate limit exceeded: Rate limit reached for gpt on tokens per min. Please try again in 11.054s.",
        limit("2026-11-21T18:51:41.054Z")
    )]
    #[case(
        "rate limit exceeded: Limit 40300, Used 401, Requested 403. Please try again in 2s.",
        limit("2026-11-21T18:51:32Z")
    )]
    #[case(
        "Rate limit reached. Please try again in 6m0s.",
        limit("2026-11-21T18:57:30Z")
    )]
    #[case(
        "Quota exceeded. Check your plan and billing details.",
        Trouble::Blocked
    )]
    #[case(
        "unexpected status 401 Unauthorized: Incorrect API key provided, url: http://127.0.0.1/v1/responses",
        Trouble::Blocked
    )]
    #[case(
        "unexpected status 503 Service Unavailable: overloaded, url: http://127.0.0.1/v1/responses",
        Trouble::Passing
    )]
    #[case(
        "stream disconnected before completion: Transport error: network error: error decoding response body",
        Trouble::Passing
    )]
    #[case(
        "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
        Trouble::Full
    )]
    #[case("the model refused", Trouble::Unknown)]
    fn a_failure_tells_what_it_asks_for(#[case] message: &str, #[case] trouble: Trouble) {
        assert_eq!(Trouble::of(message, at(NOW)), trouble);
    }

    #[test]
    fn a_limit_of_this_very_minute_is_no_day_away() {
        let message = "You’ve hit your usage limit, try again at 6:51 PM.";
        assert_eq!(Trouble::of(message, at(NOW)), limit("2026-11-21T18:51:00Z"));
    }

    proptest! {
        #[test]
        fn any_message_means_something(message in "(.{0,20}try again (at|in) )?.{0,60}") {
            let message = format!("usage limit 429 {message}");
            let Trouble::Limit { .. } = Trouble::of(&message, at(NOW)) else {
                return Err(TestCaseError::fail("a limit"));
            };
        }
    }
}
