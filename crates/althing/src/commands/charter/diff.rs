//! `althing charter diff`: what an amendment changes.

use althing_charter::Tree;
use althing_diag::Exit;
use clap::Args;
use serde::Serialize;

use crate::{
    failure::Failure,
    output::{BOLD, DIM, GREEN, Output, RED, YELLOW},
    rules::charter_named,
};

/// Flags of `althing charter diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The charter as it is: a file, or the name of a preset.
    #[arg(value_name = "OLD")]
    old: String,
    /// The charter as it shall be.
    #[arg(value_name = "NEW")]
    new: String,
}

/// One entry that is not the same.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Change {
    /// The section; also `name` and the like, which have no entries.
    section: String,
    /// The entry; nothing where the section has none.
    entry: Option<String>,
    change: Kind,
    /// The keys within the entry that are not the same, with what they say.
    keys: Vec<Key>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Added,
    Removed,
    Changed,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Key {
    /// Path of the key within the entry, such as `needs.vote.open-for`.
    key: String,
    old: Option<Tree>,
    new: Option<Tree>,
}

pub(super) fn run(args: &DiffArgs, output: &mut Output) -> Result<Exit, Failure> {
    let old = charter_named(&args.old, None)?;
    let new = charter_named(&args.new, None)?;
    let changes = changes(old.tree(), new.tree());
    output.answer_list("changes", &changes, || describe(&changes));
    Ok(Exit::Ok)
}

/// Sections whose value is one entry.
const WHOLE: &[&str] = &[
    "name",
    "version",
    "description",
    "principles",
    "calendar",
    "private",
];

fn changes(old: &Tree, new: &Tree) -> Vec<Change> {
    let mut changes = Vec::new();
    for section in keys(old, new) {
        let (before, after) = (old.get(&section), new.get(&section));
        if WHOLE.contains(&section.as_str()) {
            changes.extend(change(&section, None, before, after));
            continue;
        }
        let nothing = Tree::Nothing;
        let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        for entry in keys(before, after) {
            let (before, after) = (before.get(&entry), after.get(&entry));
            changes.extend(change(&section, Some(entry), before, after));
        }
    }
    changes
}

fn change(
    section: &str,
    entry: Option<String>,
    old: Option<&Tree>,
    new: Option<&Tree>,
) -> Option<Change> {
    let kind = match (old, new) {
        (old, new) if old == new => return None,
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        (Some(_), Some(_)) => Kind::Changed,
    };
    let mut differences = Vec::new();
    if kind == Kind::Changed {
        differences_at("", old, new, &mut differences);
    }
    Some(Change {
        section: section.to_owned(),
        entry,
        change: kind,
        keys: differences,
    })
}

/// The keys of two mappings: those of the first in its order, then what only the second has.
fn keys(old: &Tree, new: &Tree) -> Vec<String> {
    let added = new
        .entries()
        .iter()
        .filter(|(key, _)| old.get(key).is_none());
    let all = old.entries().iter().chain(added);
    all.map(|(key, _)| key.clone()).collect()
}

/// Goes down as long as both are mappings, or lists whose items have names.
fn differences_at(path: &str, old: Option<&Tree>, new: Option<&Tree>, found: &mut Vec<Key>) {
    let same_order = |old: &Tree, new: &Tree| {
        let common = |a: &Tree, b: &Tree| -> Vec<String> {
            let common = a.entries().iter().filter(|(key, _)| b.get(key).is_some());
            common.map(|(key, _)| key.clone()).collect()
        };
        common(old, new) == common(new, old)
    };
    match (old, new) {
        (old, new) if old == new => {}
        (Some(old @ Tree::Map(_)), Some(new @ Tree::Map(_))) if same_order(old, new) => {
            for key in keys(old, new) {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                differences_at(&path, old.get(&key), new.get(&key), found);
            }
        }
        (Some(Tree::List(before)), Some(Tree::List(after))) => {
            match (by_name(before), by_name(after)) {
                (Some(before), Some(after)) => {
                    differences_at(path, Some(&before), Some(&after), found);
                }
                (_, _) => found.push(key(path, old, new)),
            }
        }
        (old, new) => found.push(key(path, old, new)),
    }
}

fn key(path: &str, old: Option<&Tree>, new: Option<&Tree>) -> Key {
    Key {
        key: path.to_owned(),
        old: old.cloned(),
        new: new.cloned(),
    }
}

/// A list such as `transitions` as a mapping by `name`, if every item has its own.
fn by_name(items: &[Tree]) -> Option<Tree> {
    let mut entries = Vec::<(String, Tree)>::new();
    for item in items {
        let Some(Tree::Text(name)) = item.get("name") else {
            return None;
        };
        if entries.iter().any(|(other, _)| other == name) {
            return None;
        }
        entries.push((name.clone(), item.clone()));
    }
    (!entries.is_empty()).then_some(Tree::Map(entries))
}

fn describe(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "the charters say the same".to_owned();
    }
    let mut lines = Vec::new();
    let mut section = "";
    for change in changes {
        if change.section != section {
            section = &change.section;
            lines.push(format!("{BOLD}{section}{BOLD:#}"));
        }
        let (style, mark) = match change.change {
            Kind::Added => (GREEN, "+"),
            Kind::Removed => (RED, "-"),
            Kind::Changed => (YELLOW, "~"),
        };
        let word = match change.change {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
        };
        let entry = change.entry.as_deref().unwrap_or(section);
        lines.push(format!(
            "  {style}{mark}{style:#} {entry}  {DIM}{word}{DIM:#}"
        ));
        for key in &change.keys {
            let said = |tree: &Option<Tree>| match tree {
                Some(tree) => tree.to_string(),
                None => "not said".to_owned(),
            };
            let (old, new) = (said(&key.old), said(&key.new));
            let name = if key.key.is_empty() {
                ""
            } else {
                &format!("{}: ", key.key)
            };
            lines.push(format!("      {name}{old} {DIM}→{DIM:#} {new}"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use althing_charter::Tree;
    use althing_diag::yaml;

    use super::changes;

    fn diff(old: &str, new: &str) -> Vec<String> {
        let tree = |text| yaml::parse::<Tree>("c", text).expect("valid");
        let changes = changes(&tree(old), &tree(new));
        let lines = changes.iter().map(|change| {
            let keys: Vec<&str> = change.keys.iter().map(|key| key.key.as_str()).collect();
            let entry = change.entry.as_deref().unwrap_or("");
            format!(
                "{}.{entry} {:?} {}",
                change.section,
                change.change,
                keys.join(" ")
            )
        });
        lines.collect()
    }

    #[test]
    fn entries_and_the_keys_within_them_are_named() {
        let old = "{ version: 1, roles: { a: {}, b: { title: B, may: [x] } }, gates: { g: {} } }";
        let new = "{ version: 2, roles: { b: { title: B, may: [x, y] }, c: {} } }";
        assert_eq!(
            diff(old, new),
            [
                "version. Changed ",
                "roles.a Removed ",
                "roles.b Changed may",
                "roles.c Added ",
                "gates.g Removed ",
            ]
        );
    }

    #[test]
    fn transitions_are_compared_by_name_and_states_by_order() {
        let old = "{ lifecycles: { p: { states: { a: 1, b: 2 }, transitions: [{ name: x, to: a }, { name: w, to: b }] } } }";
        let new = "{ lifecycles: { p: { states: { b: 2, a: 1 }, transitions: [{ name: x, to: b }, { name: z }] } } }";
        assert_eq!(
            diff(old, new),
            ["lifecycles.p Changed states transitions.x.to transitions.w transitions.z"]
        );
    }
}
