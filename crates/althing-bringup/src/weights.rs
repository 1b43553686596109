//! Where the weights come from: the hub, or a folder of models in labs without network.

use std::path::{Path, PathBuf};

use crate::{Argv, BringupRequest};

/// A source of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Downloaded with the hub's client (B-231).
    Hub,
    /// `DIR/ORG/NAME`, used in place.
    Folder(PathBuf),
}

impl Weights {
    /// The folder of this model, when there is no hub.
    pub fn path(&self, request: &BringupRequest) -> Option<PathBuf> {
        match self {
            Weights::Hub => None,
            Weights::Folder(folder) => Some(folder.join(request.model.as_str())),
        }
    }
}

/// The download command of a hub client (`hf`, or its older name `huggingface-cli`).
pub(crate) fn download(client: &str, request: &BringupRequest) -> Argv {
    let mut argv = Argv::new(client, &["download", request.model.as_str()]);
    if let Some(revision) = &request.revision {
        argv.push("--revision");
        argv.push(revision);
    }
    argv
}

/// Whether a folder looks like a model.
pub(crate) fn is_model(folder: &Path) -> bool {
    folder.join("config.json").is_file()
}

#[cfg(test)]
mod tests {
    use althing_forge::IssueNumber;

    use super::download;
    use crate::BringupRequest;

    #[test]
    fn the_revision_is_given_only_when_there_is_one() {
        let read = |body| BringupRequest::parse(IssueNumber(1), body).expect("valid");
        let plain = download("hf", &read("hf_model_id: a/b"));
        assert_eq!(plain.to_string(), "hf download a/b");
        let pinned = download(
            "huggingface-cli",
            &read("hf_model_id: a/b\nhf_revision: abc"),
        );
        assert_eq!(
            pinned.to_string(),
            "huggingface-cli download a/b --revision abc"
        );
    }
}
