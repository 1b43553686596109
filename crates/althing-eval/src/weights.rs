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

use crate::{Refusal, Weights, files, seal::seal};

/// The system's clock goes in steps of some milliseconds: a file that changed this short a time
/// ago could change again without its times showing it, and its hash is not remembered.
const SETTLED: Duration = Duration::from_millis(100);
/// A line per file.
const LARGEST_NOTE: u64 = 16 << 20;

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
#[serde(deny_unknown_fields)]
struct Known {
    folder: PathBuf,
    files: Vec<Seen>,
    hash: String,
    /// Seal of all the above.
    note: String,
}

impl Known {
    fn new(files: &Files, hash: &str) -> serde_json::Result<Self> {
        Ok(Self {
            note: seal(&(&files.folder, &files.seen, hash))?,
            folder: files.folder.clone(),
            files: files.seen.clone(),
            hash: hash.to_owned(),
        })
    }

    fn is_sealed(&self) -> bool {
        let sealed = seal(&(&self.folder, &self.files, &self.hash));
        sealed.is_ok_and(|seal| seal == self.note)
    }
}

/// What decides the numbers of a model (its configuration, its weights and their index), as it was
/// at one time.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    seen: Vec<Seen>,
    looked: SystemTime,
}

impl Files {
    /// Looks at a folder.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub(crate) fn of(folder: &Path) -> Result<Self, Refusal> {
        let unreadable = |error: io::Error| Refusal::unreadable(folder, error);
        let folder = folder.canonicalize().map_err(unreadable)?;
        let looked = SystemTime::now();
        let seen = seen(&folder)?;
        Ok(Self {
            folder,
            seen,
            looked,
        })
    }

    /// Their hash, which is looked up and kept in the folder `known` if there is one.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`].
    pub(crate) fn weights(&self, known: Option<&Path>) -> Result<Weights, Refusal> {
        let note = known.map(|known| {
            let name = blake3::hash(self.folder.as_os_str().as_encoded_bytes());
            known.join(format!("{}.json", name.to_hex()))
        });
        if let Some(hash) = note.as_deref().and_then(|note| self.recall(note)) {
            return Ok(Weights::Hash(hash));
        }
        let hash = hash(&self.folder, &self.seen)?;
        if let Some(note) = note
            && self.seen.iter().all(|file| file.is_settled(self.looked))
            && let Err(error) = self.remember(&note, &hash)
        {
            warn!(%error, note = %note.display(), "the hash of the weights is not remembered");
        }
        Ok(Weights::Hash(hash))
    }

    /// Refuses a folder that is another by now: what was computed from it is neither of the files
    /// that were hashed nor of those that are there.
    ///
    /// # Errors
    /// [`Refusal::Model`], and [`Refusal::Unreadable`] when it is gone.
    pub(crate) fn unchanged(&self) -> Result<(), Refusal> {
        let now = seen(&self.folder)?;
        let old = self.seen.iter().find(|file| !now.contains(file));
        let new = || now.iter().find(|file| !self.seen.contains(file));
        match old.or_else(new) {
            None => Ok(()),
            Some(file) => Err(Refusal::model(
                &self.folder.join(&file.name),
                "changed while the model was evaluated",
            )),
        }
    }

    fn recall(&self, note: &Path) -> Option<String> {
        let text = files::read(note, LARGEST_NOTE).ok()?;
        let known: Known = serde_json::from_slice(&text).ok()?;
        let holds = known.is_sealed() && known.folder == self.folder && known.files == self.seen;
        holds.then_some(known.hash)
    }

    fn remember(&self, note: &Path, hash: &str) -> io::Result<()> {
        let text = serde_json::to_vec(&Known::new(self, hash)?)?;
        let parent = note.parent().unwrap_or(Path::new("."));
        let beside = tempfile::NamedTempFile::new_in(parent)?;
        fs::write(beside.path(), text)?;
        beside.persist(note)?;
        Ok(())
    }
}

