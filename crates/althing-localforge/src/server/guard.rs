//! What stands before every handler: who asks, whether they may still ask, and what goes wrong.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use jiff::Timestamp;
use serde_json::json;

use super::{
    faults::Fate,
    state::{Actor, AppState, GraphqlCost, RateLimit, Resource},
};

/// What every token of the local forge may do, in the words of a classic token's scopes.
const SCOPES: &str = "delete_repo, gist, project, read:org, repo, workflow";

/// Serves one request to its end, even when the client goes away in the middle: a merge that was
/// dropped between moving the branch and recording it would block the pull request.
pub(super) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match tokio::spawn(answer(state, request, next)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a request was not answered");
            refusal(StatusCode::INTERNAL_SERVER_ERROR, "Server Error")
        }
    }
}

/// Token, limit, fault, handler, counters, headers.
async fn answer(state: AppState, mut request: Request, next: Next) -> Response {
    let Some(mut actor) = authenticate(&state, request.headers()).await else {
        return refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
    };
    actor.as_of = as_of(&state);
    let graphql = request.uri().path() == "/graphql";
    let resource = if graphql {
        Resource::Graphql
    } else {
        Resource::Core
    };
    let limit = state.rate_limit(&actor, resource);
    let operation = operation(&request);
    let user = actor.user.login.clone();

    let fate = state.faults.fate();
    // Asking for the limits is free.
    let free = request.uri().path() == "/rate_limit";
    let mut response = if limit.remaining() == 0 && !free {
        used_up(&actor, resource)
    } else {
        request.extensions_mut().insert(actor);
        serve(&state, &fate, request, next).await
    };

    let cost = response.extensions().get::<GraphqlCost>().cloned();
    let (operation, points) = match cost {
        Some(cost) => (format!("graphql {}", cost.operation), cost.points),
        None => (operation, u32::from(!free)),
    };
    let ok = response.status().as_u16() < 400;
    state.meter.count(&user, &operation, resource, points, ok);
    tracing::debug!(
        user,
        operation,
        status = response.status().as_u16(),
        "served"
    );
    describe_limit(
        response.headers_mut(),
        state.meter.rate_limit(&user, resource),
        resource,
    );
    response
}

async fn serve(state: &AppState, fate: &Fate, request: Request, next: Next) -> Response {
    tokio::time::sleep(state.faults.latency()).await;
    match fate {
        Fate::Served => next.run(request).await,
        Fate::Cut => {
            let (parts, _) = next.run(request).await.into_parts();
            Response::from_parts(parts, Body::new(CutBody))
        }
        Fate::Error(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            refusal(status, "Server Error")
        }
        Fate::SecondaryLimit(seconds) => {
            let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
            let mut response = refusal(StatusCode::FORBIDDEN, message);
            response
                .headers_mut()
                .insert("retry-after", HeaderValue::from(*seconds));
            response
        }
    }
}

/// The user behind `Authorization: token X` or `Bearer X`. `Basic` is only ever sent by git, and
/// git comes another way.
async fn authenticate(state: &AppState, headers: &HeaderMap) -> Option<Actor> {
    let token = bearer(headers)?;
    state.forge.authenticate(token).await.ok()
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("token") || scheme.eq_ignore_ascii_case("bearer"))
        .then(|| token.trim())
}

fn as_of(state: &AppState) -> Option<Timestamp> {
    state.faults.read_lag().map(|lag| {
        Timestamp::now()
            .checked_sub(lag)
            .unwrap_or(Timestamp::UNIX_EPOCH)
    })
}

/// `GET /repos/{owner}/{repo}`: the route, so that counts do not depend on names.
fn operation(request: &Request) -> String {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(no route)", MatchedPath::as_str);
    let method: &Method = request.method();
    format!("{method} {route}")
}

fn describe_limit(headers: &mut HeaderMap, limit: RateLimit, resource: Resource) {
    let numbers = [
        ("x-ratelimit-limit", i64::from(limit.limit)),
        ("x-ratelimit-remaining", i64::from(limit.remaining())),
        ("x-ratelimit-used", i64::from(limit.used)),
        ("x-ratelimit-reset", limit.reset),
    ];
    for (name, value) in numbers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    headers.insert(
        "x-ratelimit-resource",
        HeaderValue::from_static(resource.name()),
    );
    headers.insert("x-oauth-scopes", HeaderValue::from_static(SCOPES));
    headers.insert(
        "x-github-media-type",
        HeaderValue::from_static("github.v3; format=json"),
    );
}

/// The answer when the hour's limit is reached; GraphQL says it with status 200.
fn used_up(actor: &Actor, resource: Resource) -> Response {
    let message = format!("API rate limit exceeded for user ID {}.", actor.user.id.0);
    match resource {
        Resource::Core => refusal(StatusCode::FORBIDDEN, &message),
        Resource::Graphql => {
            let error = json!({ "type": "RATE_LIMITED", "message": message });
            Json(json!({ "errors": [error] })).into_response()
        }
    }
}

/// An error body as GitHub words it.
pub(super) fn refusal(status: StatusCode, message: &str) -> Response {
    let body = json!({
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": status.as_str(),
    });
    (status, Json(body)).into_response()
}

/// A body that breaks off, so that the client sees a cut connection after the server has acted.
struct CutBody;

impl hyper::body::Body for CutBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
