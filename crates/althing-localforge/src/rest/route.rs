//! The router's table, as data.

use axum::{Router, routing::MethodRouter};

use crate::server::state::AppState;

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The path in the router's syntax: `{*ref}` takes the rest of the path.
    pub path: &'static str,
    /// The operations served by it, as GitHub's description names their paths; empty when that
    /// is the path itself.
    pub serves: &'static [&'static str],
    pub(super) handler: fn() -> MethodRouter<AppState>,
}

impl Route {
    /// Paths of the operations served, as GitHub's description writes them.
    pub fn operations(&self) -> Vec<String> {
        if self.serves.is_empty() {
            vec![self.path.replace("{*", "{")]
        } else {
            self.serves.iter().map(|&path| path.to_owned()).collect()
        }
    }

    pub(super) fn add_to(&self, router: Router<AppState>) -> Router<AppState> {
        router.route(self.path, (self.handler)())
    }
}

/// A table of routes: `get "/path" => handler;`, and `serves ["/other", …]` where one handler
/// answers several documented operations.
macro_rules! routes {
    ($($method:ident $path:literal => $handler:path $(, serves [$($serves:literal),+])?;)*) => {
        pub(super) const ROUTES: &[$crate::rest::Route] = &[$(
            $crate::rest::Route {
                method: $crate::rest::route::routes!(@name $method),
                path: $path,
                serves: &[$($($serves),+)?],
                handler: || axum::routing::$method($handler),
            },
        )*];
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
    (@name put) => { "PUT" };
    (@name patch) => { "PATCH" };
    (@name delete) => { "DELETE" };
}
pub(super) use routes;
