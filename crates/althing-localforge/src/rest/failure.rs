//! Errors in GitHub's form and words.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::media;
use crate::forge::Refusal;

/// What a handler answers.
pub(super) type Reply = Result<Response, Failure>;

/// Why a request is not answered.
#[derive(Debug)]
pub(super) enum Failure {
    /// The body is no JSON object.
    BadRequest(&'static str),
    /// The forge refuses.
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

impl Failure {
    /// A body or query that does not have the documented form.
    pub(super) fn invalid_request(problem: impl std::fmt::Display) -> Self {
        Failure::Refused(Refusal::unprocessable(format!(
            "Invalid request.\n\n{problem}"
        )))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::BadRequest(message) => answer(400, message, json!([])),
            Failure::Refused(Refusal::Unprocessable { message, errors }) => {
                answer(422, &message, json!(errors))
            }
            Failure::Refused(Refusal::Internal(cause)) => {
                tracing::error!(%cause, "request failed");
                answer(500, "Server Error", json!([]))
            }
            Failure::Refused(other) => answer(other.status(), &other.to_string(), json!([])),
        }
    }
}

fn answer(status: u16, message: &str, errors: Value) -> Response {
    let mut form = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.to_string(),
    });
    if errors.as_array().is_some_and(|errors| !errors.is_empty()) {
        form["errors"] = errors;
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    media::json(status, &form)
}

/// The answer to unknown paths and methods.
pub(super) async fn not_found() -> Failure {
    Refusal::not_found().into()
}
