//! Where a model comes from: a folder, or the hub.

mod hub;

use std::path::{Path, PathBuf};

pub use self::hub::Hub;
use crate::{Refusal, Weights, weights::Files};

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
    /// [`Refusal::Absent`], [`Refusal::Gated`] or [`Refusal::Hub`] from the hub, and
    /// [`Refusal::Unsupported`] of weights there in another form than safetensors;
    /// [`Refusal::Unreadable`] for a folder without `config.json`.
    pub fn locate(&self, hub: &Hub) -> Result<Located, Refusal> {
        self.locate_if(hub, &|_| Ok(()))
    }

    /// The same, but what comes from the hub is first shown to `judge` as a folder with its
    /// configuration alone, so that weights are not downloaded for nothing.
    pub(crate) fn locate_if(
        &self,
        hub: &Hub,
        judge: &dyn Fn(&Path) -> Result<(), Refusal>,
    ) -> Result<Located, Refusal> {
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
            Self::Hub { id, revision } => hub.locate(id, revision.as_deref(), judge),
        }
    }
}

/// What tells which weights a model has.
#[derive(Debug)]
pub(crate) enum Mark {
    /// A commit: its files stay as they are.
    Commit(String),
    /// The files of a folder, which others may write to.
    Files(Files),
}

impl Located {
    /// To be taken before the first file of the model is read.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub(crate) fn mark(&self) -> Result<Mark, Refusal> {
        match &self.commit {
            Some(commit) => Ok(Mark::Commit(commit.clone())),
            None => Files::of(&self.folder).map(Mark::Files),
        }
    }
}

impl Mark {
    /// Which weights they are. The hash of a folder is looked up in and kept in `known`.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub(crate) fn weights(&self, known: Option<&Path>) -> Result<Weights, Refusal> {
        match self {
            Self::Commit(commit) => Ok(Weights::Commit(commit.clone())),
            Self::Files(files) => files.weights(known),
        }
    }

    /// Refuses a folder that changed since, for nothing is known of what was read from it.
    ///
    /// # Errors
    /// [`Refusal::Model`], or [`Refusal::Unreadable`].
    pub(crate) fn unchanged(&self) -> Result<(), Refusal> {
        match self {
            Self::Commit(_) => Ok(()),
            Self::Files(files) => files.unchanged(),
        }
    }
}
