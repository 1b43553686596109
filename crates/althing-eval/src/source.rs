//! Where a model comes from: a folder, or the hub.

mod hub;

use std::path::{Path, PathBuf};

pub use self::hub::Hub;
use crate::{Refusal, Weights, weights};

/// The place of a model's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder with `config.json` and safetensors files.
    Folder(PathBuf),
    /// `ORG/NAME` on the hub, at a branch, tag or commit; at the default branch without one.
    Hub {
        /// The model's id.
        id: String,
        /// Branch, tag or commit.
        revision: Option<String>,
    },
}

/// A model whose files are on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The folder with its files.
    pub folder: PathBuf,
    /// The commit, when it came from the hub.
    pub commit: Option<String>,
}

impl Source {
    /// Makes the files be on this machine. From the hub come configuration, tokenizer and
    /// weights, and only what its cache does not have yet.
    ///
    /// # Errors
    /// [`Refusal::Absent`], [`Refusal::Gated`] or [`Refusal::Hub`] from the hub;
    /// [`Refusal::Unreadable`] for a folder without `config.json`.
    pub fn locate(&self, hub: &Hub) -> Result<Located, Refusal> {
        match self {
            Self::Folder(folder) => {
                let config = folder.join("config.json");
                let there = std::fs::metadata(&config);
                there.map_err(|error| Refusal::unreadable(&config, error))?;
                Ok(Located {
                    folder: folder.clone(),
                    commit: None,
                })
            }
            Self::Hub { id, revision } => hub.locate(id, revision.as_deref()),
        }
    }
}

impl Located {
    /// Which weights they are. The hash of a folder is looked up in and kept in `known`.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub fn weights(&self, known: Option<&Path>) -> Result<Weights, Refusal> {
        match &self.commit {
            Some(commit) => Ok(Weights::Commit(commit.clone())),
            None => weights::of_folder(&self.folder, known),
        }
    }
}
