//! Which entries go when they take too much room together.

use std::{
    fs::{self, File},
    path::Path,
    time::SystemTime,
};

use super::entry::MANIFEST;

/// An entry, as far as room goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) used: SystemTime,
}

/// Those used longest ago, until the rest is within the limit.
pub(super) fn victims(mut entries: Vec<Taken>, limit: u64) -> Vec<String> {
    entries.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.name.cmp(&b.name)));
    let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let goes = entries.into_iter().take_while(|entry| {
        let goes = bytes > limit;
        bytes = bytes.saturating_sub(entry.bytes);
        goes
    });
    goes.map(|entry| entry.name).collect()
}

/// What is in a folder of entries. One that cannot be read was used very long ago.
pub(super) fn entries(folder: &Path) -> Vec<Taken> {
    let Ok(listed) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let taken = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let files = fs::read_dir(entry.path()).into_iter().flatten().flatten();
        let sizes = files.filter_map(|file| file.metadata().ok());
        let used = fs::metadata(entry.path().join(MANIFEST)).and_then(|it| it.modified());
        Some(Taken {
            name,
            bytes: sizes.map(|it| it.len()).sum(),
            used: used.unwrap_or(SystemTime::UNIX_EPOCH),
        })
    };
    listed.flatten().filter_map(taken).collect()
}

/// Marks an entry as used now.
pub(super) fn touch(entry: &Path) {
    let file = File::options().write(true).open(entry.join(MANIFEST));
    let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Taken, victims};

    fn taken(bytes: u64, used: u64) -> Taken {
        let used = SystemTime::UNIX_EPOCH + Duration::from_secs(used);
        let name = format!("{}", used.elapsed().expect("past").as_secs());
        Taken { name, bytes, used }
    }

    #[rstest]
    #[case::all_fit(100, 0)]
    #[case::just_not(99, 1)]
    #[case::one_is_left(40, 2)]
    #[case::none_fits(39, 3)]
    fn the_longest_unused_go(#[case] limit: u64, #[case] gone: usize) {
        let entries = [taken(10, 3), taken(50, 1), taken(40, 9)];
        let order: Vec<String> = [1, 0, 2].map(|at: usize| entries[at].name.clone()).into();
        assert_eq!(victims(entries.into(), limit), order[..gone]);
    }

    proptest! {
        #[test]
        fn what_stays_fits_and_no_more_goes_than_must(
            entries in prop::collection::vec((0u64..50, 0u64..20), 0..12),
            limit in 0u64..200,
        ) {
            let entries: Vec<Taken> = entries.into_iter().enumerate()
                .map(|(at, (bytes, used))| Taken { name: format!("{at:02}"), ..taken(bytes, used) })
                .collect();
            let gone = victims(entries.clone(), limit);
            let room = |without: &[String]| -> u64 {
                entries.iter().filter(|it| !without.contains(&it.name)).map(|it| it.bytes).sum()
            };
            prop_assert!(room(&gone) <= limit);
            if let Some((_, before)) = gone.split_last() {
                prop_assert!(room(before) > limit);
            }
        }
    }
}
