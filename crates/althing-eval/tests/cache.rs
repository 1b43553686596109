//! The cache: what is found again, what is not believed, who waits for whom.

use std::{
    cell::Cell,
    fs::{self, File, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use althing_eval::{Cache, Key, Logits, Made, Prompt, Reference, Refusal, Remembered, Weights};
use rstest::rstest;
use tempfile::TempDir;

const DECODE: usize = 2;
const VOCABULARY: usize = 8;

fn prompt(seed: u64) -> Prompt {
    Prompt::seeded(seed, 2, 3, VOCABULARY).expect("ids")
}

fn key(seed: u64) -> Key {
    key_of("c0ffee", seed)
}

fn key_of(commit: &str, seed: u64) -> Key {
    let weights = Weights::Commit(commit.to_owned());
    Key::new(weights, prompt(seed), DECODE, VOCABULARY)
}

/// A reference that always goes on with id 5.
fn reference(seed: u64) -> Reference {
    let step = [0.0, 0.25, 0.5, 0.75, 1.0, 9.0, 0.0, -1.0];
    let logits = || Logits::new(2, DECODE, VOCABULARY, step.repeat(2 * DECODE)).expect("a shape");
    let prompt = prompt(seed);
    let ids = prompt
        .rows()
        .iter()
        .map(|row| [row.as_slice(), &[5; DECODE]].concat());
    let made = Made {
        architecture: "llama".to_owned(),
        threads: 2,
        load_us: 1_234_567,
        prefill_us: 89,
        decode_us: 10,
        full_us: 0,
    };
    Reference::new(made, ids.collect(), logits(), logits()).expect("a reference")
}

fn never() -> Result<Reference, Refusal> {
    panic!("it is computed although it is in the cache")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder.join("entries")).expect("entries");
    listed.map(|entry| entry.expect("entry").path()).collect()
}

#[test]
fn a_reference_is_computed_once() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    let stored = cache.get(&key(0), || Ok(reference(0))).expect("computed");
    assert_eq!(stored, (reference(0), Remembered::Stored));
    let again = Cache::open(folder.path(), u64::MAX).expect("a cache");
    let found = again.get(&key(0), never).expect("found");
    assert_eq!(found, (reference(0), Remembered::Hit));
    let others = [
        key(1),
        key_of("other", 0),
        Key::new(
            Weights::Hash("c0ffee".to_owned()),
            prompt(0),
            DECODE,
            VOCABULARY,
        ),
    ];
    for (at, other) in others.iter().enumerate() {
        let seed = u64::from(at == 0);
        let (_, remembered) = cache.get(other, || Ok(reference(seed))).expect("computed");
        assert_eq!(remembered, Remembered::Stored);
    }
}

#[test]
fn what_failed_leaves_nothing() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    let failed = cache.get(&key(0), || Err(Refusal::Logits("NaN".to_owned())));
    assert_eq!(failed, Err(Refusal::Logits("NaN".to_owned())));
    assert_eq!(entries(folder.path()), Vec::<PathBuf>::new());
}

