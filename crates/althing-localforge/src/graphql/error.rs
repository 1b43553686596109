//! Errors in GitHub's form: HTTP 200 with `errors`, each with a `type` beside its message.

use async_graphql::{Error, ErrorExtensions, ID, PathSegment, Response, ServerError};
use serde_json::{Map, Value, json};

use crate::forge::{Missing, Refusal};

/// An error of one of GitHub's types.
pub(crate) fn typed(kind: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("type", kind))
}

/// `NOT_FOUND`: nothing by that name that this account may see.
pub(crate) fn not_found(message: impl Into<String>) -> Error {
    typed("NOT_FOUND", message)
}

/// `UNPROCESSABLE`: understood, but it breaks a rule.
pub(crate) fn unprocessable(message: impl Into<String>) -> Error {
    typed("UNPROCESSABLE", message)
}

/// `NOT_FOUND` for a node id.
pub(crate) fn no_node(id: &ID) -> Error {
    not_found(missing(&Missing::Node(id.to_string())))
}

/// The body of the answer. A request that did not validate has no `data` at all.
///
/// Resolvers let a [`Refusal`] through with `?`; here, in one place, it gets its words.
pub(crate) fn render(response: Response, login: &str) -> Value {
    let mut body = Map::new();
    let errors: Vec<Value> = response
        .errors
        .iter()
        .map(|failed| error(failed, login))
        .collect();
    let data = response.data.into_json().unwrap_or(Value::Null);
    if errors.is_empty() || !data.is_null() {
        body.insert("data".to_owned(), data);
    }
    if !errors.is_empty() {
        body.insert("errors".to_owned(), Value::Array(errors));
    }
    Value::Object(body)
}

fn error(error: &ServerError, login: &str) -> Value {
    let mut body = Map::new();
    let (kind, message) = match error.source::<Refusal>() {
        Some(refusal) => {
            let (kind, message) = match (refusal, error.path.first()) {
                (Refusal::Forbidden(_), Some(PathSegment::Field(act))) => {
                    ("FORBIDDEN", forbidden(login, act))
                }
                (refusal, _) => worded(refusal),
            };
            (Some(kind.to_owned()), message)
        }
        None => (explicit_type(error), error.message.clone()),
    };
    if let Some(kind) = kind {
        body.insert("type".to_owned(), Value::String(kind));
    }
    if !error.path.is_empty() {
        let path = error.path.iter().map(segment).collect();
        body.insert("path".to_owned(), Value::Array(path));
    }
    if !error.locations.is_empty() {
        let places = error.locations.iter();
        let places = places.map(|at| json!({"line": at.line, "column": at.column}));
        body.insert("locations".to_owned(), places.collect());
    }
    let message = unknown_field(&message).unwrap_or(message);
    body.insert("message".to_owned(), Value::String(message));
    Value::Object(body)
}

/// GitHub's words for an act, named after its mutation, that an account may not do.
fn forbidden(login: &str, act: &str) -> String {
    let mut letters = act.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let act: String = first.into_iter().chain(letters).collect();
    format!("{login} does not have the correct permissions to execute `{act}`")
}

/// GitHub's type and words for a refusal of the domain.
fn worded(refusal: &Refusal) -> (&'static str, String) {
    match refusal {
        Refusal::NotFound(what) => ("NOT_FOUND", missing(what)),
        Refusal::Forbidden(message) => ("FORBIDDEN", message.clone()),
        Refusal::Unauthorized => ("UNAUTHENTICATED", refusal.to_string()),
        Refusal::Unprocessable { message, errors } => {
            let details: Vec<&str> = errors
                .iter()
                .filter_map(|error| error.message.as_deref())
                .collect();
            let message = if details.is_empty() {
                message.clone()
            } else {
                details.join(", ")
            };
            ("UNPROCESSABLE", message)
        }
        Refusal::Conflict(message) | Refusal::MethodNotAllowed(message) => {
            ("UNPROCESSABLE", message.clone())
        }
        Refusal::Internal(detail) => {
            tracing::error!(detail, "a GraphQL field failed");
            (
                "INTERNAL",
                "Something went wrong while executing your query.".to_owned(),
            )
        }
    }
}

fn missing(what: &Missing) -> String {
    match what {
        Missing::User(login) => {
            format!("Could not resolve to a User with the login of '{login}'.")
        }
        Missing::Organization(login) => {
            format!("Could not resolve to an Organization with the login of '{login}'.")
        }
        Missing::Repository(name) => {
            format!("Could not resolve to a Repository with the name '{name}'.")
        }
        Missing::Issue(number) => {
            format!("Could not resolve to an Issue with the number of {number}.")
        }
        Missing::PullRequest(number) => {
            format!("Could not resolve to a PullRequest with the number of {number}.")
        }
        Missing::Project(number) => {
            format!("Could not resolve to a ProjectV2 with the number {number}.")
        }
        Missing::Node(id) => {
            format!("Could not resolve to a node with the global id of '{id}'")
        }
        Missing::Other => "Could not resolve to a node.".to_owned(),
    }
}

fn explicit_type(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("type")?.clone().into_json() {
        Ok(Value::String(kind)) => Some(kind),
        _ => None,
    }
}

fn segment(segment: &PathSegment) -> Value {
    match segment {
        PathSegment::Field(name) => Value::String(name.clone()),
        PathSegment::Index(at) => json!(at),
    }
}

/// GitHub's wording for a field that a type does not have: gh recognises missing features of
/// older servers by it.
fn unknown_field(message: &str) -> Option<String> {
    let (field, rest) = message.strip_prefix("Unknown field \"")?.split_once('"')?;
    let (on, _) = rest.strip_prefix(" on type \"")?.split_once('"')?;
    Some(format!("Field '{field}' doesn't exist on type '{on}'"))
}

/// Whether the domain knew no such thing.
pub(crate) fn is_missing(error: &Error) -> bool {
    let refusal = error
        .source
        .as_ref()
        .and_then(|source| source.downcast_ref::<Refusal>());
    matches!(refusal, Some(Refusal::NotFound(_)))
}
