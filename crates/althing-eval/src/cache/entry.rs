//! One entry: a manifest, and the data that it vouches for.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Key, remove};
use crate::{Reference, files, reference::Made, seal::seal};

pub(super) const MANIFEST: &str = "manifest.json";
const DATA: &str = "logits.safetensors";
/// A manifest is a page, and so is the header of the data.
const PAGE: u64 = 1 << 16;

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
        let manifest = seal(&(&key, &made, &data))?;
        Ok(Self {
            key,
            made,
            data,
            manifest,
        })
    }

    fn is_sealed(&self) -> bool {
        let sealed = seal(&(&self.key, &self.made, &self.data));
        sealed.is_ok_and(|seal| seal == self.manifest)
    }
}

/// Reads an entry and checks all of it.
pub(super) fn read(entry: &Path, key: &Key) -> Result<Reference, NoEntry> {
    let wrong = |why: &dyn ToString| NoEntry::Wrong(why.to_string());
    let bytes = |name: &str, most: u64| {
        files::read(&entry.join(name), most).map_err(|refusal| wrong(&refusal))
    };
    if fs::symlink_metadata(entry).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Err(NoEntry::Absent);
    }
    let manifest = bytes(MANIFEST, PAGE)?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|error| wrong(&error))?;
    if !manifest.is_sealed() || manifest.key != key.to_json() {
        return Err(wrong(&"its manifest was changed"));
    }
    let data = bytes(DATA, key.bytes().saturating_add(PAGE))?;
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
    let mut file = File::create_new(folder.join(MANIFEST)).map_err(text)?;
    let written = file.write_all((manifest + "\n").as_bytes());
    written.and_then(|()| file.sync_all()).map_err(text)?;
    // The names of both, before the folder gets the name by which it is found.
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(text)
}

/// Puts a written entry where it is found.
pub(super) fn put(written: &Path, entry: &Path) -> Result<(), String> {
    remove(entry).map_err(|refusal| refusal.to_string())?;
    fs::rename(written, entry).map_err(|error| format!("{}: {error}", entry.display()))
}
