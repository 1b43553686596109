//! Reads the small files of a model.

use std::{fs, path::Path};

use crate::Refusal;

/// The content of a file of at most so many bytes.
///
/// # Errors
/// [`Refusal::Unreadable`], also of what is no file and might never end; [`Refusal::Model`] when it
/// is larger.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Refusal> {
    let unreadable = |error| Refusal::unreadable(path, error);
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Refusal::unreadable(path, "is no file"));
    }
    if about.len() > most {
        let why = format!("has {} bytes, more than {most}", about.len());
        return Err(Refusal::model(path, why));
    }
    fs::read(path).map_err(unreadable)
}
