//! The file that all workers of a machine share: locked by whoever uses the accelerator, and
//! telling what happened to it. The lock ends with its process, however that ends; what the file
//! says stays.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use althing_diag::{Code, Finding, Location};
use rustix::fs::{Access, access};
use tracing::warn;

use super::{Condition, Device, Happened, User};
use crate::child_env::Vars;

const NAME: &str = "althing-accelerator.json";

/// The accelerator, for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Lease {
    file: File,
    path: PathBuf,
    device: Device,
}

/// Whether the accelerator can be had.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is this process's.
    Held(Lease),
    /// Another worker has it.
    Busy,
}

/// The folder that workers of a machine share when nobody named one: that of locks, if everybody
/// may write there.
pub(crate) fn default_folder(vars: &Vars) -> PathBuf {
    let own = vars.get("XDG_RUNTIME_DIR").map(PathBuf::from);
    let folders = [Some(PathBuf::from("/run/lock")), own];
    folders
        .into_iter()
        .flatten()
        .find(|folder| access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok())
        .unwrap_or_else(std::env::temp_dir)
}

impl Lease {
    /// Takes the accelerator, unless another worker has it. Nothing is written yet.
    ///
    /// # Errors
    /// [`Code::DeviceQuarantined`], or [`Code::FileUnwritable`] when the file cannot be used.
    pub(crate) fn take(folder: &Path) -> Result<Taken, Finding> {
        let path = folder.join(NAME);
        let unusable = |error: io::Error| {
            let help = "name a folder that all workers of this machine may write with --device-dir";
            Finding::error(Code::FileUnwritable, error.to_string(), help)
                .at(Location::file(path.display().to_string()))
        };
        let mut file = open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Taken::Busy),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unusable)?;
        let device = serde_json::from_str(&text).unwrap_or_else(|_| unreadable());
        let lease = Self { file, path, device };
        match lease.device.condition() {
            Condition::Clean | Condition::LeftBehind => Ok(Taken::Held(lease)),
            Condition::Quarantined => Err(lease.quarantined()),
        }
    }

    /// What is known of the accelerator.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// Notes what happened to it.
    ///
    /// # Errors
    /// When the file cannot be written. What happened holds for this process all the same.
    pub(crate) fn note(&mut self, happened: Happened) -> io::Result<()> {
        let device = std::mem::take(&mut self.device);
        self.device = device.after(happened);
        let text = serde_json::to_vec_pretty(&self.device)?;
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(&text)?;
        self.file.sync_data()
    }

    /// Why nobody may use it, and what ends that.
    pub(crate) fn quarantined(&self) -> Finding {
        let failures = &self.device.failed_resets;
        let last = failures.last().map_or("", String::as_str);
        let path = self.path.display();
        Finding::error(
            Code::DeviceQuarantined,
            format!(
                "the accelerator failed {} resets in a row; the last: {last}",
                failures.len()
            ),
            format!("see to the machine (power it off and on), then delete {path}"),
        )
        .at(Location::file(path.to_string()))
    }
}

/// What a file says that its writer did not finish: somebody had the accelerator.
fn unreadable() -> Device {
    warn!("the accelerator's file tells nothing; it is reset before use");
    Device {
        user: Some(User {
            worker: "unknown".to_owned(),
            run_id: "unknown".to_owned(),
            pid: 0,
        }),
        ..Device::default()
    }
}

/// Opens the file, or makes it for everybody who may write in its folder. In a folder of locks a
/// file of somebody else can be opened, but not with the wish to create it.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match options.create_new(true).open(path) {
        Ok(mut file) => {
            fs::set_permissions(path, Permissions::from_mode(0o666))?;
            file.write_all(b"{}")?;
            file.rewind()?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().read(true).write(true).open(path)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use althing_diag::Code;
    use tempfile::TempDir;

    use super::{Lease, NAME, Taken};
    use crate::device::{Condition, Happened, User};

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn held(folder: &TempDir) -> Lease {
        match Lease::take(folder.path()).expect("usable") {
            Taken::Held(lease) => lease,
            Taken::Busy => panic!("busy"),
        }
    }

    fn user() -> User {
        User {
            worker: "w7".to_owned(),
            run_id: "r".to_owned(),
            pid: 7,
        }
    }

    #[test]
    fn one_at_a_time_has_it_and_a_dead_one_leaves_its_mark() {
        let folder = folder();
        let mut first = held(&folder);
        let second = Lease::take(folder.path()).expect("usable");
        assert!(matches!(second, Taken::Busy), "{second:?}");
        assert_eq!(first.device().condition(), Condition::Clean);
        first.note(Happened::Taken(user())).expect("written");
        first.note(Happened::Reset(2)).expect("written");
        // Its process dies.
        drop(first);
        let mut next = held(&folder);
        assert_eq!(next.device().condition(), Condition::LeftBehind);
        assert_eq!(next.device().user, Some(user()));
        next.note(Happened::Returned).expect("written");
        drop(next);
        let last = held(&folder);
        assert_eq!(last.device().condition(), Condition::Clean);
        assert_eq!(last.device().chips, Some(2));
    }

    #[test]
    fn a_quarantine_is_told_with_its_way_out_and_ends_with_the_file() {
        let folder = folder();
        let mut lease = held(&folder);
        for _ in 0..3 {
            let failed = Happened::ResetFailed("1 of 2 chips came back".to_owned());
            lease.note(failed).expect("written");
        }
        drop(lease);
        let finding = Lease::take(folder.path()).expect_err("quarantined");
        assert_eq!(finding.code, Code::DeviceQuarantined);
        assert!(finding.message.contains("1 of 2 chips"), "{finding}");
        assert!(finding.help.contains(NAME), "{finding}");
        fs::remove_file(folder.path().join(NAME)).expect("there");
        assert_eq!(held(&folder).device().condition(), Condition::Clean);
    }

    #[test]
    fn what_is_half_written_counts_as_left_behind() {
        let folder = folder();
        fs::write(folder.path().join(NAME), "").expect("written");
        assert_eq!(held(&folder).device().condition(), Condition::LeftBehind);
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_named() {
        let folder = folder();
        let finding = Lease::take(&folder.path().join("none")).expect_err("unusable");
        assert_eq!(finding.code, Code::FileUnwritable);
    }
}
