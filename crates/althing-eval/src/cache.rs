//! References that were computed before, found by what they are the reference of.
//!
//! ```text
//! entries/KEY/manifest.json        what it is, and the hash of the data
//! entries/KEY/logits.safetensors
//! writing/KEY/                     an entry that is being written; then it is renamed
//! weights/HASH.json                hashes of folders whose files did not change
//! locks/                           who computes is alone to do so; who wants the same waits
//! ```
//!
//! An entry is whole or not there. What is read is checked in full; what does not check is
//! removed and computed anew. The entries that were used longest ago go when they take too much
//! room together.

mod entry;
mod key;
mod lock;
mod room;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tracing::{info, warn};

pub use self::key::Key;
use self::{
    entry::{NoEntry, read, write},
    lock::Lock,
};
use crate::{Reference, Refusal, Remembered};

/// A folder of references, shared by all processes that name it.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

impl Cache {
    /// The cache in `folder`, which is made if it is not there; its entries take at most `limit`
    /// bytes.
    ///
    /// # Errors
    /// [`Refusal::Unwritable`].
    pub fn open(folder: &Path, limit: u64) -> Result<Self, Refusal> {
        let cache = Self {
            folder: folder.to_owned(),
            limit,
        };
        for part in ["entries", "writing", "weights", "locks"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).map_err(|error| Refusal::unwritable(&part, error))?;
        }
        Ok(cache)
    }

    /// The reference with this key, from the cache or else from `compute`, which at any time runs
    /// in one process alone. A reference that cannot be kept is no failure.
    ///
    /// # Errors
    /// What `compute` says, and [`Refusal::Unwritable`] when nothing can be locked.
    pub fn get(
        &self,
        key: &Key,
        compute: impl FnOnce() -> Result<Reference, Refusal>,
    ) -> Result<(Reference, Remembered), Refusal> {
        let entry = self.entry(key);
        if let Ok(found) = read(&entry, key) {
            self.used(key);
            return Ok((found, Remembered::Hit));
        }
        let lock = Lock::wait(&self.lock_of(&key.name()))?;
        match read(&entry, key) {
            Ok(found) => {
                self.used(key);
                return Ok((found, Remembered::Hit));
            }
            Err(NoEntry::Absent) => {}
            Err(NoEntry::Wrong(why)) => {
                warn!(entry = %entry.display(), why, "a cache entry is wrong and is computed anew");
                if let Err(refusal) = remove(&entry) {
                    warn!(%refusal, "and it cannot be removed");
                }
            }
        }
        let reference = compute()?;
        let kept = self.keep(key, &reference);
        drop(lock);
        match kept {
            Ok(()) => {
                self.make_room();
                Ok((reference, Remembered::Stored))
            }
            Err(why) => {
                warn!(why, "the reference is not kept");
                Ok((reference, Remembered::Unkept))
            }
        }
    }

    /// Where what is known of weights is kept.
    pub fn known_weights(&self) -> PathBuf {
        self.folder.join("weights")
    }

    fn keep(&self, key: &Key, reference: &Reference) -> Result<(), String> {
        let writing = self.folder.join("writing").join(key.name());
        let written = write(&writing, key, reference, self.limit)
            .and_then(|()| entry::put(&writing, &self.entry(key)));
        if written.is_err() {
            let _ = fs::remove_dir_all(&writing);
        }
        written
    }

    /// Says that an entry was used now. A cache that cannot be written forgets it.
    fn used(&self, key: &Key) {
        let entry = self.entry(key);
        info!(entry = %entry.display(), "the reference comes from the cache");
        room::touch(&entry);
    }

    fn entry(&self, key: &Key) -> PathBuf {
        self.folder.join("entries").join(key.name())
    }

    /// Some thousand locks for all keys: so many that who wants something else hardly ever waits,
    /// and so few that they need not be removed.
    fn lock_of(&self, name: &str) -> PathBuf {
        let shard = name.get(..3).unwrap_or(name);
        self.folder.join("locks").join(shard)
    }

    /// Removes what was used longest ago, and what processes that died were writing.
    fn make_room(&self) {
        let entries = room::entries(&self.folder.join("entries"));
        for name in room::victims(entries, self.limit) {
            self.remove_unless_busy(&self.folder.join("entries").join(&name), &name);
        }
        for left in room::entries(&self.folder.join("writing")) {
            let path = self.folder.join("writing").join(&left.name);
            self.remove_unless_busy(&path, &left.name);
        }
    }

    fn remove_unless_busy(&self, path: &Path, name: &str) {
        if let Ok(Some(_lock)) = Lock::now(&self.lock_of(name)) {
            let _ = remove(path);
        }
    }
}

/// Removes a folder with what is in it, or whatever else has its name.
fn remove(path: &Path) -> Result<(), Refusal> {
    let removed = fs::symlink_metadata(path).and_then(|about| {
        if about.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        }
    });
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Refusal::unwritable(path, error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::Cache;

    #[rstest]
    #[case::other_first("abcdef", "bbcdef", false)]
    #[case::other_third("abcdef", "abddef", false)]
    #[case::other_fourth("abcdef", "abceef", true)]
    #[case::short("ab", "ab", true)]
    fn keys_share_a_lock_only_by_chance(
        #[case] one: &str,
        #[case] other: &str,
        #[case] same: bool,
    ) {
        let cache = Cache {
            folder: Path::new("cache").to_owned(),
            limit: 0,
        };
        assert_eq!(cache.lock_of(one) == cache.lock_of(other), same);
    }
}
