//! One entry: a manifest, and the data that it vouches for.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Key, remove};
use crate::{Reference, reference::Made};

pub(super) const MANIFEST: &str = "manifest.json";
const DATA: &str = "logits.safetensors";

/// Why there is no entry to use.
#[derive(Debug)]
pub(super) enum NoEntry {
    Absent,
    Wrong(String),
}

/// What an entry says of itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// What it is the reference of.
    key: Value,
    made: Made,
    /// Hash of the data, as blake3 in hexadecimal digits.
    data: String,
    /// Hash of all the above, as JSON with its keys in this order.
    manifest: String,
}

impl Manifest {
    fn new(key: Value, made: Made, data: String) -> Result<Self, serde_json::Error> {
        let manifest = seal(&key, &made, &data)?;
        Ok(Self {
            key,
            made,
            data,
            manifest,
        })
    }

    fn is_sealed(&self) -> bool {
        seal(&self.key, &self.made, &self.data).is_ok_and(|seal| seal == self.manifest)
    }
}

fn seal(key: &Value, made: &Made, data: &str) -> Result<String, serde_json::Error> {
    let text = serde_json::to_vec(&(key, made, data))?;
    Ok(blake3::hash(&text).to_hex().to_string())
}

/// Reads an entry and checks all of it.
pub(super) fn read(entry: &Path, key: &Key) -> Result<Reference, NoEntry> {
    let wrong = |why: &dyn ToString| NoEntry::Wrong(why.to_string());
    let bytes = |name: &str| {
        let name = entry.join(name);
        fs::read(&name).map_err(|error| NoEntry::Wrong(format!("{}: {error}", name.display())))
    };
    if !entry.exists() {
        return Err(NoEntry::Absent);
    }
    let manifest = bytes(MANIFEST)?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|error| wrong(&error))?;
    if !manifest.is_sealed() || manifest.key != key.to_json() {
        return Err(wrong(&"its manifest was changed"));
    }
    let data = bytes(DATA)?;
    if blake3::hash(&data).to_hex().as_str() != manifest.data {
        return Err(wrong(&"its data was changed"));
    }
    let found = Reference::read(manifest.made, &data).map_err(|refusal| wrong(&refusal))?;
    if !found.answers(key.prompt(), key.decode()) {
        return Err(wrong(&"it answers something else"));
    }
    Ok(found)
}

/// Writes an entry into a folder of its own. `limit` is how many bytes it may have.
pub(super) fn write(
    folder: &Path,
    key: &Key,
    reference: &Reference,
    limit: u64,
) -> Result<(), String> {
    let text = |error: io::Error| format!("{}: {error}", folder.display());
    remove(folder).map_err(|refusal| refusal.to_string())?;
    fs::create_dir(folder).map_err(text)?;
    let file = folder.join(DATA);
    reference
        .save(&file)
        .map_err(|refusal| refusal.to_string())?;
    let mut hasher = blake3::Hasher::new();
    let data = File::open(&file).map_err(text)?;
    let bytes = data.metadata().map_err(text)?.len();
    if bytes > limit {
        return Err(format!(
            "it has {bytes} bytes, and the whole cache may have {limit}"
        ));
    }
    hasher.update_reader(&data).map_err(text)?;
    data.sync_all().map_err(text)?;
    let hash = hasher.finalize().to_hex().to_string();
    let manifest = Manifest::new(key.to_json(), reference.made().clone(), hash);
    let manifest = manifest.and_then(|it| serde_json::to_string_pretty(&it));
    let manifest = manifest.map_err(|error| error.to_string())?;
    fs::write(folder.join(MANIFEST), manifest + "\n").map_err(text)
}

/// Puts a written entry where it is found.
pub(super) fn put(written: &Path, entry: &Path) -> Result<(), String> {
    remove(entry).map_err(|refusal| refusal.to_string())?;
    fs::rename(written, entry).map_err(|error| format!("{}: {error}", entry.display()))
}
