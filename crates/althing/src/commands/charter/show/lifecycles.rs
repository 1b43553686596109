//! Lifecycles as people read them.

use althing_charter::{Charter, Lifecycle};
use serde_json::{Value, json};

use super::{Form, words};
use crate::document::Block;

/// The lifecycles in the form that answers have.
pub(super) fn data(charter: &Charter) -> Vec<Value> {
    let lifecycles = charter.lifecycles().iter();
    lifecycles.map(lifecycle).collect()
}

fn lifecycle(lifecycle: &Lifecycle) -> Value {
    let states: Vec<&str> = lifecycle.states.iter().map(|it| it.name.as_str()).collect();
    let transitions = lifecycle.transitions.iter().map(|transition| {
        json!({
            "name": transition.name,
            "from": transition.from,
            "to": transition.to,
            "text": transition.to_string(),
            "location": transition.location,
        })
    });
    json!({
        "name": lifecycle.name,
        "title": lifecycle.title,
        "description": lifecycle.description,
        "opened_by": lifecycle.opened_by,
        "states": states,
        "transitions": transitions.collect::<Vec<_>>(),
        "location": lifecycle.location,
    })
}

/// The lifecycles for people: on a page with diagrams and tables, in a terminal in sentences.
pub(super) fn blocks(charter: &Charter, form: Form) -> Vec<Block> {
    if charter.lifecycles().is_empty() {
        return Vec::new();
    }
    let each = charter.lifecycles().iter().flat_map(|it| match form {
        Form::Text => sentences(it),
        Form::Markdown => vec![Block::Markdown(it.markdown(3))],
    });
    [Block::heading(2, "How things are decided")]
        .into_iter()
        .chain(each)
        .collect()
}

fn sentences(lifecycle: &Lifecycle) -> Vec<Block> {
    let heading = format!("{} (`{}`)", lifecycle.title, lifecycle.name);
    let mut blocks = vec![Block::heading(3, heading)];
    blocks.extend(lifecycle.description.as_deref().map(Block::text));
    let opened = words::people(&lifecycle.opened_by);
    blocks.push(Block::text(format!("Opened by {opened}.")));
    let states = lifecycle.states.iter().map(|state| {
        let end = if state.is_final { " (the end)" } else { "" };
        match &state.description {
            Some(description) => format!("{}{end}: {description}", state.name),
            None => format!("{}{end}", state.name),
        }
    });
    blocks.push(Block::List(states.collect()));
    let transitions = lifecycle.transitions.iter();
    let transitions = transitions.map(|it| format!("{}: {it}", it.name));
    blocks.push(Block::List(transitions.collect()));
    blocks
}
