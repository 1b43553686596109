//! Which weights a folder has: a hash of its configuration and its safetensors files.
//!
//! Hashing reads every byte. A hash is therefore remembered in the cache's folder beside what the
//! system says of the files (size, times, place on the disk), and holds as long as that does.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use tracing::warn;

use crate::{Refusal, Weights};

/// The system's clock goes in steps of some milliseconds: a file that changed this short a time
/// ago could change again without its times showing it, and its hash is not remembered.
const SETTLED: Duration = Duration::from_millis(100);

/// What the system says of a file that changes when the file does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    name: String,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    device: u64,
    inode: u64,
}

impl Seen {
    fn new(name: String, it: &Metadata) -> Self {
        Self {
            name,
            size: it.size(),
            modified: (it.mtime(), it.mtime_nsec()),
            changed: (it.ctime(), it.ctime_nsec()),
            device: it.dev(),
            inode: it.ino(),
        }
    }

    /// Whether a change from now on would show.
    fn is_settled(&self, now: SystemTime) -> bool {
        let (seconds, nanoseconds) = self.changed.max(self.modified);
        let part = |number: i64| u64::try_from(number).unwrap_or(0);
        let since = Duration::from_secs(part(seconds)) + Duration::from_nanos(part(nanoseconds));
        now > SystemTime::UNIX_EPOCH + since + SETTLED
    }
}

/// A hash, and of what.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    folder: PathBuf,
    files: Vec<Seen>,
    hash: String,
}

/// The hash of a folder's weights, which is looked up and kept in the folder `known` if there is
/// one.
///
/// # Errors
/// [`Refusal::Unreadable`].
pub(crate) fn of_folder(folder: &Path, known: Option<&Path>) -> Result<Weights, Refusal> {
    let unreadable = |error: io::Error| Refusal::unreadable(folder, error);
    let folder = folder.canonicalize().map_err(unreadable)?;
    let now = SystemTime::now();
    let files = files(&folder)?;
    let note = known.map(|known| {
        let name = blake3::hash(folder.as_os_str().as_encoded_bytes());
        known.join(format!("{}.json", name.to_hex()))
    });
    if let Some(hash) = note
        .as_deref()
        .and_then(|note| recall(note, &folder, &files))
    {
        return Ok(Weights::Hash(hash));
    }
    let hash = hash(&folder, &files)?;
    if let Some(note) = note
        && files.iter().all(|file| file.is_settled(now))
    {
        let known = Known {
            folder,
            files,
            hash: hash.clone(),
        };
        if let Err(error) = remember(&note, &known) {
            warn!(%error, note = %note.display(), "the hash of the weights is not remembered");
        }
    }
    Ok(Weights::Hash(hash))
}

/// What decides the numbers of a model: its configuration, its weights and their index.
fn files(folder: &Path) -> Result<Vec<Seen>, Refusal> {
    let unreadable = |error: io::Error| Refusal::unreadable(folder, error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let decides = name == "config.json"
            || name.ends_with(".safetensors")
            || name.ends_with(".safetensors.index.json");
        if decides {
            let path = entry.path();
            let file = fs::metadata(&path).map_err(|error| Refusal::unreadable(&path, error))?;
            files.push(Seen::new(name, &file));
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn recall(note: &Path, folder: &Path, files: &[Seen]) -> Option<String> {
    let known: Known = serde_json::from_slice(&fs::read(note).ok()?).ok()?;
    (known.folder == folder && known.files == files).then_some(known.hash)
}

fn remember(note: &Path, known: &Known) -> io::Result<()> {
    let text = serde_json::to_vec(known)?;
    let parent = note.parent().unwrap_or(Path::new("."));
    let beside = tempfile::NamedTempFile::new_in(parent)?;
    fs::write(beside.path(), text)?;
    beside.persist(note)?;
    Ok(())
}

/// The hash of the names and hashes of the files. Large files are hashed by all cores.
fn hash(folder: &Path, files: &[Seen]) -> Result<String, Refusal> {
    let mut all = blake3::Hasher::new();
    for file in files {
        let path = folder.join(&file.name);
        let mut one = blake3::Hasher::new();
        one.update_mmap_rayon(&path)
            .map_err(|error| Refusal::unreadable(&path, error))?;
        let line = format!("{} {}\n", one.finalize().to_hex(), file.name);
        all.update(line.as_bytes());
    }
    Ok(format!("blake3:{}", all.finalize().to_hex()))
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        path::Path,
        time::{Duration, SystemTime},
    };

    use tempfile::TempDir;

    use super::{Seen, of_folder};

    fn model(folder: &Path) {
        fs::write(folder.join("config.json"), "{}").expect("written");
        fs::write(folder.join("model.safetensors"), "weights").expect("written");
        fs::write(folder.join("tokenizer.json"), "{}").expect("written");
    }

    #[test]
    fn a_hash_changes_with_what_decides_the_numbers() {
        let (one, two) = (TempDir::new().expect("one"), TempDir::new().expect("two"));
        let hash = |folder: &TempDir| of_folder(folder.path(), None).expect("a hash");
        model(one.path());
        model(two.path());
        fs::write(two.path().join("tokenizer.json"), "{ }").expect("written");
        assert_eq!(hash(&one), hash(&two));
        fs::write(two.path().join("model.safetensors"), "weighty").expect("written");
        assert_ne!(hash(&one), hash(&two));
        model(two.path());
        fs::rename(
            two.path().join("model.safetensors"),
            two.path().join("other.safetensors"),
        )
        .expect("renamed");
        assert_ne!(hash(&one), hash(&two));
    }

    #[test]
    fn a_change_of_the_same_length_is_noticed_at_once() {
        let folder = TempDir::new().expect("folder");
        let known = TempDir::new().expect("known");
        model(folder.path());
        let hash = || of_folder(folder.path(), Some(known.path())).expect("a hash");
        let before = hash();
        assert_eq!(hash(), before);
        fs::write(folder.path().join("model.safetensors"), "weighty").expect("written");
        assert_ne!(hash(), before);
    }

    #[test]
    fn only_what_has_settled_is_remembered() {
        let folder = TempDir::new().expect("folder");
        let file = folder.path().join("file");
        File::create(&file).expect("made");
        let seen = Seen::new("file".to_owned(), &fs::metadata(&file).expect("there"));
        let now = SystemTime::now();
        assert!(!seen.is_settled(now));
        assert!(seen.is_settled(now + Duration::from_secs(3)));
    }
}