/// What happens to an entry that must not be believed.
#[derive(Clone, Copy, Debug)]
enum Harm {
    /// The file loses its end.
    Cut(&'static str),
    /// One bit of the file is another.
    Flip(&'static str),
    Remove(&'static str),
    Empty(&'static str),
    /// A text in the manifest becomes another of the same length.
    Manifest(&'static str, &'static str),
    /// The file claims to be larger than any memory.
    Grow(&'static str),
    /// A pipe into which nobody writes has its place.
    Pipe(&'static str),
    /// The file has become a folder.
    Folder(&'static str),
    /// The whole entry is that of another key.
    Swap,
    /// A file has the place of the whole entry.
    File,
    /// The entry is a link to nowhere.
    Link,
}

#[rstest]
fn a_wrong_entry_is_computed_anew(
    #[values(
        Harm::Cut("logits.safetensors"),
        Harm::Cut("manifest.json"),
        Harm::Flip("logits.safetensors"),
        Harm::Flip("manifest.json"),
        Harm::Remove("logits.safetensors"),
        Harm::Remove("manifest.json"),
        Harm::Empty("logits.safetensors"),
        Harm::Empty("manifest.json"),
        Harm::Manifest("1234567", "7654321"),
        Harm::Manifest("\"threads\": 2", "\"threads\": 3"),
        Harm::Grow("logits.safetensors"),
        Harm::Grow("manifest.json"),
        Harm::Pipe("logits.safetensors"),
        Harm::Pipe("manifest.json"),
        Harm::Folder("logits.safetensors"),
        Harm::Folder("manifest.json"),
        Harm::Swap,
        Harm::File,
        Harm::Link
    )]
    harm: Harm,
) {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    cache.get(&key(0), || Ok(reference(0))).expect("computed");
    let entry = entries(folder.path()).remove(0);
    let change = |name: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let bytes = fs::read(entry.join(name)).expect("read");
        let changed = change(bytes.clone());
        assert_ne!(bytes, changed);
        fs::write(entry.join(name), changed).expect("written");
    };
    match harm {
        Harm::Cut(name) => change(name, &|bytes| bytes[..bytes.len() - 5].to_vec()),
        Harm::Empty(name) => change(name, &|_| Vec::new()),
        Harm::Flip(name) => change(name, &|mut bytes| {
            let at = bytes.len() * 2 / 3;
            bytes[at] ^= 4;
            bytes
        }),
        Harm::Remove(name) => fs::remove_file(entry.join(name)).expect("removed"),
        Harm::Manifest(text, instead) => change("manifest.json", &|bytes| {
            let found = String::from_utf8(bytes).expect("text");
            found.replacen(text, instead, 1).into_bytes()
        }),
        Harm::Grow(name) => {
            let file = File::options().write(true).open(entry.join(name));
            file.and_then(|file| file.set_len(1 << 42)).expect("grown");
        }
        Harm::Pipe(name) => {
            fs::remove_file(entry.join(name)).expect("removed");
            let made = Command::new("mkfifo").arg(entry.join(name)).status();
            assert!(made.expect("mkfifo").success());
        }
        Harm::Folder(name) => {
            fs::remove_file(entry.join(name)).expect("removed");
            fs::create_dir(entry.join(name)).expect("made");
        }
        Harm::File => {
            fs::remove_dir_all(&entry).expect("removed");
            fs::write(&entry, "no entry").expect("written");
        }
        Harm::Link => {
            fs::remove_dir_all(&entry).expect("removed");
            symlink("nowhere", &entry).expect("a link");
        }
        Harm::Swap => {
            cache.get(&key(1), || Ok(reference(1))).expect("computed");
            let mut both = entries(folder.path());
            both.retain(|path| *path != entry);
            fs::remove_dir_all(&entry).expect("removed");
            fs::rename(both.remove(0), &entry).expect("renamed");
        }
    }
    let (found, remembered) = cache.get(&key(0), || Ok(reference(0))).expect("computed");
    assert_eq!((found, remembered), (reference(0), Remembered::Stored));
    let (_, remembered) = cache.get(&key(0), never).expect("found");
    assert_eq!(remembered, Remembered::Hit);
}

#[test]
fn a_wrong_entry_that_cannot_be_removed_stops_nothing() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    cache.get(&key(0), || Ok(reference(0))).expect("computed");
    let entry = entries(folder.path()).remove(0);
    fs::write(entry.join("manifest.json"), "{}").expect("written");
    let allow = |mode| fs::set_permissions(&entry, Permissions::from_mode(mode));
    allow(0o555).expect("changed");
    let (found, remembered) = cache.get(&key(0), || Ok(reference(0))).expect("computed");
    // What is forbidden to others is no hindrance for root.
    let _ = allow(0o755);
    assert_eq!(found, reference(0));
    assert_ne!(remembered, Remembered::Hit);
}

#[test]
fn whoever_wants_the_same_waits_for_it() {
    let folder = TempDir::new().expect("folder");
    let computed = AtomicUsize::new(0);
    let together = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // Each with a cache of its own: locks are the files' and not the process's.
                let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
                together.wait();
                let compute = || {
                    computed.fetch_add(1, Ordering::SeqCst);
                    Ok(reference(0))
                };
                let (found, _) = cache.get(&key(0), compute).expect("found");
                assert_eq!(found, reference(0));
            });
        }
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

#[test]
fn what_a_dead_process_was_writing_is_cleared_away() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    cache.get(&key(0), || Ok(reference(0))).expect("computed");
    let name = entries(folder.path()).remove(0);
    let name = name.file_name().expect("a name");
    fs::remove_dir_all(folder.path().join("entries").join(name)).expect("removed");
    let half = folder.path().join("writing").join(name);
    fs::create_dir(&half).expect("made");
    File::create(half.join("logits.safetensors")).expect("made");
    let (_, remembered) = cache.get(&key(0), || Ok(reference(0))).expect("computed");
    assert_eq!(remembered, Remembered::Stored);
    fs::create_dir(folder.path().join("writing").join("f00")).expect("made");
    cache.get(&key(1), || Ok(reference(1))).expect("computed");
    let left = fs::read_dir(folder.path().join("writing")).expect("folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn the_entries_used_longest_ago_make_room() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), u64::MAX).expect("a cache");
    cache.get(&key(0), || Ok(reference(0))).expect("computed");
    let entry = entries(folder.path()).remove(0);
    let files = fs::read_dir(entry).expect("entry");
    let sizes = files.map(|file| file.expect("file").metadata().expect("size").len());
    let one: u64 = sizes.sum();

    let two = Cache::open(folder.path(), 2 * one + one / 2).expect("a cache");
    two.get(&key(1), || Ok(reference(1))).expect("computed");
    two.get(&key(0), never).expect("found, and used last");
    two.get(&key(2), || Ok(reference(2))).expect("computed");
    two.get(&key(0), never).expect("kept");
    two.get(&key(2), never).expect("kept");
    let computed = Cell::new(false);
    let again = || {
        computed.set(true);
        Ok(reference(1))
    };
    two.get(&key(1), again).expect("computed");
    assert!(computed.get(), "the one used longest ago is gone");
    assert_eq!(entries(folder.path()).len(), 2);
}

#[test]
fn what_is_larger_than_the_cache_is_not_kept() {
    let folder = TempDir::new().expect("folder");
    let cache = Cache::open(folder.path(), 100).expect("a cache");
    let (found, remembered) = cache.get(&key(0), || Ok(reference(0))).expect("computed");
    assert_eq!((found, remembered), (reference(0), Remembered::Unkept));
    assert_eq!(entries(folder.path()).len(), 0);
    let left = fs::read_dir(folder.path().join("writing")).expect("folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().expect("file");
    let refused = Cache::open(&file.path().join("cache"), 1).expect_err("a file is no folder");
    assert!(matches!(refused, Refusal::Unwritable { .. }), "{refused}");
}

#[test]
fn a_reference_must_fit_together() {
    let good = reference(0);
    let with = |ids: Vec<Vec<u32>>| {
        Reference::new(
            good.made().clone(),
            ids,
            good.full().clone(),
            good.cached().clone(),
        )
    };
    assert!(with(good.ids().to_vec()).is_ok());
    let mut other = good.ids().to_vec();
    other[1][4] = 4;
    assert!(with(other).is_err(), "not the best of its step");
    assert!(with(good.ids()[..1].to_vec()).is_err(), "a row is missing");
    assert!(with(vec![vec![5, 5], vec![5, 5]]).is_err(), "no prompt");
    let nan = Logits::new(2, DECODE, VOCABULARY, vec![f32::NAN; 32]).expect("a shape");
    let ids = good.ids().to_vec();
    assert!(Reference::new(good.made().clone(), ids, nan, good.cached().clone()).is_err());
}