/// What the system says of the files of a folder that decide its numbers. What is no file is none
/// of them; if the model needs it, opening the model says so.
fn seen(folder: &Path) -> Result<Vec<Seen>, Refusal> {
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
        let about = fs::metadata(entry.path()).ok();
        if let Some(file) = about.filter(|it| decides && it.is_file()) {
            files.push(Seen::new(name, &file));
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
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

/// The first of some names in a model's folder that is that of its weights in another form than
/// safetensors.
pub(crate) fn other_form<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const FORMS: [(&str, &str); 5] = [
        ("pytorch_model", ".bin"),
        ("tf_model", ".h5"),
        ("flax_model", ".msgpack"),
        ("consolidated", ".pth"),
        ("", ".gguf"),
    ];
    let is_one = |name: &&str| {
        let mut forms = FORMS.iter();
        forms.any(|(begin, end)| name.starts_with(begin) && name.ends_with(end))
    };
    names.into_iter().find(is_one)
}

/// How [`other_form`] is refused.
pub(crate) const OTHER_FORM: &str = "a form of weights other than safetensors";

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        os::unix::fs::symlink,
        path::Path,
        process::Command,
        thread,
        time::{Duration, SystemTime},
    };

    use rstest::rstest;
    use tempfile::TempDir;

    use super::{Files, Seen, other_form};
    use crate::{Refusal, Weights};

    fn of_folder(folder: &Path, known: Option<&Path>) -> Result<Weights, Refusal> {
        Files::of(folder)?.weights(known)
    }

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

    /// What becomes of a file between two looks.
    #[rstest]
    #[case::nothing(&|_: &Path| Ok(()), None)]
    #[case::written(&|folder: &Path| fs::write(folder.join("model.safetensors"), "weighty"), Some("model.safetensors"))]
    #[case::replaced(&|folder: &Path| {
        fs::write(folder.join("new"), "{}")?;
        fs::rename(folder.join("new"), folder.join("config.json"))
    }, Some("config.json"))]
    #[case::gone(&|folder: &Path| fs::remove_file(folder.join("model.safetensors")), Some("model.safetensors"))]
    #[case::come(&|folder: &Path| fs::write(folder.join("more.safetensors"), ""), Some("more.safetensors"))]
    #[case::other(&|folder: &Path| fs::write(folder.join("tokenizer.json"), "[]"), None)]
    fn a_change_after_the_first_look_is_refused(
        #[case] change: &dyn Fn(&Path) -> std::io::Result<()>,
        #[case] named: Option<&str>,
    ) {
        let folder = TempDir::new().expect("folder");
        model(folder.path());
        let files = Files::of(folder.path()).expect("files");
        thread::sleep(Duration::from_millis(20));
        change(folder.path()).expect("changed");
        let refused = files.unchanged().err().map(|refusal| refusal.to_string());
        let expected = |refused: &String| {
            refused.contains("changed while") && refused.contains(named.unwrap_or_default())
        };
        assert_eq!(refused.is_some(), named.is_some(), "{refused:?}");
        assert!(refused.iter().all(expected), "{refused:?}");
    }

    /// What stands in the folder beside the model and is no file of it.
    #[rstest]
    #[case::pipe(&|path: &Path| {
        assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
    })]
    #[case::link_to_nothing(&|path: &Path| symlink("nowhere", path).expect("a link"))]
    #[case::folder(&|path: &Path| fs::create_dir(path).expect("a folder"))]
    fn what_is_no_file_is_not_hashed(#[case] make: &dyn Fn(&Path)) {
        let folder = TempDir::new().expect("folder");
        model(folder.path());
        let before = of_folder(folder.path(), None).expect("a hash");
        make(&folder.path().join("more.safetensors"));
        assert_eq!(of_folder(folder.path(), None), Ok(before));
    }

    #[test]
    fn a_note_that_was_changed_is_not_believed() {
        let folder = TempDir::new().expect("folder");
        let known = TempDir::new().expect("known");
        model(folder.path());
        thread::sleep(super::SETTLED + Duration::from_millis(20));
        let hash = || of_folder(folder.path(), Some(known.path())).expect("a hash");
        let before = hash();
        let mut notes = fs::read_dir(known.path()).expect("notes");
        let note = notes.next().expect("a note").expect("an entry").path();
        let text = fs::read_to_string(&note).expect("read");
        for (from, to) in [("blake3:", "blake4:"), ("\"hash\"", "\"more\":1,\"hash\"")] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            fs::write(&note, changed).expect("written");
            assert_eq!(hash(), before, "{from}");
            assert_eq!(fs::read_to_string(&note).expect("read"), text);
        }
    }

    #[rstest]
    #[case::one(&["config.json", "pytorch_model.bin"], Some("pytorch_model.bin"))]
    #[case::several(&["pytorch_model-00001-of-00002.bin"], Some("pytorch_model-00001-of-00002.bin"))]
    #[case::gguf(&["model-Q4_K_M.gguf"], Some("model-Q4_K_M.gguf"))]
    #[case::none(&["config.json", "training_args.bin", "optimizer.pt"], None)]
    fn weights_in_another_form_are_known_by_their_names(
        #[case] names: &[&str],
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(other_form(names.iter().copied()), expected);
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
