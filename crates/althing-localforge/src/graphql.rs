//! The GraphQL view of the forge.

use axum::{
    Extension, Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::server::state::{Actor, AppState};

/// Answers `POST /graphql`.
pub async fn handler(
    State(_state): State<AppState>,
    Extension(_actor): Extension<Actor>,
    Json(_request): Json<Value>,
) -> Response {
    Json(json!({ "data": null })).into_response()
}
