//! A model as the hub has it.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value, json};

/// A model of the hub: one commit, which `main` and any tags name.
#[derive(Clone, Debug)]
pub struct HubModel {
    id: String,
    gated: bool,
    downloads: u64,
    parameters: Option<u64>,
    tags: Vec<String>,
    files: Vec<HubFile>,
}

#[derive(Clone, Debug)]
pub(super) struct HubFile {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    /// The id of the contents: what the entity tag of an answer names.
    pub(super) blob: String,
    /// Whether it lies in the store, to which one is redirected.
    pub(super) stored: bool,
}

impl HubModel {
    /// A model without files whose size nobody knows.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            gated: false,
            downloads: 0,
            parameters: None,
            tags: Vec::new(),
            files: Vec::new(),
        }
    }

    /// With a small file.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push(HubFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
            blob: hex(&text, 40),
            stored: false,
        });
        self
    }

    /// With a large file, which lies in the store.
    #[must_use]
    pub fn stored(mut self, path: &str, bytes: Vec<u8>) -> Self {
        self.files.push(HubFile {
            path: path.to_owned(),
            blob: hex(&bytes, 64),
            bytes,
            stored: true,
        });
        self
    }

    /// Only for those who were granted access.
    #[must_use]
    pub fn gated(mut self) -> Self {
        self.gated = true;
        self
    }

    /// Downloaded so many times.
    #[must_use]
    pub fn downloads(mut self, downloads: u64) -> Self {
        self.downloads = downloads;
        self
    }

    /// Of so many parameters, as the metadata of its safetensors say.
    #[must_use]
    pub fn parameters(mut self, parameters: u64) -> Self {
        self.parameters = Some(parameters);
        self
    }

    /// With a tag on its commit.
    #[must_use]
    pub fn tag(mut self, name: &str) -> Self {
        self.tags.push(name.to_owned());
        self
    }

    /// `ORG/NAME`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of its commit: another for other contents.
    pub fn sha(&self) -> String {
        let contents: Vec<_> = (self.files.iter())
            .map(|file| (&file.path, &file.blob))
            .collect();
        hex(&(&self.id, contents), 40)
    }

    pub(super) fn is_gated(&self) -> bool {
        self.gated
    }

    pub(super) fn popularity(&self) -> u64 {
        self.downloads
    }

    pub(super) fn has_revision(&self, name: &str) -> bool {
        name == "main" || name == self.sha() || self.tags.iter().any(|tag| tag == name)
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &HubFile> {
        self.files.iter()
    }

    pub(super) fn find(&self, path: &str) -> Option<&HubFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files as a listing of the repository has them.
    pub(super) fn tree(&self) -> Value {
        let entry = |file: &HubFile| {
            let mut entry = json!({
                "type": "file", "path": file.path, "size": file.bytes.len(), "oid": file.blob,
            });
            if file.stored {
                entry["lfs"] = file.lfs();
            }
            entry
        };
        self.files.iter().map(entry).collect()
    }

    /// What the hub says of it: what was asked for, or else the usual.
    pub(super) fn info(&self, expand: &[String], blobs: bool) -> Value {
        let sibling = |file: &HubFile| {
            let mut sibling = json!({ "rfilename": file.path });
            if blobs {
                sibling["size"] = json!(file.bytes.len());
                sibling["blobId"] = json!(file.blob);
                if file.stored {
                    sibling["lfs"] = file.lfs();
                }
            }
            sibling
        };
        let gated = if self.gated {
            json!("manual")
        } else {
            json!(false)
        };
        let siblings: Vec<Value> = self.files.iter().map(sibling).collect();
        let mut all: Map<String, Value> = [
            ("sha", json!(self.sha())),
            ("private", json!(false)),
            ("disabled", json!(false)),
            ("gated", gated),
            ("downloads", json!(self.downloads)),
            ("tags", json!(["transformers", "safetensors"])),
            ("pipeline_tag", json!("text-generation")),
            ("siblings", json!(siblings)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
        if let Some(parameters) = self.parameters {
            let tensors = json!({ "parameters": { "BF16": parameters }, "total": parameters });
            all.insert("safetensors".to_owned(), tensors);
        }
        if !expand.is_empty() {
            all.retain(|name, _| expand.contains(name));
        }
        all.insert("_id".to_owned(), json!(hex(&self.id, 24)));
        all.insert("id".to_owned(), json!(self.id));
        Value::Object(all)
    }
}

impl HubFile {
    fn lfs(&self) -> Value {
        let (oid, size) = (&self.blob, self.bytes.len());
        json!({ "oid": oid, "sha256": oid, "size": size, "pointerSize": 134 })
    }
}

/// An id that looks like a hash. Nobody compares it with the real one.
fn hex(of: &impl Hash, length: usize) -> String {
    let part = |round: usize| {
        let mut hasher = DefaultHasher::new();
        (round, of).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    let text: String = (0..length.div_ceil(16)).map(part).collect();
    text.chars().take(length).collect()
}
