//! Where the weights come from: the hub, or a folder of models in labs without network.

pub(crate) mod fetch;
mod preflight;

use std::{
    fs,
    path::{Path, PathBuf},
};

use althing_diag::id::Sha;

use crate::{Argv, BringupRequest, ModelId};

/// A source of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Downloaded with the hub's client (B-231), into the workspace.
    Hub,
    /// The same, into a cache that runs share: this folder.
    SharedHub(PathBuf),
    /// `DIR/ORG/NAME`, used in place.
    Folder(PathBuf),
}

impl Weights {
    /// The folder of this model, when there is no hub.
    pub fn path(&self, request: &BringupRequest) -> Option<PathBuf> {
        match self {
            Weights::Hub | Weights::SharedHub(_) => None,
            Weights::Folder(folder) => Some(folder.join(request.model.as_str())),
        }
    }

    /// The cache of the hub's client, for runs whose own home of the hub is `hf_home`. What else
    /// that home holds, logins above all, is never shared.
    pub(crate) fn cache(&self, hf_home: &Path) -> PathBuf {
        match self {
            Weights::Hub | Weights::Folder(_) => hf_home.join("hub"),
            Weights::SharedHub(folder) => folder.clone(),
        }
    }
}

/// The download command of a hub client (`hf`, or its older name `huggingface-cli`).
pub(crate) fn download(client: &str, model: &ModelId, commit: &Sha) -> Argv {
    Argv::new(
        client,
        &[
            "download",
            model.as_str(),
            "--revision",
            &commit.to_string(),
        ],
    )
}

/// How much of a model a cache holds, finished or not, in bytes.
pub(crate) fn present(cache: &Path, model: &ModelId) -> u64 {
    let folder = format!("models--{}", model.as_str().replace('/', "--"));
    let blobs = fs::read_dir(cache.join(folder).join("blobs"));
    let sizes = blobs.into_iter().flatten().flatten();
    sizes
        .filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum()
}

/// Whether a folder looks like a model.
pub(crate) fn is_model(folder: &Path) -> bool {
    folder.join("config.json").is_file()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Weights, download, present};
    use crate::ModelId;

    #[test]
    fn what_is_downloaded_is_a_commit() {
        let sha = "0123456789012345678901234567890123456789";
        let model = ModelId::parse("a/b").expect("an id");
        let argv = download("hf", &model, &sha.parse().expect("a commit"));
        assert_eq!(
            argv.to_string(),
            format!("hf download a/b --revision {sha}")
        );
    }

    #[test]
    fn what_the_cache_holds_is_counted_for_one_model() {
        let cache = tempfile::tempdir().expect("a folder");
        let model = ModelId::parse("a/b").expect("an id");
        assert_eq!(present(cache.path(), &model), 0);
        for (folder, bytes) in [("models--a--b", 7), ("models--a--c", 100)] {
            let blobs = cache.path().join(folder).join("blobs");
            fs::create_dir_all(&blobs).expect("a folder");
            fs::write(blobs.join("x.incomplete"), vec![0; bytes]).expect("a file");
        }
        assert_eq!(present(cache.path(), &model), 7);
    }

    #[test]
    fn only_a_chosen_cache_is_shared() {
        let home = Path::new("/w/hf");
        assert_eq!(Weights::Hub.cache(home), Path::new("/w/hf/hub"));
        let shared = Weights::SharedHub("/cache".into());
        assert_eq!(shared.cache(home), Path::new("/cache"));
    }
}
