//! Sections of a charter as people read them.

use std::collections::BTreeMap;

use althing_charter::{Charter, Role, RoleName};
use althing_diag::Location;

use super::words::{self, list, names, people};
use crate::document::Block;

/// Entries in the order in which they stand in the files.
pub(super) fn in_order<N, T>(
    entries: &BTreeMap<N, T>,
    location: impl Fn(&T) -> &Location,
) -> impl Iterator<Item = (&N, &T)> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|(_, a), (_, b)| location(a).cmp(location(b)));
    entries.into_iter()
}

/// The title of an entry with its name behind it, which rules and commands use.
fn title(title: Option<&str>, name: impl ToString) -> String {
    let name = name.to_string();
    match title {
        Some(title) => format!("{title} (`{name}`)"),
        None => format!("`{name}`"),
    }
}

pub(super) fn roles(charter: &Charter) -> Vec<Block> {
    let roles = in_order(charter.roles(), |it| &it.location);
    let blocks: Vec<Block> = roles.flat_map(|(name, it)| role(name, it)).collect();
    section("Roles", blocks)
}

fn role(name: &RoleName, role: &Role) -> Vec<Block> {
    let mut blocks = vec![Block::heading(3, title(role.title.as_deref(), name))];
    blocks.extend(role.description.as_deref().map(Block::text));
    let mut rows = Vec::new();
    let mut row = |what: &str, text: Option<String>| {
        rows.extend(text.map(|text| format!("{what}: {text}")));
    };
    let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.join("; "));
    row(
        "held for",
        (!role.scopes.is_empty()).then(|| names(&role.scopes)),
    );
    row(
        "counts as",
        (!role.includes.is_empty()).then(|| names(&role.includes)),
    );
    row("may", (!role.may.is_empty()).then(|| role.may.join(", ")));
    row("must", some(&role.duties));
    row("can", some(&role.optional_duties));
    row("should show", some(&role.expected));
    row("way there", some(&role.guidance));
    row("one gets it by", role.entered_by.clone());
    row("held", role.tenure.clone());
    if !rows.is_empty() {
        blocks.push(Block::List(rows));
    }
    blocks
}

pub(super) fn bodies(charter: &Charter) -> Vec<Block> {
    let bodies = in_order(charter.bodies(), |it| &it.location);
    let blocks = bodies.flat_map(|(name, body)| {
        let mut blocks = vec![Block::heading(3, title(body.title.as_deref(), name))];
        blocks.extend(body.description.as_deref().map(Block::text));
        let seats = body
            .seats
            .iter()
            .map(|seats| [words::role(charter, &seats.role), seats.range.to_string()]);
        blocks.push(Block::table(["seats for", "how many"], seats.collect()));
        for (what, texts) in [("It must:", &body.duties), ("It decides:", &body.decides)] {
            if !texts.is_empty() {
                blocks.push(Block::text(what));
                blocks.push(Block::List(texts.clone()));
            }
        }
        blocks
    });
    section("Bodies", blocks.collect())
}

pub(super) fn channels(charter: &Charter) -> Vec<Block> {
    let channels = in_order(charter.channels(), |it| &it.location);
    let rows = channels.flat_map(|(name, channel)| {
        let mut kind = channel.kind.clone().unwrap_or_default();
        if channel.private {
            kind.push_str(if kind.is_empty() {
                "private"
            } else {
                ", private"
            });
        }
        let own = [
            title(channel.title.as_deref(), name),
            kind,
            channel.url.clone().unwrap_or_default(),
            channel.purpose.clone().unwrap_or_default(),
        ];
        let rooms = channel.rooms.iter();
        let rooms = rooms.map(|(room, purpose)| {
            [
                room.clone(),
                "room".to_owned(),
                String::new(),
                purpose.clone(),
            ]
        });
        [own].into_iter().chain(rooms).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let table = Block::table(["channel", "kind", "where", "for"], rows);
    section("Channels", vec![table])
}

pub(super) fn meetings(charter: &Charter) -> Vec<Block> {
    let meetings = in_order(charter.meetings(), |it| &it.location);
    let rows = meetings.map(|(name, meeting)| {
        [
            title(meeting.title.as_deref(), name),
            words::when(meeting),
            people(&meeting.attendees),
            people(&meeting.open_to),
            meeting.agenda.join("; "),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = [
        "meeting",
        "when",
        "who is expected",
        "who may join",
        "agenda",
    ];
    section("Meetings", vec![Block::table(head, rows)])
}

pub(super) fn gates(charter: &Charter) -> Vec<Block> {
    let rows = charter.gates().iter().map(|gate| {
        [
            format!("`{}`", gate.name),
            names(gate.paths.written()),
            list(&words::gate(gate), "and"),
            gate.description.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["gate", "changes of", "need", "why"];
    section("What a change must show", vec![Block::table(head, rows)])
}

pub(super) fn documents(charter: &Charter) -> Vec<Block> {
    let rows = charter.documents().iter().map(|rule| {
        [
            format!("`{}`", rule.name),
            names(rule.paths.written()),
            words::document(rule).join("; "),
            rule.description.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["document", "where", "has", "why"];
    section("What must be written down", vec![Block::table(head, rows)])
}

pub(super) fn reports(charter: &Charter) -> Vec<Block> {
    let rows = charter.reports().iter().map(|report| {
        [
            format!("`{}`", report.kind.name()),
            report.kind.to_string(),
            people(&report.told),
            report.description.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["report", "names", "told", "why"];
    section("What is reported", vec![Block::table(head, rows)])
}

fn section(name: &str, blocks: Vec<Block>) -> Vec<Block> {
    if blocks.is_empty() {
        return blocks;
    }
    [Block::heading(2, name)]
        .into_iter()
        .chain(blocks)
        .collect()
}
