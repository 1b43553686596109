//! What happened in a repository over a period.

mod catalogue;
mod checks;
mod commits;
mod folders;
mod issues;
mod listing;
mod paths;
mod pulls;

pub(super) use self::{
    checks::attempts,
    commits::{last_change, read as commits},
    folders::read as folders,
    issues::read as issues,
    paths::of_commit as changed_paths,
    pulls::read as pulls,
};
use crate::{ForgeError, Partial};

/// What could not be had of one thing, without which the others are still worth having. A failure
/// that the next request would meet too ends everything.
fn or_cut<T>(read: Result<Partial<T>, ForgeError>) -> Result<Partial<T>, ForgeError> {
    match read {
        Err(error) if error.kind.is_refusal() => Ok(Partial {
            items: Vec::new(),
            complete: false,
        }),
        other => other,
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
