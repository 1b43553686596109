//! The contribution guideline, from the rules.

use althing_charter::Charter;

use crate::{
    commands::charter::words,
    document::{self, Block},
};

/// How to take part, for somebody who comes for the first time.
pub(super) fn contributing(name: Option<&str>, rules: &Charter) -> String {
    let title = match name {
        Some(name) => format!("How to contribute to {name}"),
        None => "How to contribute".to_owned(),
    };
    let mut blocks = vec![Block::heading(1, title)];
    blocks.push(Block::text(
        "Everything below follows from the rules in `.althing/charter.yaml`; `althing charter \
         show` prints them in full, and where both differ, the rules hold.",
    ));
    blocks.extend(talk(rules));
    blocks.extend(changes(rules));
    blocks.extend(decisions(rules));
    blocks.extend(roles(rules));
    document::markdown(&blocks)
}

fn talk(rules: &Charter) -> Vec<Block> {
    let channels = rules
        .channels()
        .iter()
        .filter(|(_, channel)| !channel.private);
    let points = channels.map(|(name, channel)| {
        let title = channel.title.as_deref().unwrap_or(name.as_str());
        let parts = [channel.url.as_deref(), channel.purpose.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => title.to_owned(),
            false => format!("{title}: {}", parts.join(", ")),
        }
    });
    section("Where to talk", points.collect())
}

fn changes(rules: &Charter) -> Vec<Block> {
    let mut blocks = section_of("How a change is merged", !rules.gates().is_empty());
    for gate in rules.gates() {
        let paths = words::names(gate.paths.written());
        blocks.push(Block::text(format!("A change of {paths} needs:")));
        blocks.push(Block::List(words::gate(gate)));
    }
    if !blocks.is_empty() {
        blocks.push(Block::text(
            "`althing gate NUMBER` says what a pull request still lacks.",
        ));
    }
    blocks
}

fn decisions(rules: &Charter) -> Vec<Block> {
    let points = rules.lifecycles().iter().map(|lifecycle| {
        let command = format!("`althing open {}`", lifecycle.name);
        let who = words::people(&lifecycle.opened_by);
        match &lifecycle.description {
            Some(what) => format!(
                "{}: {what}. Opened by {who}, with {command}",
                lifecycle.title
            ),
            None => format!("{}. Opened by {who}, with {command}", lifecycle.title),
        }
    });
    section("How something is decided", points.collect())
}

fn roles(rules: &Charter) -> Vec<Block> {
    let points = rules.roles().iter().filter_map(|(name, role)| {
        let title = role.title.as_deref().unwrap_or(name.as_str());
        let entered = role.entered_by.as_deref()?;
        let guidance: Vec<&str> = role.guidance.iter().map(String::as_str).collect();
        let guidance = match guidance.is_empty() {
            true => String::new(),
            false => format!(" ({})", guidance.join("; ")),
        };
        Some(format!("{title}: {entered}{guidance}"))
    });
    section("How one gets a role", points.collect())
}

fn section(title: &str, points: Vec<String>) -> Vec<Block> {
    let mut blocks = section_of(title, !points.is_empty());
    if !points.is_empty() {
        blocks.push(Block::List(points));
    }
    blocks
}

fn section_of(title: &str, wanted: bool) -> Vec<Block> {
    match wanted {
        true => vec![Block::heading(2, title)],
        false => Vec::new(),
    }
}
