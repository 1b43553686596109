//! Reading a charter and whatever it extends.

use std::collections::BTreeMap;

use althing_diag::{
    Code, Finding, Location,
    yaml::{self, Spanned},
};
use serde::Deserialize;

use super::{BY_ENTRY, Entry, FORMAT, File, MOST, Tree, WHOLE};
use crate::{
    Source,
    placeholder::is_blank,
    raw::RawCharter,
    source::{is_preset_name, resolve},
};

pub(super) struct Reader<'a, 'b> {
    pub(super) presets: &'b [Source<'a>],
    pub(super) findings: &'b mut Vec<Finding>,
    pub(super) files: Vec<File<'a>>,
    /// The files that are being read, each extended by the one before.
    pub(super) open: Vec<usize>,
}

impl<'a> Reader<'a, '_> {
    /// Reads a file and what it extends; its place among the files.
    pub(super) fn file(&mut self, source: Source<'a>) -> Option<usize> {
        let read = read(source).and_then(|raw| Ok((raw, yaml::parse(source.name, source.text)?)));
        let (raw, tree) = match read {
            Ok(read) => read,
            Err(finding) => {
                self.findings.push(*finding);
                return None;
            }
        };
        let index = self.files.len();
        let extends = raw.extends.clone();
        let own = entries_of(&tree);
        self.files.push(File {
            source,
            raw,
            tree,
            own: own.clone(),
            layer: BTreeMap::new(),
        });
        self.open.push(index);
        let mut layer = BTreeMap::new();
        let mut complete = true;
        for written in &extends {
            match self.extended(source, written) {
                Some(parent) => self.add(&mut layer, parent, &own, source, written),
                None => complete = false,
            }
        }
        layer.extend(own.keys().map(|entry| (entry.clone(), index)));
        self.open.pop();
        if let Some(file) = self.files.get_mut(index) {
            file.layer = layer;
        }
        complete.then_some(index)
    }

    /// The file that an item of `extends` means.
    fn extended(&mut self, source: Source<'a>, written: &Spanned<String>) -> Option<usize> {
        let name = resolve(source.name, &written.value);
        let read = self.files.iter().position(|file| file.source.name == name);
        match read {
            Some(index) if self.open.contains(&index) => {
                let message = format!("`{}` is extended in a circle", written.value);
                let help = "take out one `extends`, so that no file extends itself through others";
                self.report(source, written, message, help.to_owned());
                None
            }
            Some(index) => Some(index),
            None if self.files.len() >= MOST => {
                let message = format!("the charter consists of more than {MOST} files");
                let help = "extend fewer; one preset may extend others";
                self.report(source, written, message, help.to_owned());
                None
            }
            None => match self.presets.iter().find(|preset| preset.name == name) {
                Some(preset) => self.file(*preset),
                None => {
                    let message = format!("there is no `{}` to extend", written.value);
                    let help = self.help(&name, &written.value);
                    self.report(source, written, message, help);
                    None
                }
            },
        }
    }

    fn help(&self, name: &str, written: &str) -> String {
        let presets = self.presets.iter().filter_map(|source| {
            let name = source.name.strip_prefix("charters/")?;
            name.strip_suffix(".yaml")
        });
        let presets: Vec<&str> = presets.collect();
        match (is_preset_name(written), presets.is_empty()) {
            (true, false) => format!("use one of the presets: {}", presets.join(", ")),
            (true, true) => "name a preset that this program has".to_owned(),
            (false, _) => format!("only presets and files that can be read here count: `{name}`"),
        }
    }

    /// Adds what `parent` brings, unless the extending file sets it itself.
    fn add(
        &mut self,
        layer: &mut BTreeMap<Entry, usize>,
        parent: usize,
        own: &BTreeMap<Entry, usize>,
        source: Source<'a>,
        written: &Spanned<String>,
    ) {
        let Some(file) = self.files.get(parent) else {
            return;
        };
        let mut clashes = Vec::new();
        for (entry, winner) in &file.layer {
            match layer.get(entry) {
                None => {
                    layer.insert(entry.clone(), *winner);
                }
                Some(other) if own.contains_key(entry) || self.same(entry, *other, *winner) => {}
                Some(other) => clashes.push((entry.clone(), *other, *winner)),
            }
        }
        for ((section, key), other, winner) in clashes {
            let name = |index: usize| self.files.get(index).map_or("", |file| file.source.name);
            let path = if key.is_empty() {
                section
            } else {
                format!("{section}.{key}")
            };
            let message = format!(
                "{} and {} both set `{path}`, and differently",
                name(other),
                name(winner)
            );
            let help = format!("set `{path}` in {} as it shall be", source.name);
            let at = yaml::location(source.name, written);
            let finding = Finding::error(Code::CharterClash, message, help).at(at);
            self.findings.push(finding);
        }
    }

    fn same(&self, entry: &Entry, one: usize, other: usize) -> bool {
        let content = |index: usize| self.files.get(index)?.content(entry);
        one == other || content(one) == content(other)
    }

    fn report(&mut self, source: Source<'a>, at: &Spanned<String>, message: String, help: String) {
        let at = yaml::location(source.name, at);
        let finding = Finding::error(Code::CharterExtends, message, help).at(at);
        self.findings.push(finding);
    }
}

/// The entries that a file sets, with their place in their section.
fn entries_of(tree: &Tree) -> BTreeMap<Entry, usize> {
    let whole = WHOLE.iter().filter(|key| tree.get(key).is_some());
    let whole = whole.map(|key| (((*key).to_owned(), String::new()), 0));
    let by_entry = BY_ENTRY.iter().flat_map(|section| {
        let entries = tree.get(section).map_or(&[][..], Tree::entries).iter();
        let keys = entries.map(|(key, _)| ((*section).to_owned(), key.clone()));
        keys.enumerate().map(|(place, entry)| (entry, place))
    });
    whole.chain(by_entry).collect()
}

fn read(source: Source<'_>) -> Result<RawCharter, Box<Finding>> {
    #[derive(Deserialize)]
    struct Format {
        charter: Spanned<u64>,
    }

    if is_blank(source.text) {
        return Err(Box::new(
            Finding::error(
                Code::CharterEmpty,
                "the charter is empty",
                "write at least one gate or lifecycle, or extend a preset; `docs/formats.md` has \
                 an example to begin with",
            )
            .at(Location::file(source.name)),
        ));
    }
    let raw = yaml::parse::<RawCharter>(source.name, source.text);
    // A newer format may have keys that this program does not know: its version comes first.
    let format = match &raw {
        Ok(raw) => Some(raw.charter.clone()),
        Err(_) => yaml::parse::<Format>(source.name, source.text)
            .ok()
            .map(|format| format.charter),
    };
    match format {
        Some(format) if format.value != FORMAT => Err(Box::new(other_format(source.name, &format))),
        Some(_) | None => raw,
    }
}

fn other_format(file: &str, format: &Spanned<u64>) -> Finding {
    let message = format!(
        "charter format {} is not one that this program reads",
        format.value
    );
    let help = format!("write `charter: {FORMAT}`, or use a newer althing");
    Finding::error(Code::CharterVersion, message, help).at(yaml::location(file, format))
}
