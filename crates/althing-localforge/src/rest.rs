//! The REST view of the forge: GitHub's API v3, one file for each resource.
//!
//! Handlers translate: typed requests in, one or two operations of [`crate::forge::Forge`],
//! GitHub's JSON out (`view`). What is allowed is decided by the operations. A list refuses a
//! filter that it does not know, because a filter that is silently ignored widens the answer.

mod association;
mod body;
mod branches;
mod check_runs;
mod collaborators;
mod comments;
mod commits;
mod contents;
mod extract;
mod failure;
mod git_data;
mod issues;
mod labels;
mod media;
mod orgs;
mod page;
mod pulls;
mod reactions;
mod refs;
mod repos;
mod reviews;
mod root;
mod route;
mod search;
mod statuses;
mod teams;
mod users;
mod view;

use axum::Router;

use crate::server::state::AppState;

pub use route::Route;

/// Every route that is served, by resource.
pub const ROUTES: &[&[Route]] = &[
    root::ROUTES,
    users::ROUTES,
    orgs::ROUTES,
    teams::ROUTES,
    repos::ROUTES,
    collaborators::ROUTES,
    labels::ROUTES,
    issues::ROUTES,
    comments::ROUTES,
    reactions::ROUTES,
    refs::ROUTES,
    git_data::ROUTES,
    branches::ROUTES,
    commits::ROUTES,
    contents::ROUTES,
    statuses::ROUTES,
    check_runs::ROUTES,
    pulls::ROUTES,
    reviews::ROUTES,
    search::ROUTES,
];

/// All REST routes. An unknown path or method is 404 in GitHub's form.
pub fn router() -> Router<AppState> {
    ROUTES
        .iter()
        .copied()
        .flatten()
        .fold(Router::new(), |router, route| route.add_to(router))
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::not_found)
}
