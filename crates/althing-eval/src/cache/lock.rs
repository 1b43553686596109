//! Locks between processes; the system lets go of those whose process died.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use tracing::info;

use crate::Refusal;

/// Held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "it is locked as long as it is open")] File);

impl Lock {
    /// Waits for whoever holds it.
    pub(super) fn wait(path: &Path) -> Result<Self, Refusal> {
        let file = open(path)?;
        if !try_lock(&file, path)? {
            info!(lock = %path.display(), "another process computes; waiting for it");
            let locked = file.lock();
            locked.map_err(|error| Refusal::unwritable(path, error))?;
        }
        Ok(Self(file))
    }

    /// Nothing when somebody holds it.
    pub(super) fn now(path: &Path) -> Result<Option<Self>, Refusal> {
        let file = open(path)?;
        Ok(try_lock(&file, path)?.then_some(Self(file)))
    }
}

fn try_lock(file: &File, path: &Path) -> Result<bool, Refusal> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(Refusal::unwritable(path, error)),
    }
}

fn open(path: &Path) -> Result<File, Refusal> {
    File::create(path).map_err(|error| Refusal::unwritable(path, error))
}
