//! Why the forge does not do what was asked, in the kinds that REST and GraphQL word.

use serde::Serialize;

/// A refusal. Messages are GitHub's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401: the token is unknown or missing.
    #[error("Bad credentials")]
    Unauthorized,
    /// 403: the actor may not do that.
    #[error("{0}")]
    Forbidden(String),
    /// 404: there is no such thing, or the actor may not see it. Names what was looked for,
    /// for GraphQL's "Could not resolve to …"; REST says "Not Found".
    #[error("Not Found")]
    NotFound(Missing),
    /// 422: the request makes no sense in this state.
    #[error("{message}")]
    Unprocessable {
        /// `Validation Failed`, `Reference already exists`, …
        message: String,
        /// Which field is wrong and why.
        errors: Vec<FieldError>,
    },
    /// 409: the state is not what the caller assumed.
    #[error("{0}")]
    Conflict(String),
    /// 405: a merge that cannot be done.
    #[error("{0}")]
    MethodNotAllowed(String),
    /// 500: the store or git failed; the text is for the log, not for the client.
    #[error("internal error: {0}")]
    Internal(String),
}

/// What was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A user.
    User(String),
    /// An organization.
    Organization(String),
    /// A repository, as `OWNER/NAME`.
    Repository(String),
    /// An issue, by number.
    Issue(i64),
    /// A pull request, by number.
    PullRequest(i64),
    /// A project, by number.
    Project(i64),
    /// A node.
    Node(String),
    /// Anything else.
    Other,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// `Issue`, `PullRequest`, `Label`, …
    pub resource: &'static str,
    /// The field; absent for custom errors that concern the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// `missing`, `missing_field`, `invalid`, `already_exists` or `custom`.
    pub code: &'static str,
    /// Words for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Refusal {
    /// 404 without saying for what.
    pub fn not_found() -> Self {
        Refusal::NotFound(Missing::Other)
    }

    /// `missing` in place of a "not found" that says something else.
    pub(super) fn or_if_not_found(self, missing: Refusal) -> Self {
        if matches!(self, Refusal::NotFound(_)) {
            missing
        } else {
            self
        }
    }

    /// 422 with a message alone.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Refusal::Unprocessable {
            message: message.into(),
            errors: Vec::new(),
        }
    }

    /// 422 `Validation Failed` for one field.
    pub fn invalid_field(resource: &'static str, field: &'static str, code: &'static str) -> Self {
        Refusal::Unprocessable {
            message: "Validation Failed".to_owned(),
            errors: vec![FieldError {
                resource,
                field: Some(field),
                code,
                message: None,
            }],
        }
    }

    /// 422 `Validation Failed` with words.
    pub fn custom(resource: &'static str, message: impl Into<String>) -> Self {
        Refusal::Unprocessable {
            message: "Validation Failed".to_owned(),
            errors: vec![FieldError {
                resource,
                field: None,
                code: "custom",
                message: Some(message.into()),
            }],
        }
    }

    /// 403 as GitHub words it for a person without admin rights.
    pub fn must_have_admin() -> Self {
        Refusal::Forbidden("Must have admin rights to Repository.".to_owned())
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Unauthorized => 401,
            Refusal::Forbidden(_) => 403,
            Refusal::NotFound(_) => 404,
            Refusal::MethodNotAllowed(_) => 405,
            Refusal::Conflict(_) => 409,
            Refusal::Unprocessable { .. } => 422,
            Refusal::Internal(_) => 500,
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Refusal::Internal(format!("store: {error}"))
    }
}
