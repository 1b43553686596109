//! The temporary folder of one run: everything the run writes is inside, and it goes away with
//! the run, however that ends (specification §8.1). What a killed worker left behind goes away
//! when a worker of its name starts.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tracing::{info, warn};

use crate::RunId;

/// A folder that is removed when this value goes out of scope: on every return, on a panic, and
/// when the run's future is dropped because of a signal.
#[derive(Debug)]
pub struct Workspace {
    folder: Option<TempDir>,
    root: PathBuf,
    /// Locked as long as this process lives; that is how others know that it does.
    _lock: File,
}

/// The file that is locked.
const LOCK: &str = "lock";
/// How old a folder without a lock must be to count as left behind.
const SETTLED: Duration = Duration::from_secs(3600);

impl Workspace {
    /// Creates `althing-WORKER-RUN-…` under `root` or the system's temporary folder.
    pub fn create(root: Option<&Path>, worker: &str, run: RunId) -> io::Result<Self> {
        let system = std::env::temp_dir();
        let prefix = format!("{}{run}-", prefix(worker));
        let folder = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(root.unwrap_or(&system))?;
        let root = folder.path().canonicalize()?;
        let lock = File::create(root.join(LOCK))?;
        lock.lock()?;
        let workspace = Self {
            folder: Some(folder),
            root,
            _lock: lock,
        };
        for path in [
            workspace.home(),
            workspace.hf_home(),
            workspace.codex_home(),
        ] {
            fs::create_dir(path)?;
        }
        DirBuilder::new()
            .mode(0o700)
            .create(workspace.references())?;
        info!(dir = %workspace.root.display(), "workspace created");
        Ok(workspace)
    }

    /// Removes the folders of runs of `worker` under `root` whose process is dead, and says
    /// which. What such a run left running there is ended first. What cannot be removed is
    /// logged.
    pub fn sweep(root: Option<&Path>, worker: &str) -> Vec<PathBuf> {
        let system = std::env::temp_dir();
        let entries = fs::read_dir(root.unwrap_or(&system));
        let mut swept = Vec::new();
        for entry in entries.into_iter().flatten().flatten() {
            let (name, path) = (entry.file_name(), entry.path());
            if !name.to_str().is_some_and(|name| is_of(worker, name)) || !is_left_behind(&path) {
                continue;
            }
            match remove_with_processes(&path) {
                Ok(()) => swept.push(path),
                Err(error) => warn!(dir = %path.display(), %error, "left behind and not removed"),
            }
        }
        swept
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home folder of the agent and the checks.
    pub fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The hub's cache.
    pub fn hf_home(&self) -> PathBuf {
        self.root.join("hf")
    }

    /// What codex keeps: threads and settings of this run alone.
    pub fn codex_home(&self) -> PathBuf {
        self.root.join("codex")
    }

    /// What `althing eval` keeps of the reference between the checks of the run.
    pub fn references(&self) -> PathBuf {
        self.root.join("references")
    }

    /// Where the files to check are written; emptied before each use.
    pub fn check_dir(&self) -> PathBuf {
        self.root.join("check")
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let Some(folder) = self.folder.take() else {
            return;
        };
        let path = folder.keep();
        match remove_tree(&path) {
            Ok(()) => info!(dir = %path.display(), "workspace removed"),
            Err(error) => warn!(dir = %path.display(), %error, "workspace not removed"),
        }
    }
}

fn prefix(worker: &str) -> String {
    format!("althing-{worker}-")
}

/// Whether a folder of this name belongs to a run of this very worker, for names of workers may
/// hold `-` too.
fn is_of(worker: &str, name: &str) -> bool {
    let rest = name.strip_prefix(&prefix(worker)).unwrap_or_default();
    let run = rest.get(..36).and_then(RunId::parse);
    run.is_some() && rest.get(36..).is_some_and(|rest| rest.starts_with('-'))
}

/// Whether nobody holds the lock any more. A folder that has none yet may be just being made.
fn is_left_behind(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => fs::symlink_metadata(folder)
            .and_then(|meta| meta.modified())
            .is_ok_and(|made| made.elapsed().is_ok_and(|age| age > SETTLED)),
    }
}

/// Removes a folder in which processes may still work: a worker that is killed cannot end its
/// agent. One that is being ended may write a last file, hence the tries.
fn remove_with_processes(folder: &Path) -> io::Result<()> {
    let folder = folder.canonicalize()?;
    for _ in 1..TRIES {
        end_processes_in(&folder);
        if remove_tree(&folder).is_ok() && !folder.exists() {
            return Ok(());
        }
        thread::sleep(BETWEEN_TRIES);
    }
    end_processes_in(&folder);
    remove_tree(&folder)
}

/// How often a folder is tried to be removed.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// Ends the processes whose working directory is inside `folder`, as far as this user may.
fn end_processes_in(folder: &Path) {
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let inside =
            || fs::read_link(entry.path().join("cwd")).is_ok_and(|it| it.starts_with(folder));
        if let Some(pid) = pid.and_then(Pid::from_raw)
            && inside()
            && kill_process(pid, Signal::KILL).is_ok()
        {
            warn!(
                pid = pid.as_raw_nonzero(),
                "ended what a dead run left running"
            );
        }
    }
}

/// Removes a folder even if its contents were made read-only.
pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            unlock(path);
            fs::remove_dir_all(path)
        }
    }
}

fn unlock(folder: &Path) {
    // Best effort: what still cannot be removed is reported by the second try.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            unlock(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::Workspace;
    use crate::RunId;

    #[test]
    fn what_dead_runs_of_the_same_worker_left_behind_is_swept() {
        let root = tempfile::tempdir().expect("tempdir");
        let run = RunId::generate();
        let folder = |name: &str, lock: bool| {
            let path = root.path().join(name);
            fs::create_dir(&path).expect("dir");
            if lock {
                fs::write(path.join("lock"), "").expect("file");
            }
            path
        };
        let dead = folder(&format!("althing-w7-{run}-a"), true);
        let mut left = std::process::Command::new("sleep");
        let mut left = left.arg("600").current_dir(&dead).spawn().expect("sleep");
        folder(&format!("althing-w7-{run}-new"), false);
        folder(&format!("althing-w7-b-{run}-a"), true);
        folder("althing-w7-other", true);
        let alive = Workspace::create(Some(root.path()), "w7", run).expect("workspace");
        assert_eq!(Workspace::sweep(Some(root.path()), "w7"), [dead]);
        assert!(!left.wait().expect("ended").success());
        assert!(alive.root().exists());
        assert_eq!(fs::read_dir(root.path()).expect("root").count(), 4);
    }

    #[test]
    fn two_runs_have_two_folders_and_leave_none() {
        let root = tempfile::tempdir().expect("tempdir");
        let run = RunId::generate();
        let one = Workspace::create(Some(root.path()), "w7", run).expect("workspace");
        let two = Workspace::create(Some(root.path()), "w7", run).expect("workspace");
        assert_ne!(one.root(), two.root());
        let name = one
            .root()
            .file_name()
            .expect("name")
            .to_string_lossy()
            .into_owned();
        assert!(name.starts_with(&format!("althing-w7-{run}-")), "{name}");
        let locked = one.home().join("locked");
        fs::create_dir(&locked).expect("dir");
        fs::write(locked.join("file"), "x").expect("file");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).expect("mode");
        drop((one, two));
        assert_eq!(fs::read_dir(root.path()).expect("root").count(), 0);
    }
}
