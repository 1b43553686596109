//! A charter and what it extends, put together entry by entry.
//!
//! Whatever an entry means, its content is compared as a [`Tree`]: two presets may bring the same
//! entry if it says the same, and otherwise the extending file has to decide.

mod reader;
mod tree;

use std::collections::BTreeMap;

use althing_diag::{
    Finding,
    yaml::{self, Spanned},
};
use serde::Deserialize;

use crate::{
    Source,
    raw::RawCharter,
    source::{is_preset_name, resolve},
};
use reader::Reader;

pub use tree::Tree;

/// The only version of the file format so far.
const FORMAT: u64 = 1;

/// The most files that make one charter.
const MOST: usize = 32;

/// Keys that every file says for itself alone.
const OWN: &[&str] = &[
    "name",
    "version",
    "ratified",
    "amended",
    "next-review",
    "status",
];

/// Sections that are put together entry by entry.
const BY_ENTRY: &[&str] = &[
    "roles",
    "bodies",
    "channels",
    "meetings",
    "documents",
    "lifecycles",
    "gates",
    "reports",
];

/// Keys of which the whole value is one entry.
const WHOLE: &[&str] = &["description", "principles", "calendar", "private"];

/// Section and key of an entry; the key is empty where the section is one entry.
type Entry = (String, String);

/// The charter files, and for every entry the one that it is taken from.
pub(crate) struct Merged<'a> {
    /// The charter itself, then what it extends, each once.
    files: Vec<File<'a>>,
    winners: BTreeMap<Entry, usize>,
}

/// One file.
struct File<'a> {
    source: Source<'a>,
    raw: RawCharter,
    tree: Tree,
    /// The entries that it sets itself, with their place in their section.
    own: BTreeMap<Entry, usize>,
    /// Where each entry comes from if this file is the charter.
    layer: BTreeMap<Entry, usize>,
}

impl File<'_> {
    /// What the file itself says about an entry.
    fn content(&self, entry: &Entry) -> Option<&Tree> {
        let place = *self.own.get(entry)?;
        let (section, key) = entry;
        let section = self.tree.get(section)?;
        if key.is_empty() {
            Some(section)
        } else {
            section.entries().get(place).map(|(_, value)| value)
        }
    }
}

impl<'a> Merged<'a> {
    /// Reads a charter and everything it extends. `None` when one of them cannot be read: what
    /// is wrong goes to `findings`, and whatever else was said would only follow from it.
    pub(crate) fn read(
        charter: Source<'a>,
        presets: &[Source<'a>],
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let mut reader = Reader {
            presets,
            findings,
            files: Vec::new(),
            open: Vec::new(),
        };
        reader.file(charter)?;
        let files = reader.files;
        let winners = files.first()?.layer.clone();
        Some(Self { files, winners })
    }

    /// The texts that the charter consists of: its own first.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source<'a>> {
        self.files.iter().map(|file| file.source)
    }

    /// What the charter's own file says.
    pub(crate) fn own(&self) -> Option<&RawCharter> {
        self.files.first().map(|file| &file.raw)
    }

    /// The value of a key that is one entry, with the file that it is taken from.
    pub(crate) fn whole<T>(
        &mut self,
        key: &str,
        take: impl Fn(&mut RawCharter) -> T,
    ) -> Option<(&'a str, T)> {
        let winner = *self.winners.get(&(key.to_owned(), String::new()))?;
        let file = self.files.get_mut(winner)?;
        Some((file.source.name, take(&mut file.raw)))
    }

    /// The entries of a section, each with the file that it is taken from: the charter's own
    /// first, in the order of the files.
    pub(crate) fn entries<T>(
        &mut self,
        section: &str,
        take: impl Fn(&mut RawCharter) -> Vec<(Spanned<String>, T)>,
    ) -> Vec<Placed<'a, T>> {
        let mut entries = Vec::new();
        for (index, file) in self.files.iter_mut().enumerate() {
            for (key, value) in take(&mut file.raw) {
                let entry = (section.to_owned(), key.value.clone());
                if self.winners.get(&entry) == Some(&index) {
                    let file = file.source.name;
                    entries.push(Placed { file, key, value });
                }
            }
        }
        entries
    }

    /// The whole charter as one text would say it.
    pub(crate) fn tree(&self) -> Tree {
        let mut top = Vec::new();
        for key in OWN {
            let own = self.files.first().and_then(|file| file.tree.get(key));
            top.extend(own.map(|value| ((*key).to_owned(), value.clone())));
        }
        for key in WHOLE {
            let winner = self.winners.get(&((*key).to_owned(), String::new()));
            let file = winner.and_then(|winner| self.files.get(*winner));
            let value = file.and_then(|file| file.tree.get(key));
            top.extend(value.map(|value| ((*key).to_owned(), value.clone())));
        }
        for section in BY_ENTRY {
            let mut entries = Vec::new();
            for (index, file) in self.files.iter().enumerate() {
                let all = file.tree.get(section).map_or(&[][..], Tree::entries);
                entries.extend(all.iter().filter(|(key, _)| {
                    let entry = ((*section).to_owned(), key.clone());
                    self.winners.get(&entry) == Some(&index)
                }));
            }
            if !entries.is_empty() {
                let entries = entries.into_iter().cloned().collect();
                top.push(((*section).to_owned(), Tree::Map(entries)));
            }
        }
        Tree::Map(top)
    }
}

/// An entry of a section, with its place.
pub(crate) struct Placed<'a, T> {
    pub(crate) file: &'a str,
    pub(crate) key: Spanned<String>,
    pub(crate) value: T,
}

/// Paths of files that a charter extends, directly or through others, and that are not among
/// `given`; presets are not looked for. Whoever can read files adds them and asks again, until
/// nothing is missing or cannot be had.
pub fn missing_sources(charter: Source<'_>, given: &[Source<'_>]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Extending {
        #[serde(default)]
        extends: Vec<String>,
    }

    let mut missing = Vec::new();
    let mut seen = vec![charter.name.to_owned()];
    let mut waiting = vec![charter];
    while let Some(source) = waiting.pop() {
        let read = yaml::parse::<Extending>(source.name, source.text);
        for written in read.map_or_else(|_| Vec::new(), |it| it.extends) {
            let name = resolve(source.name, &written);
            if seen.contains(&name) || seen.len() > MOST {
                continue;
            }
            seen.push(name.clone());
            match given.iter().find(|source| source.name == name) {
                Some(source) => waiting.push(*source),
                None if is_preset_name(&written) => {}
                None => missing.push(name),
            }
        }
    }
    missing
}
