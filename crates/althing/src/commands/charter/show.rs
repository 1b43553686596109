//! `althing charter show`: the whole charter, for somebody who has never seen it.

mod lifecycles;
mod parts;

use althing_charter::Charter;
use althing_diag::Exit;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{view, words};
use crate::{
    document::{self, Block},
    failure::Failure,
    output::Output,
    rules::charter_named,
};

/// Flags of `althing charter show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
    /// How to write it for people.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// Forms for people.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For the terminal.
    Text,
    /// For a page.
    Markdown,
}

pub(super) fn run(args: &ShowArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    output.answer(data(&charter), || {
        let blocks = blocks(&charter, args.format);
        match args.format {
            Form::Text => document::text(&blocks),
            Form::Markdown => document::markdown(&blocks),
        }
    });
    Ok(Exit::Ok)
}

fn data(charter: &Charter) -> Value {
    let files: Vec<&str> = charter.sources().map(|source| source.name).collect();
    let calendar = charter.calendar();
    let weekend = calendar.weekend().iter();
    let weekend: Vec<String> = weekend
        .map(|day| format!("{day:?}").to_lowercase())
        .collect();
    let roles: Vec<_> = parts::in_order(charter.roles(), |it| &it.location)
        .map(|(name, role)| view::role(name, role))
        .collect();
    let bodies: Vec<_> = parts::in_order(charter.bodies(), |it| &it.location)
        .map(|(name, body)| view::body(name, body))
        .collect();
    let channels: Vec<_> = parts::in_order(charter.channels(), |it| &it.location)
        .map(|(name, channel)| view::channel(name, channel))
        .collect();
    let meetings: Vec<_> = parts::in_order(charter.meetings(), |it| &it.location)
        .map(|(name, meeting)| view::meeting(name, meeting))
        .collect();
    let gates: Vec<_> = charter.gates().iter().map(view::gate).collect();
    let documents: Vec<_> = charter.documents().iter().map(view::document).collect();
    let reports: Vec<_> = charter.reports().iter().map(view::report).collect();
    json!({
        "name": charter.name(),
        "version": charter.version(),
        "ratified": charter.edition().ratified,
        "amended": charter.edition().amended,
        "next_review": charter.edition().next_review.as_ref().map(|(day, _)| day),
        "status": charter.edition().status,
        "hash": charter.hash(),
        "files": files,
        "description": charter.description(),
        "principles": charter.principles(),
        "calendar": {
            "timezone": calendar.timezone(),
            "weekend": weekend,
            "holidays": calendar.holidays(),
        },
        "roles": roles,
        "bodies": bodies,
        "channels": channels,
        "meetings": meetings,
        "lifecycles": lifecycles::data(charter),
        "gates": gates,
        "documents": documents,
        "reports": reports,
        "private": charter.private(),
    })
}

/// Everything a newcomer needs, in the order in which one asks: what is this, who is who, where
/// and when do people talk, how is something decided, what must a change show.
fn blocks(charter: &Charter, form: Form) -> Vec<Block> {
    let mut blocks = vec![Block::heading(
        1,
        format!("{} {}", charter.name(), charter.version()),
    )];
    blocks.extend(charter.description().map(Block::text));
    if let Some(edition) = words::edition(charter) {
        blocks.push(Block::heading(2, "Edition"));
        blocks.push(Block::text(edition));
    }
    let extended: Vec<&str> = charter.sources().skip(1).map(|it| it.name).collect();
    if !extended.is_empty() {
        let files = words::names(extended);
        blocks.push(Block::text(format!("These rules build on {files}.")));
    }
    if !charter.principles().is_empty() {
        blocks.push(Block::heading(2, "Principles"));
        blocks.push(Block::List(charter.principles().to_vec()));
    }
    blocks.extend(parts::roles(charter));
    blocks.extend(parts::bodies(charter));
    blocks.extend(parts::channels(charter));
    blocks.extend(parts::meetings(charter));
    blocks.extend(lifecycles::blocks(charter, form));
    blocks.extend(parts::gates(charter));
    blocks.extend(parts::documents(charter));
    blocks.extend(parts::reports(charter));
    blocks.push(Block::heading(2, "Calendar"));
    blocks.push(Block::text(words::calendar(charter.calendar())));
    if !charter.private().is_empty() {
        blocks.push(Block::heading(2, "What is private"));
        blocks.push(Block::List(charter.private().to_vec()));
    }
    blocks
}
