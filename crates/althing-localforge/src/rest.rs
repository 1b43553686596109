//! The REST view of the forge.

use axum::Router;

use crate::server::state::AppState;

/// All REST routes.
pub fn router() -> Router<AppState> {
    Router::new()
}
