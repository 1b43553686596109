//! Reads the small files of a model and of the cache.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
};

use crate::Refusal;

/// The content of a file of at most so many bytes.
///
/// # Errors
/// [`Refusal::Unreadable`], also of what is no file and might never end; [`Refusal::Model`] when it
/// is larger.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Refusal> {
    let unreadable = |error| Refusal::unreadable(path, error);
    // Before it is opened: opening what is no file may wait for ever.
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Refusal::unreadable(path, "is no file"));
    }
    let large = |bytes: u64| Refusal::model(path, format!("has {bytes} bytes, more than {most}"));
    if about.len() > most {
        return Err(large(about.len()));
    }
    let mut content = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    // What it says of its size need not be true of what it gives.
    let mut file = file.take(most.saturating_add(1));
    let bytes = file.read_to_end(&mut content).map_err(unreadable)?;
    if bytes as u64 > most {
        return Err(large(bytes as u64));
    }
    Ok(content)
}
