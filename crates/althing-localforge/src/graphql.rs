//! The GraphQL view of the forge: the part of GitHub's schema that `gh` and Althing use.
//!
//! Every type, field and argument here exists in GitHub's published schema with the same type;
//! `tests/graphql_schema.rs` proves it. What GitHub has and this forge has nothing of stands in
//! `absent`.

#![expect(
    clippy::duplicated_attributes,
    reason = "fields of an interface may have the same type"
)]
#![expect(
    clippy::large_enum_variant,
    reason = "each value lives for one field of one request"
)]

mod absent;
mod actor;
mod call;
mod check;
mod comment;
mod commit;
mod cost;
mod enums;
mod error;
mod git;
mod issue;
mod label;
mod mutation;
mod node;
mod page;
mod project;
mod pull;
mod query;
mod reaction;
mod repository;
mod review;
mod scalar;
mod search;
mod team;

use std::sync::LazyLock;

use async_graphql::{EmptySubscription, Request, Response as Answer, Schema};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::server::state::{Actor, AppState, GraphqlCost};
use call::Call;
use mutation::Mutation;
use query::Query;

/// Deeper queries are refused. The deepest that gh sends has 13 levels.
const MAX_DEPTH: usize = 25;

static SCHEMA: LazyLock<Schema<Query, Mutation, EmptySubscription>> = LazyLock::new(|| {
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .register_output_type::<project::ProjectV2Owner>()
        .register_output_type::<project::field::ProjectV2FieldCommon>()
        .register_output_type::<project::value::ProjectV2ItemFieldValueCommon>()
        .limit_depth(MAX_DEPTH)
        .finish()
});

/// Answers `POST /graphql`. Refusals are answers too: HTTP 200 with `errors`.
pub async fn handler(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    body: Bytes,
) -> Response {
    let Ok(mut request) = serde_json::from_slice::<Request>(&body) else {
        let problem = json!({
            "message": "Problems parsing JSON",
            "documentation_url": "https://docs.github.com/graphql",
        });
        return (StatusCode::BAD_REQUEST, Json(problem)).into_response();
    };
    let cost = match cost(&mut request) {
        Ok(cost) => cost,
        Err(error) => {
            let refused = Answer::from_errors(vec![error]);
            return Json(error::render(refused, &actor.user.login)).into_response();
        }
    };
    let counted = GraphqlCost {
        operation: cost.operation.clone(),
        points: cost.points,
    };
    let login = actor.user.login.clone();
    let request = request.data(Call::new(state, actor, cost));
    let answer = error::render(SCHEMA.execute(request).await, &login);
    (Extension(counted), Json(answer)).into_response()
}

fn cost(request: &mut Request) -> Result<cost::Cost, async_graphql::ServerError> {
    let (operation, variables) = (request.operation_name.clone(), request.variables.clone());
    cost::of(request.parsed_query()?, operation.as_deref(), &variables)
}

/// The schema in GraphQL's own language.
pub fn sdl() -> String {
    SCHEMA.sdl()
}
