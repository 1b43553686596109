//! What happened in a repository over a period.

mod catalogue;
mod checks;
mod commits;
mod issues;
mod listing;
mod paths;
mod pulls;

pub(super) use self::{
    checks::attempts,
    commits::{last_change, read as commits},
    issues::read as issues,
    paths::of_commit as changed_paths,
    pulls::read as pulls,
};
use crate::{ErrorKind, ForgeError, Partial};

/// What could not be had of one thing, without which the others are still worth having. A failure
/// that the next request would meet too ends everything.
fn or_cut<T>(read: Result<Partial<T>, ForgeError>) -> Result<Partial<T>, ForgeError> {
    match read {
        Err(error) if is_about_one_thing(&error.kind) => Ok(Partial {
            items: Vec::new(),
            complete: false,
        }),
        other => other,
    }
}

fn is_about_one_thing(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Conflict | ErrorKind::Answer => {
            true
        }
        ErrorKind::ToolMissing
        | ErrorKind::ToolTooOld { .. }
        | ErrorKind::NotLoggedIn
        | ErrorKind::ScopesMissing { .. }
        | ErrorKind::RateLimited { .. }
        | ErrorKind::Transient => false,
    }
}

fn whole<T>(items: Vec<T>) -> Partial<T> {
    Partial {
        items,
        complete: true,
    }
}

fn cut<T>() -> Partial<T> {
    Partial {
        items: Vec::new(),
        complete: false,
    }
}
