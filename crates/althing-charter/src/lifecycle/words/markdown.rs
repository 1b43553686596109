//! Lifecycles as pages of a book.

use std::fmt::Write;

use super::people;
use crate::{AttributeValue, Effect, Lifecycle, Transition, Trigger};

impl Lifecycle {
    /// A section in Markdown: what it is for, a diagram, and tables of its attributes, evidence,
    /// states and transitions. Its heading has as many `#` as `level` says.
    pub fn markdown(&self, level: usize) -> String {
        let mut page = Page(String::new());
        page.line(&format!(
            "{} {} (`{}`)",
            "#".repeat(level),
            self.title,
            self.name
        ));
        if let Some(description) = &self.description {
            page.paragraph(&format!("{}.", description.trim_end_matches('.')));
        }
        page.paragraph(&self.beginnings());
        page.paragraph(&format!("```mermaid\n{}```", self.mermaid()));
        self.states(&mut page);
        self.transitions(&mut page);
        self.attributes(&mut page);
        self.evidence(&mut page);
        if let Some(explanations) = &self.explanations {
            page.paragraph(&format!(
                "After a vote, {} may ask why others voted against; {} answers without names.",
                people(&explanations.asked_by),
                people(&explanations.answered_by)
            ));
        }
        page.0
    }

    fn beginnings(&self) -> String {
        let mut words = format!("Opened by {}", people(&self.opened_by));
        if !self.from.is_empty() {
            let sources: Vec<&str> = self
                .from
                .iter()
                .map(|source| source.with_article())
                .collect();
            words.push_str(&format!(", from {}", sources.join(" or ")));
        }
        words.push_str(&format!("; edited by {}", people(&self.edited_by)));
        if let Some(about) = &self.about {
            words.push_str(&format!(
                "; about the person in `{about}`, who never votes on it"
            ));
        }
        format!("{words}.")
    }

    fn states(&self, page: &mut Page) {
        page.table(&["state", "meaning"]);
        for state in &self.states {
            let end = if state.is_final { " (final)" } else { "" };
            let meaning = state.description.as_deref().unwrap_or_default();
            page.row(&[&format!("{}{end}", state.name), meaning]);
        }
    }

    fn transitions(&self, page: &mut Page) {
        page.table(&[
            "transition",
            "from",
            "to",
            "who",
            "what it needs",
            "how long",
            "what it does",
        ]);
        for transition in &self.transitions {
            let from: Vec<&str> = transition.from.iter().map(|it| it.as_str()).collect();
            page.row(&[
                transition.name.as_str(),
                &from.join(", "),
                &target(transition),
                &who(transition),
                &needs(transition),
                &transition.needs.periods().join("; "),
                &follows(transition),
            ]);
        }
    }

    fn attributes(&self, page: &mut Page) {
        if self.attributes.is_empty() {
            return;
        }
        page.table(&["attribute", "value", "default", "meaning"]);
        for (name, attribute) in &self.attributes {
            let default = match (&attribute.default, attribute.required) {
                (Some(default), _) => shown(default),
                (None, true) => "must be given".to_owned(),
                (None, false) => String::new(),
            };
            let meaning = attribute.description.as_deref().unwrap_or_default();
            page.row(&[
                &format!("`{name}`"),
                &attribute.kind.to_string(),
                &default,
                meaning,
            ]);
        }
    }

    fn evidence(&self, page: &mut Page) {
        if self.evidence.is_empty() {
            return;
        }
        page.table(&["evidence", "attached by", "says", "what it shows"]);
        for (name, evidence) in &self.evidence {
            let results: Vec<&str> = evidence.results.iter().map(|it| it.as_str()).collect();
            let meaning = evidence.description.as_deref().unwrap_or_default();
            let by = people(&evidence.by);
            page.row(&[&format!("`{name}`"), &by, &results.join(" or "), meaning]);
        }
    }
}

fn shown(value: &AttributeValue) -> String {
    let text = value.to_string();
    if text.is_empty() {
        "nothing".to_owned()
    } else {
        format!("`{text}`")
    }
}

fn target(transition: &Transition) -> String {
    let to = match &transition.outcome {
        None => transition.to.to_string(),
        Some(outcome) => format!("{} (outcome {outcome})", transition.to),
    };
    match &transition.otherwise {
        None => to,
        Some(otherwise) => format!("{to}; otherwise {}", otherwise.to),
    }
}

fn who(transition: &Transition) -> String {
    match transition.on {
        Trigger::Met => "by itself".to_owned(),
        Trigger::Objection | Trigger::Resolved | Trigger::Edit => {
            format!("by itself, when {}", transition.when())
        }
        Trigger::Withdraw | Trigger::Decline | Trigger::Close | Trigger::Move => transition.when(),
    }
}

fn needs(transition: &Transition) -> String {
    let words = transition.needs.words();
    if words.is_empty() {
        "nothing more".to_owned()
    } else {
        words
    }
}

fn follows(transition: &Transition) -> String {
    let listed = |effects: &[Effect]| {
        let words: Vec<String> = effects.iter().map(ToString::to_string).collect();
        words.join("; ")
    };
    let passed = listed(&transition.effects);
    let otherwise = transition
        .otherwise
        .as_ref()
        .map(|otherwise| listed(&otherwise.effects));
    match otherwise.filter(|words| !words.is_empty()) {
        None => passed,
        Some(words) if passed.is_empty() => format!("otherwise {words}"),
        Some(words) => format!("{passed}; otherwise {words}"),
    }
}

/// A text in Markdown that grows.
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "{text}");
    }

    fn paragraph(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    fn table(&mut self, columns: &[&str]) {
        self.line("");
        self.row(columns);
        self.line(&format!("|{}", "---|".repeat(columns.len())));
    }

    fn row(&mut self, cells: &[&str]) {
        let cells = cells.iter().map(|cell| {
            let words: Vec<&str> = cell.split_whitespace().collect();
            words.join(" ").replace('|', "\\|")
        });
        let cells: Vec<String> = cells.collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }
}
