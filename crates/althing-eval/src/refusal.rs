//! Why there is no evaluation: one line each, naming the file and what in it.

use std::path::Path;

/// A reason for people. Nothing was computed, or nothing that counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A file or folder cannot be read.
    #[error("{file}: {why}")]
    Unreadable {
        /// Its path.
        file: String,
        /// What the system says.
        why: String,
    },
    /// A file or folder cannot be written.
    #[error("{file}: {why}")]
    Unwritable {
        /// Its path.
        file: String,
        /// What the system says.
        why: String,
    },
    /// A file of a model is not what it must be.
    #[error("{file}: {why}")]
    Model {
        /// Its path.
        file: String,
        /// What is wrong, naming the field if there is one.
        why: String,
    },
    /// A tensor is missing or not what it must be.
    #[error("{file}: tensor `{tensor}` {why}")]
    Tensor {
        /// The file that has it, or should.
        file: String,
        /// Its name.
        tensor: String,
        /// What is wrong, as the rest of a sentence that begins with the tensor.
        why: String,
    },
    /// The model has something that this engine does not compute. It never approximates.
    #[error("{file}: {what} is not supported")]
    Unsupported {
        /// The file that asks for it.
        file: String,
        /// The architecture or feature, by its name there.
        what: String,
    },
    /// The prompt, or how much of it is wanted, does not fit.
    #[error("{0}")]
    Prompt(String),
    /// Logits that are not finite, or two that do not fit each other.
    #[error("{0}")]
    Logits(String),
    /// The hub has no such model, revision or file for this account.
    #[error("{0}")]
    Absent(String),
    /// The hub gives the model only to those whom its owner lets in.
    #[error("{0}")]
    Gated(String),
    /// The hub cannot be asked.
    #[error("{0}")]
    Hub(String),
}

impl Refusal {
    /// A file that cannot be read.
    pub fn unreadable(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (file.display().to_string(), why.to_string());
        Self::Unreadable { file, why }
    }

    /// A file that cannot be written.
    pub fn unwritable(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (file.display().to_string(), why.to_string());
        Self::Unwritable { file, why }
    }

    /// A file of a model that is not what it must be.
    pub fn model(file: &Path, why: impl ToString) -> Self {
        let (file, why) = (file.display().to_string(), why.to_string());
        Self::Model { file, why }
    }

    /// A tensor that is missing or not what it must be.
    pub fn tensor(file: &Path, tensor: &str, why: impl ToString) -> Self {
        let (file, why) = (file.display().to_string(), why.to_string());
        let tensor = tensor.to_owned();
        Self::Tensor { file, tensor, why }
    }

    /// An architecture or a feature that is not computed.
    pub fn unsupported(file: &Path, what: impl ToString) -> Self {
        let (file, what) = (file.display().to_string(), what.to_string());
        Self::Unsupported { file, what }
    }
}
