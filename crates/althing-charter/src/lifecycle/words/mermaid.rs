//! Lifecycles as diagrams.

use std::fmt::Write;

use crate::{Lifecycle, StateName};

impl Lifecycle {
    /// A state diagram in the language of Mermaid.
    pub fn mermaid(&self) -> String {
        let mut text = "stateDiagram-v2\n".to_owned();
        let mut line = |words: String| {
            // Writing to a text does not fail.
            let _ = writeln!(text, "    {words}");
        };
        for state in &self.states {
            line(format!("state \"{}\" as {}", state.name, id(&state.name)));
        }
        if let Some(first) = self.states.first() {
            line(format!("[*] --> {}", id(&first.name)));
        }
        for transition in &self.transitions {
            for from in &transition.from {
                let (from, name) = (id(from), &transition.name);
                line(format!("{from} --> {} : {name}", id(&transition.to)));
                if let Some(otherwise) = &transition.otherwise {
                    line(format!(
                        "{from} --> {} : {name}, not passed",
                        id(&otherwise.to)
                    ));
                }
            }
        }
        for state in self.states.iter().filter(|state| state.is_final) {
            line(format!("{} --> [*]", id(&state.name)));
        }
        text
    }
}

/// A name that means nothing to Mermaid, unlike `end` or `state`.
fn id(state: &StateName) -> String {
    let name = state.as_str().replace(' ', "__").replace('-', "_");
    format!("s_{name}")
}
