//! Tells kinds of failure apart, by HTTP status where there is one, else by what was said.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::http::Response;
use crate::ErrorKind;

/// An error in a GraphQL answer.
#[derive(Debug, Deserialize)]
pub(super) struct GraphqlError {
    pub(super) message: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    path: Vec<serde_json::Value>,
}

impl GraphqlError {
    /// Whether it is about the field of the root that has this alias.
    pub(super) fn is_of(&self, alias: &str) -> bool {
        self.path.first().and_then(serde_json::Value::as_str) == Some(alias)
    }
}

/// The kind of a response with a failing status.
pub(super) fn of_response(response: &Response, now: Timestamp) -> ErrorKind {
    let body = String::from_utf8_lossy(&response.body).to_lowercase();
    let limited = speaks_of_limits(&body)
        || response.header("retry-after").is_some()
        || response.header("x-ratelimit-remaining") == Some("0");
    of_status(response.status, limited, until(response, now))
}

/// The kind of the errors in an answer. The first counts: those after it are mostly its
/// consequences.
pub(super) fn of_graphql(
    errors: &[&GraphqlError],
    response: &Response,
    now: Timestamp,
) -> ErrorKind {
    let Some(error) = errors.first() else {
        return ErrorKind::Answer;
    };
    let until = until(response, now);
    match error.kind.as_deref().unwrap_or_default() {
        "NOT_FOUND" => ErrorKind::NotFound,
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => ErrorKind::Forbidden,
        "RATE_LIMITED" | "RATE_LIMIT" => ErrorKind::RateLimited { until },
        "UNPROCESSABLE" | "STALE_DATA" => ErrorKind::Conflict,
        "INTERNAL" | "SERVICE_UNAVAILABLE" | "TIMEOUT" => ErrorKind::Transient,
        _ => of_text(&error.message, until),
    }
}

/// The kind of a command that failed without showing the answer it got.
pub(super) fn of_stderr(code: Option<i32>, stderr: &str) -> ErrorKind {
    // gh's own exit for "you must log in first".
    if code == Some(4) {
        return ErrorKind::NotLoggedIn;
    }
    let limited = speaks_of_limits(&stderr.to_lowercase());
    match status_in(stderr) {
        Some(status) => of_status(status, limited, None),
        None => of_text(stderr, None),
    }
}

fn of_status(status: u16, limited: bool, until: Option<Timestamp>) -> ErrorKind {
    match status {
        401 => ErrorKind::NotLoggedIn,
        429 => ErrorKind::RateLimited { until },
        403 if limited => ErrorKind::RateLimited { until },
        403 | 451 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        405 | 409 | 412 | 422 | 423 => ErrorKind::Conflict,
        408 | 500..=599 => ErrorKind::Transient,
        _ => ErrorKind::Answer,
    }
}

/// When the forge accepts requests again: what it says outright, or the end of the window
/// that is used up.
fn until(response: &Response, now: Timestamp) -> Option<Timestamp> {
    if let Some(seconds) = response.header("retry-after") {
        let wait = SignedDuration::from_secs(seconds.parse().ok()?);
        return now.checked_add(wait).ok();
    }
    if response.header("x-ratelimit-remaining") == Some("0") {
        let reset = response.header("x-ratelimit-reset")?.parse().ok()?;
        return Timestamp::from_second(reset).ok();
    }
    None
}

/// The status in messages such as `HTTP 404: Not Found (https://…)`.
fn status_in(stderr: &str) -> Option<u16> {
    stderr
        .split("HTTP ")
        .skip(1)
        .find_map(|after| after.get(..3)?.parse().ok())
}

fn speaks_of_limits(lower: &str) -> bool {
    ["rate limit", "abuse detection", "submitted too quickly"]
        .iter()
        .any(|words| lower.contains(words))
}

/// What GitHub and `gh` say where they give no code. Earlier rows win.
const SAYINGS: &[(ErrorKind, &[&str])] = &[
    (
        ErrorKind::NotLoggedIn,
        &[
            "gh auth login",
            "not logged in",
            "bad credentials",
            "authentication failed",
            "is no longer valid",
        ],
    ),
    (ErrorKind::NotFound, &["could not resolve to a"]),
    (
        ErrorKind::Conflict,
        &[
            "already exists",
            "no commits between",
            "must be a branch",
            "can't be blank",
            "not mergeable",
        ],
    ),
    (
        ErrorKind::Forbidden,
        &[
            "resource not accessible",
            "correct permissions",
            "granted the required scopes",
            "must have",
        ],
    ),
    (
        ErrorKind::Transient,
        &[
            "error connecting to",
            "connection refused",
            "connection reset",
            "broken pipe",
            "dial ",
            "no such host",
            "timeout",
            "deadline exceeded",
            "tls handshake",
            ": eof",
            "unexpected eof",
            "malformed http",
            "something went wrong",
        ],
    ),
];

