//! The domain: every operation of the forge, with its permission check.
//!
//! Operations take the [`Actor`] first and answer with values of [`crate::model`] or a
//! [`Refusal`]. A [`crate::model::Repo`] carries the permission of the actor that asked for it,
//! so that operations on it need no second look-up. Issues, comments, boards live in SQLite;
//! branches, commits and merges in bare git repositories. HTTP is not known here.

mod accounts;
mod actor;
mod brought;
mod changes;
mod checks;
mod comments;
mod commits;
mod fields;
pub(crate) mod issues;
mod labels;
mod links;
mod merge;
pub(crate) mod projects;
mod pulls;
mod reactions;
mod refs;
mod refusal;
mod repos;
mod reviews;
pub(crate) mod rows;
mod search;
mod store;
mod sync;
mod terms;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::{SqlitePool, sqlite::SqliteRow};
use tokio::sync::Mutex;

pub use actor::Actor;
pub use brought::Brought;
pub use changes::{BranchCommit, LooseCommit};
pub use refs::RefUpdate;
pub use refusal::{FieldError, Missing, Refusal};
pub use store::OpenError;
pub(crate) use {rows::level, store::now};

use crate::model::{Slice, Window};

/// The answer of every operation.
pub type Answer<T> = Result<T, Refusal>;

/// An open forge. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Forge {
    root: PathBuf,
    readers: SqlitePool,
    writer: SqlitePool,
    /// One merge at a time: two could only race for the same branches.
    merging: Arc<Mutex<()>>,
    /// Whether a pair of base and head merges cleanly; the pair decides it for ever.
    clean_merges: Arc<std::sync::Mutex<HashMap<(String, String), bool>>>,
    /// The commits that lie between two others, by what git was asked; they do for ever.
    ranges: Arc<std::sync::Mutex<brought::Ranges>>,
}

impl Forge {
    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// Reads every row with `read`.
fn all<T>(rows: &[SqliteRow], read: impl Fn(&SqliteRow) -> Answer<T>) -> Answer<Vec<T>> {
    rows.iter().map(read).collect()
}

/// Cuts rows that were read in full to a window, and reads only those inside.
fn cut<T>(
    rows: Vec<SqliteRow>,
    window: Window,
    read: impl Fn(&SqliteRow) -> Answer<T>,
) -> Answer<Slice<T>> {
    let slice = window.cut(rows);
    Ok(Slice {
        items: all(&slice.items, read)?,
        start: slice.start,
        total: slice.total,
    })
}

/// Numbers as a JSON array, for `IN (SELECT value FROM json_each(?))`.
fn json_ids(ids: impl IntoIterator<Item = i64>) -> String {
    serde_json::Value::from_iter(ids).to_string()
}

/// Milliseconds up to which rows are shown to an actor.
fn horizon(actor: &Actor) -> i64 {
    actor.as_of.map_or(i64::MAX, |time| time.as_millisecond())
}
