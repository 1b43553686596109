//! Room on a disk.

use std::{fmt, io, path::Path};

/// Bytes that this account may still write where `path` is.
pub(crate) fn free(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes for people, in the units of disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)];
        let fits = |(_, power): &(&str, u32)| self.0 >= 10_u64.pow(*power);
        match units.into_iter().find(fits) {
            Some((unit, power)) => {
                let tenths = self.0 / 10_u64.pow(power - 1);
                write!(f, "{}.{} {unit}", tenths / 10, tenths % 10)
            }
            None => write!(f, "{} B", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, free};

    #[test]
    fn bytes_are_said_in_the_largest_unit_that_fits() {
        let said =
            [0, 999, 1_000, 16_060_522_240, 2_000_000_000_000].map(|it| Bytes(it).to_string());
        assert_eq!(said, ["0 B", "999 B", "1.0 kB", "16.0 GB", "2.0 TB"]);
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_room() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(free(folder.path()).is_ok());
        assert!(free(&folder.path().join("none")).is_err());
    }
}
