//! The files of a work tree, without those that git ignores.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::Path,
};

use althing_diag::{Code, Finding, Location};
use ignore::WalkBuilder;

/// The most that is read of one file, in bytes.
const MOST: u64 = 16 << 20;

/// Path and text of every file that is asked for; what is no text has an empty one. Whatever
/// cannot be read is a finding, for it could be what is missing.
pub(super) fn read(
    dir: &Path,
    asked: impl Fn(&str) -> bool,
) -> (BTreeMap<String, String>, Vec<Finding>) {
    let mut files = BTreeMap::new();
    let mut findings = Vec::new();
    let walk = WalkBuilder::new(dir)
        .hidden(false)
        .ignore(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                findings.push(unreadable(dir, error));
                continue;
            }
        };
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let path = entry.path().strip_prefix(dir).ok().and_then(Path::to_str);
        let Some(path) = path.filter(|path| is_file && asked(path)) else {
            continue;
        };
        match text(entry.path()) {
            Ok(text) => {
                files.insert(path.to_owned(), text);
            }
            Err(error) => findings.push(unreadable(entry.path(), error)),
        }
    }
    (files, findings)
}

fn text(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if read as u64 > MOST {
        return Err(io::Error::other(format!("it is larger than {MOST} bytes")));
    }
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn unreadable(path: &Path, error: impl std::fmt::Display) -> Finding {
    let help = "make it readable, or let git ignore it";
    let at = Location::file(path.display().to_string());
    Finding::error(Code::FileUnreadable, error.to_string(), help).at(at)
}
