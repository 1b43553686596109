//! The domain: every operation of the forge, with its permission check.
//!
//! Operations take the [`Actor`] first and answer with values of [`crate::model`] or a
//! [`Refusal`]. A [`crate::model::Repo`] carries the permission of the actor that asked for it,
//! so that operations on it need no second look-up. Issues, comments, boards live in SQLite;
//! branches, commits and merges in bare git repositories. HTTP is not known here.

mod accounts;
mod actor;
mod checks;
mod comments;
mod commits;
mod issues;
mod labels;
mod merge;
mod projects;
mod pulls;
mod reactions;
mod refs;
mod refusal;
mod repos;
mod reviews;
mod search;

use std::path::{Path, PathBuf};

use sqlx::SqlitePool;

pub use actor::Actor;
pub use refusal::{FieldError, Missing, Refusal};

/// The answer of every operation.
pub type Answer<T> = Result<T, Refusal>;

/// An open forge. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Forge {
    root: PathBuf,
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Forge {
    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }
}