fn of_text(text: &str, until: Option<Timestamp>) -> ErrorKind {
    let lower = text.to_lowercase();
    if speaks_of_limits(&lower) {
        return ErrorKind::RateLimited { until };
    }
    SAYINGS
        .iter()
        .find(|(_, sayings)| sayings.iter().any(|saying| lower.contains(saying)))
        .map_or(ErrorKind::Answer, |(kind, _)| kind.clone())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rstest::rstest;

    use super::{ErrorKind, GraphqlError, Response, of_graphql, of_response, of_stderr};

    const NOW: i64 = 1_800_000_000;

    fn response(head: &str, body: &str) -> Response {
        let printed = format!("HTTP/2.0 {head}\r\n\r\n{body}");
        Response::parse(printed.as_bytes()).expect("an answer")
    }

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).expect("a time")
    }

    fn limited(until: Option<i64>) -> ErrorKind {
        let until = until.map(|second| Timestamp::from_second(second).expect("a time"));
        ErrorKind::RateLimited { until }
    }

    #[rstest]
    #[case(
        "401 Unauthorized",
        r#"{"message":"Bad credentials"}"#,
        ErrorKind::NotLoggedIn
    )]
    #[case(
        "403 Forbidden",
        r#"{"message":"Must have admin rights to Repository."}"#,
        ErrorKind::Forbidden
    )]
    #[case("404 Not Found", r#"{"message":"Not Found"}"#, ErrorKind::NotFound)]
    #[case(
        "405 Method Not Allowed",
        r#"{"message":"Pull Request is not mergeable"}"#,
        ErrorKind::Conflict
    )]
    #[case(
        "409 Conflict",
        r#"{"message":"Head branch was modified."}"#,
        ErrorKind::Conflict
    )]
    #[case(
        "422 Unprocessable Entity",
        r#"{"message":"Reference already exists"}"#,
        ErrorKind::Conflict
    )]
    #[case("502 Bad Gateway", "<html>", ErrorKind::Transient)]
    #[case("301 Moved Permanently", "{}", ErrorKind::Answer)]
    #[case("429 Too Many Requests\nRetry-After: 30", "{}", limited(Some(NOW + 30)))]
    #[case("403 Forbidden\nRetry-After: 60", r#"{"message":"You have exceeded a secondary rate limit."}"#, limited(Some(NOW + 60)))]
    #[case("403 Forbidden\nX-Ratelimit-Remaining: 0\nX-Ratelimit-Reset: 1800000900", r#"{"message":"API rate limit exceeded"}"#, limited(Some(NOW + 900)))]
    #[case(
        "403 Forbidden\nX-Ratelimit-Remaining: 41",
        r#"{"message":"You have exceeded a secondary rate limit."}"#,
        limited(None)
    )]
    fn statuses_have_kinds(#[case] head: &str, #[case] body: &str, #[case] kind: ErrorKind) {
        assert_eq!(of_response(&response(head, body), now()), kind);
    }

    #[rstest]
    #[case(
        Some("NOT_FOUND"),
        "Could not resolve to an Issue with the number of 9.",
        ErrorKind::NotFound
    )]
    #[case(
        None,
        "Could not resolve to a Repository with the name 'o/r'.",
        ErrorKind::NotFound
    )]
    #[case(
        Some("FORBIDDEN"),
        "Resource not accessible by integration",
        ErrorKind::Forbidden
    )]
    #[case(
        Some("INSUFFICIENT_SCOPES"),
        "Your token has not been granted the required scopes",
        ErrorKind::Forbidden
    )]
    #[case(Some("RATE_LIMITED"), "API rate limit exceeded", limited(Some(NOW + 5)))]
    #[case(None, "was submitted too quickly", limited(Some(NOW + 5)))]
    #[case(Some("UNPROCESSABLE"), "Could not be done", ErrorKind::Conflict)]
    #[case(
        None,
        "Something went wrong while executing your query.",
        ErrorKind::Transient
    )]
    #[case(
        Some("undefinedField"),
        "Field 'x' doesn't exist on type 'Query'",
        ErrorKind::Answer
    )]
    fn graphql_errors_have_kinds(
        #[case] kind: Option<&str>,
        #[case] message: &str,
        #[case] expected: ErrorKind,
    ) {
        let error = GraphqlError {
            message: message.to_owned(),
            kind: kind.map(str::to_owned),
            path: Vec::new(),
        };
        let response = response("200 OK\nRetry-After: 5", "");
        assert_eq!(of_graphql(&[&error], &response, now()), expected);
    }

    #[rstest]
    #[case(
        4,
        "To get started with GitHub CLI, please run:  gh auth login",
        ErrorKind::NotLoggedIn
    )]
    #[case(
        1,
        "HTTP 401: Bad credentials (https://api.github.com/graphql)\nTry authenticating with:  gh auth login",
        ErrorKind::NotLoggedIn
    )]
    #[case(
        1,
        "GraphQL: Could not resolve to an issue or pull request with the number of 99. (repository.issue)",
        ErrorKind::NotFound
    )]
    #[case(
        1,
        "HTTP 404: Not Found (https://api.github.com/repos/o/r)",
        ErrorKind::NotFound
    )]
    #[case(
        1,
        "HTTP 403: You have exceeded a secondary rate limit. (https://api.github.com/graphql)",
        limited(None)
    )]
    #[case(
        1,
        "HTTP 403: Must have push access (https://api.github.com/graphql)",
        ErrorKind::Forbidden
    )]
    #[case(
        1,
        "a pull request for branch \"x\" into branch \"main\" already exists:\nhttps://github.com/o/r/pull/3",
        ErrorKind::Conflict
    )]
    #[case(
        1,
        "pull request create failed: GraphQL: No commits between main and x (createPullRequest)",
        ErrorKind::Conflict
    )]
    #[case(
        1,
        "error connecting to api.github.com\ncheck your internet connection or https://githubstatus.com",
        ErrorKind::Transient
    )]
    #[case(
        1,
        "Post \"http://api.github.com/graphql\": dial unix /tmp/x: connect: no such file or directory",
        ErrorKind::Transient
    )]
    #[case(1, "Post \"http://api.github.com/graphql\": EOF", ErrorKind::Transient)]
    #[case(1, "unknown flag: --sideways", ErrorKind::Answer)]
    fn messages_have_kinds(#[case] code: i32, #[case] stderr: &str, #[case] kind: ErrorKind) {
        assert_eq!(of_stderr(Some(code), stderr), kind);
    }
}
