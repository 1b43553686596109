//! Verifying an export, without the file it came from.

use std::io::BufRead;

use crate::{Broken, EntryHash, LedgerError, Verified, chain::Walk, stored::Stored};

/// Checks an export line by line. With `known`, the hash of an entry kept elsewhere, also that
/// this entry is part of it: an export does not show by itself that its end was cut off.
///
/// # Errors
/// [`LedgerError::Tampered`] with the first place that is wrong.
pub fn verify_jsonl(
    export: impl BufRead,
    known: Option<EntryHash>,
) -> Result<Verified, LedgerError> {
    let mut walk = Walk::new(known);
    for line in export.split(b'\n') {
        let line = line?;
        let seq = walk.next();
        let changed = |why| Broken::Changed { seq, why };
        let text = String::from_utf8(line).map_err(|error| changed(error.to_string()))?;
        let stored = read(&text).map_err(changed)?;
        walk.step(&stored)?;
    }
    Ok(walk.end()?)
}

/// Reads a line strictly: another spelling of the same entry is a change as well.
pub(crate) fn read(text: &str) -> Result<Stored, String> {
    let stored = Stored::from_line(text)?;
    if stored.line()? == text {
        Ok(stored)
    } else {
        Err("the line is not in canonical form".to_owned())
    }
}
