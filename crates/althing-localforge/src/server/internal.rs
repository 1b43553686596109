//! Questions that only this program asks its own server, below `/_althing`.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{guard, meter::Operation, state::AppState};
use crate::{
    forge::{Actor, Refusal},
    model::Permission,
};

/// How often each user asked for each thing since the server started.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stats {
    /// Counters by user and operation.
    pub requests: Vec<Operation>,
}

/// What a git client wants to do; asked before `git upload-pack` or `git receive-pack` runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GitRequest {
    /// Login of the owner.
    pub(crate) owner: String,
    /// Name of the repository.
    pub(crate) name: String,
    /// Whether it pushes.
    pub(crate) write: bool,
}

/// Where the repository is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GitAnswer {
    pub(crate) path: std::path::PathBuf,
}

/// The internal routes. They are not counted and no fault hits them.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/_althing/stats", get(stats))
        .route("/_althing/git", post(git))
}

async fn stats(State(state): State<AppState>) -> Json<Stats> {
    Json(Stats {
        requests: state.meter.operations(),
    })
}

async fn git(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(wanted): Json<GitRequest>,
) -> Response {
    match allow(&state, &headers, &wanted).await {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => {
            let status =
                StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(json!({ "message": words(&refusal) }))).into_response()
        }
    }
}

async fn allow(
    state: &AppState,
    headers: &HeaderMap,
    wanted: &GitRequest,
) -> Result<GitAnswer, Refusal> {
    let token = guard::bearer(headers).ok_or(Refusal::Unauthorized)?;
    let actor: Actor = state.forge.authenticate(token).await?;
    let repo = state
        .forge
        .repo(&actor, &wanted.owner, &wanted.name)
        .await?;
    if wanted.write && repo.permission < Permission::Write {
        let message = format!(
            "Permission to {}.git denied to {}.",
            repo.full_name(),
            actor.user.login
        );
        return Err(Refusal::Forbidden(message));
    }
    Ok(GitAnswer {
        path: state.forge.git(&repo).path().to_owned(),
    })
}

/// As GitHub's git server words it.
fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound(_) => "Repository not found.".to_owned(),
        Refusal::Unauthorized => "Permission denied (publickey).".to_owned(),
        Refusal::Forbidden(_)
        | Refusal::Unprocessable { .. }
        | Refusal::Conflict(_)
        | Refusal::MethodNotAllowed(_)
        | Refusal::Internal(_) => refusal.to_string(),
    }
}
