//! A copy of a model of the fixtures, to be changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use althing_eval::{Model, Numerics, Refusal};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::Value;
use tempfile::TempDir;

/// Type, shape and bytes of each tensor.
pub(crate) type Tensors = BTreeMap<String, Tensor>;
pub(crate) type Tensor = (Dtype, Vec<usize>, Vec<u8>);

pub(crate) struct Folder(TempDir);

impl Folder {
    /// A copy of configuration, weights and tokenizer.
    pub(crate) fn of(model: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/models")
            .join(model);
        for file in ["config.json", "model.safetensors", "tokenizer.json"] {
            if from.join(file).exists() {
                fs::copy(from.join(file), folder.path().join(file)).expect("a copy");
            }
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn open(&self) -> Result<Model, Refusal> {
        Model::open(self.path(), Numerics::Float32)
    }

    /// The reason why it is refused, without the folder.
    pub(crate) fn refusal(&self) -> String {
        let refusal = self.open().expect_err("a refusal").to_string();
        let folder = format!("{}/", self.path().display());
        assert!(!refusal.contains('\n'), "{refusal}");
        refusal.replace(&folder, "")
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).expect("a file")
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.file(name), content).expect("written");
    }

    pub(crate) fn config(&self) -> Value {
        serde_json::from_slice(&self.read("config.json")).expect("a config")
    }

    /// Gives a field of the configuration, or of an object in it (`a.b`), another value.
    pub(crate) fn set(&self, field: &str, value: Value) -> &Self {
        let mut config = self.config();
        let mut place = &mut config;
        for part in field.split('.') {
            place = &mut place[part];
        }
        *place = value;
        self.write("config.json", config.to_string().as_bytes());
        self
    }

    /// Takes a field away.
    pub(crate) fn unset(&self, field: &str) -> &Self {
        let mut config = self.config();
        config.as_object_mut().expect("an object").remove(field);
        self.write("config.json", config.to_string().as_bytes());
        self
    }

    /// Writes the weights anew, with what `change` makes of them.
    pub(crate) fn change_weights(&self, change: impl FnOnce(&mut Tensors)) -> &Self {
        let bytes = self.read("model.safetensors");
        let tensors = SafeTensors::deserialize(&bytes).expect("tensors");
        let mut all: Tensors = BTreeMap::new();
        for (name, view) in tensors.tensors() {
            let tensor = (view.dtype(), view.shape().to_vec(), view.data().to_vec());
            all.insert(name, tensor);
        }
        change(&mut all);
        let views = all.iter().map(|(name, (dtype, shape, data))| {
            let view = TensorView::new(*dtype, shape.clone(), data).expect("a view");
            (name, view)
        });
        let bytes = safetensors::serialize(views, None).expect("written");
        self.write("model.safetensors", &bytes);
        self
    }

    /// Writes the weights anew with each tensor as `change` gives it; none leaves it out.
    pub(crate) fn change_tensors(
        &self,
        change: impl Fn(&str, Dtype, Vec<usize>, Vec<u8>) -> Option<Tensor>,
    ) -> &Self {
        self.change_weights(|all| {
            let changed = std::mem::take(all).into_iter();
            let changed = changed.filter_map(|(name, (dtype, shape, data))| {
                Some((name.clone(), change(&name, dtype, shape, data)?))
            });
            all.extend(changed);
        })
    }
}
